import type { BackupReport } from '../../src/backup/report.ts'
import { type Step, total } from './run.ts'

const number = (value: number) => Math.round(value).toLocaleString('en-US')

/** As Markdown: what is measured goes into docs/performance.md as it is. */
export function stepTable(steps: Step<object>[]): string[] {
  const rows = steps.map((step) => {
    const { name, seconds, processorSeconds, served, peakBytes } = step
    const cells = [seconds.toFixed(1), processorSeconds.toFixed(1), number(total(served))]
    return `| ${[name, ...cells, bytesOf(step.answer), number(peakBytes / 1e6)].join(' | ')} |`
  })
  return [
    '| | seconds | of processor time | requests | MB copied | peak MB |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ]
}

/** Each operation a row, each backup a column. */
export function requestLines(backups: Step<BackupReport>[]): string[] {
  return operationTable(backups.map(({ name, answer }) => ({ name, requests: answer.requests.byOperation })))
}

export function operationTable(columns: { name: string; requests: Record<string, number> }[]): string[] {
  const operations = [...new Set(columns.flatMap(({ requests }) => Object.keys(requests)))].sort()
  const row = (name: string, cells: string[]) => `| ${[name, ...cells].join(' | ')} |`
  return [
    row(
      'requests',
      columns.map(({ name }) => name),
    ),
    row(
      '---',
      columns.map(() => '---'),
    ),
    ...operations.map((operation) =>
      row(
        `\`${operation}\``,
        columns.map(({ requests }) => number(requests[operation] ?? 0)),
      ),
    ),
  ]
}

function bytesOf(answer: object): string {
  if (!('copied' in answer)) return ''
  return ((answer as BackupReport).copied.bytes / 1e6).toFixed(1)
}
