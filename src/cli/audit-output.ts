import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { AuditReport } from '../audit/audit.ts'
import { HoldfastError } from '../core/errors.ts'
import type { AuditTableOptions } from '../report/audit-table.ts'
import { type AuditFormatName, auditFormatNames, auditFormats } from '../report/formats/index.ts'
import { type CommandOptions, option } from './command.ts'
import { type CommandContext, jsonText } from './context.ts'
import { wantsColour, widthOf } from './io.ts'
import { version } from './version.ts'

type OutputFormat = AuditFormatName | 'json' | 'table'

interface OutputFile {
  /** As the user named it. */
  name: string
  path: string
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
  for (const { name, path } of files) await requirePlace(name, path)
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

async function requirePlace(name: string, path: string): Promise<void> {
  const folder = await kindOf(dirname(path))
  if (folder !== 'folder') throw cannotWrite(name, 'The folder does not exist.')
  if ((await kindOf(path)) === 'folder') throw cannotWrite(name, 'It is a folder.')
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'nothing'
  }
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
    } catch (cause) {
      failed.push(cannotWrite(file.name, cause instanceof Error ? cause.message : String(cause), cause))
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

/** A reader never sees half a report: the file appears under its name when it is whole. */
async function writeWhole({ path }: OutputFile, text: string | Iterable<string>): Promise<void> {
  const part = `${path}.${process.pid}.part`
  try {
    await writeFile(part, text)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

function cannotWrite(name: string, why: string, cause?: unknown): HoldfastError {
  const next = 'Name a file in a folder that exists and that you may write to.'
  return new HoldfastError('config-invalid', { what: `${name} cannot be written.`, why, next, cause })
}
