import { resolve } from 'node:path'
import { allNeeds, isNeed, type Need } from '../../access/ability-actions.ts'
import type { MatrixReport } from '../../access/matrix-report.ts'
import { exit, HoldfastError } from '../../core/errors.ts'
import { accessToAll, inventoryOption, registryArgument } from '../access.ts'
import { budgetOption } from '../budget.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import { type CommandContext, jsonText } from '../context.ts'
import { widthOf } from '../io.ts'
import { type NamedFile, requirePlace, writeWhole } from '../whole-file.ts'

const endings: Record<string, string> = { '.json': 'json', '.csv': 'csv', '.md': 'markdown', '.txt': 'table' }

export const accessMatrix: CommandSpec = {
  name: 'access matrix',
  summary: 'Everybody by every repository and need: who can pull, push, delete, configure, read the policy.',
  argument: registryArgument,
  options: [
    { flags: '--repository <glob>', does: 'only repositories that match; may be repeated', many: true },
    { flags: '--need <need>', does: 'only this need; may be repeated', choices: [...allNeeds], many: true },
    {
      flags: '--out <file>',
      does: `also a file, by its ending: ${Object.keys(endings).join(' ')}`,
    },
    inventoryOption,
    budgetOption,
  ],
  formats: ['csv', 'markdown'],
  examples: [
    { line: 'holdfast access matrix', does: 'repositories with the same answers together' },
    { line: "holdfast access matrix --repository 'shop/*' --need push --need delete", does: 'some of it' },
    { line: 'holdfast access matrix --out access.csv', does: 'a line for each principal, repository, need' },
  ],
  exits: { [exit.partial]: 'a policy or the identities could not be read; it says which' },
  run: async (context, options, registry) => {
    const file = await fileOf(context, options)
    const needs = (option.list(options, 'need') ?? []).filter(isNeed)
    const access = await accessToAll(context, options, registry)
    const { matrixReport } = await import('../../access/matrix-report.ts')
    context.run.progress.phase('Asking who can do what')
    const { signal } = context.run
    const report = matrixReport(access, { signal, ...(needs.length > 0 && { needs: ordered(needs) }) })
    const { format } = context.global
    const shown = await textOf(report, format, widthOf(context.io))
    await context.answer(report, () => shown)
    if (file) await writeWhole(file, await textOf(report, file.format, 100))
    return report.missing.length > 0 ? exit.partial : exit.ok
  },
}

const ordered = (needs: readonly Need[]) => allNeeds.filter((need) => needs.includes(need))

interface OutputFile extends NamedFile {
  format: string
}

async function fileOf({ io }: CommandContext, options: CommandOptions): Promise<OutputFile | undefined> {
  const name = option.text(options, 'out')
  if (name === undefined) return undefined
  const found = Object.entries(endings).find(([ending]) => name.toLowerCase().endsWith(ending))
  if (!found)
    throw new HoldfastError('usage', {
      what: `No format goes with the name ${JSON.stringify(name)}`,
      why: 'The ending of the name says which format is written.',
      next: `Let it end with ${Object.keys(endings).join(' ')}`,
    })
  const file = { name, path: resolve(io.cwd, name), format: found[1] }
  await requirePlace(file)
  return file
}

async function textOf(
  report: MatrixReport,
  format: string,
  width: number,
): Promise<string | Iterable<string>> {
  if (format === 'json') return jsonText(report)
  const { matrixCsv, matrixMarkdown, matrixText } = await import('../../report/access-matrix-text.ts')
  if (format === 'csv') return matrixCsv(report)
  return format === 'markdown' ? matrixMarkdown(report) : `${matrixText(report, { width })}\n`
}
