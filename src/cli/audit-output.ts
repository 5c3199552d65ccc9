import { resolve } from 'node:path'
import type { AuditReport } from '../audit/audit.ts'
import { HoldfastError } from '../core/errors.ts'
import type { AuditTableOptions } from '../report/audit-table.ts'
import { type AuditFormatName, auditFormatNames, auditFormats } from '../report/formats/index.ts'
import { type CommandOptions, option } from './command.ts'
import { type CommandContext, jsonText } from './context.ts'
import { wantsColour, widthOf } from './io.ts'
import { version } from './version.ts'
import { cannotWrite, type NamedFile, requirePlace, writeWhole } from './whole-file.ts'

type OutputFormat = AuditFormatName | 'json' | 'table'

interface OutputFile extends NamedFile {
  format: OutputFormat
}

const endings = [
  ...auditFormatNames.flatMap((format) =>
    auditFormats[format].endings.map((ending) => [ending, format] as const),
  ),
  ['.json', 'json'] as const,
  ['.txt', 'table'] as const,
].sort(([a], [b]) => b.length - a.length)

/** The files of `--out`, refused before the work when one could not be written after it. */
export async function outputFiles(context: CommandContext, options: CommandOptions): Promise<OutputFile[]> {
  const files = (option.list(options, 'out') ?? []).map((name) => outputFile(context, name))
  for (const file of files) await requirePlace(file)
  const twice = files.find(({ path }, at) => files.findIndex((other) => other.path === path) < at)
  if (twice) throw cannotWrite(twice.name, 'It is named twice.')
  return files
}

function outputFile(context: CommandContext, name: string): OutputFile {
  const found = endings.find(([ending]) => name.toLowerCase().endsWith(ending))
  if (found) return { name, path: resolve(context.io.cwd, name), format: found[1] }
  throw new HoldfastError('usage', {
    what: `No report format goes with the name ${JSON.stringify(name)}`,
    why: 'The ending of the name says which format is written.',
    next: `Let it end with ${endings.map(([ending]) => ending).join(' ')}`,
  })
}

/** Answers on stdout in the wanted format, then writes every file; one that fails does not cost the others. */
export async function answerAudit(
  context: CommandContext,
  report: AuditReport,
  { files, all }: { files: readonly OutputFile[]; all: boolean },
): Promise<void> {
  const { io, global } = context
  const shape = { width: widthOf(io), colour: wantsColour(io), all }
  const shown = await textOf(report, global.format as OutputFormat, shape)
  await context.answer(report, () => shown)
  const failed: unknown[] = []
  for (const file of files) {
    try {
      await writeWhole(file, await textOf(report, file.format, { all }))
      context.run.log.debug(`wrote ${file.name}`)
    } catch (error) {
      failed.push(error)
    }
  }
  if (failed.length > 0) throw failed[0]
}

async function textOf(
  report: AuditReport,
  format: OutputFormat,
  shape: AuditTableOptions,
): Promise<string | Iterable<string>> {
  if (format === 'json') return jsonText(report)
  if (format === 'table') {
    const { auditTable } = await import('../report/audit-table.ts')
    return `${auditTable(report, shape)}\n`
  }
  const render = await auditFormats[format].load()
  return render(report, { version: version() })
}
