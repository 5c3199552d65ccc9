import type { MatrixReport } from '../access/matrix-report.ts'
import { kindWords, notSaidText, shortName } from './access-words.ts'
import { csvField } from './formats/csv-field.ts'
import { markdownCode, markdownText } from './formats/markdown-escape.ts'
import { paragraph, table } from './text.ts'

type Cell = MatrixReport['rows'][number]['cells'][number][number]

export const cellWords: Record<Cell, string> = {
  allowed: 'yes',
  conditional: 'if',
  partly: 'part',
  denied: '-',
}

const namesShown = 12

/** A table for each set of repositories with the same answers. */
export function matrixText(report: MatrixReport, { width = 100 }: { width?: number } = {}): string {
  const { groups, needs, simulated, account } = report
  const parts = groups.map(({ repositories, rows }) => {
    const head = paragraph(namesOf(repositories).join(', '), { width })
    if (rows.length === 0) return `${head}\n  nobody`
    const cells = rows.map(({ names, kind, cells }) => [
      namesOf(names.map((name) => shortName(name, account))).join(', '),
      kindWords[kind],
      ...cells.map((cell) => cellWords[cell]),
    ])
    return `${head}\n${table([['WHO', 'KIND', ...needs], ...cells], { width, indent: 2 })}`
  })
  if (groups.length === 0) parts.push('The registry has no repositories.')
  parts.push(
    paragraph(
      'yes: allowed; if: only if something holds, which `holdfast access who-can` says; part: some actions of it; -: no.',
      { width },
    ),
  )
  parts.push(notSaidText(report, width))
  if (simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

function namesOf(names: readonly string[]): string[] {
  const more = names.length - namesShown
  return more > 0 ? [...names.slice(0, namesShown), `and ${more} more`] : [...names]
}

/** A line for each principal, repository and need; the columns and their order are an interface. */
export function* matrixCsv({
  rows,
  repositories,
  needs,
  registry,
  asOf,
  simulated,
}: MatrixReport): Iterable<string> {
  yield 'registry,repository,principal,kind,need,answer,as_of,simulated\r\n'
  for (const { names, kind, cells } of rows)
    for (const name of names)
      for (const [at, repository] of repositories.entries())
        for (const [column, need] of needs.entries()) {
          const answer = cells[at]?.[column] ?? 'denied'
          const fields = [registry, repository, name, kind, need, answer, asOf, String(simulated)]
          yield `${fields.map(csvField).join(',')}\r\n`
        }
}

export function matrixMarkdown(report: MatrixReport): string {
  const { groups, needs, registry, asOf, missing, notConsidered, simulated } = report
  const sections = groups.map(({ repositories, rows }) =>
    [
      `## ${repositories.map(markdownCode).join(', ')}`,
      '',
      `| who | kind | ${needs.join(' | ')} |`,
      `| --- | --- |${' --- |'.repeat(needs.length)}`,
      ...rows.map(
        ({ names, kind, cells }) =>
          `| ${names.map(markdownCode).join(', ')} | ${kindWords[kind]} | ${cells.map((cell) => cellWords[cell]).join(' | ')} |`,
      ),
    ].join('\n'),
  )
  const notes = [
    ...(missing.length > 0 ? [`Missing: ${markdownText(missing.join(', '))}.`] : []),
    `Not considered: ${notConsidered.join(', ')}.`,
    ...(simulated ? ['Simulated: this registry is the sandbox.'] : []),
  ]
  const head = `# Access to ${markdownText(registry)}\n\nAs of ${asOf}.`
  return `${[head, ...sections, ...notes].join('\n\n')}\n`
}
