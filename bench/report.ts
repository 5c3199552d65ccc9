import type { Measurement } from './measure.ts'

export interface Row {
  name: string
  runs: Measurement[]
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

const seconds = (row: Row) => row.runs.map((run) => run.seconds)
const column = (text: string, width: number) => text.padStart(width)

/** `ratio` is each program's median over that of the first row: above 1 means slower than it. */
export function table(rows: Row[], setBytes: number): string {
  const first = median(rows[0] ? seconds(rows[0]) : [])
  const head = ['seconds', 'min-max', 'ratio', 'MB/s', 'MB got', 'requests', 'peak MB']
  const widths = [9, 14, 7, 7, 9, 9, 9]
  const line = (name: string, cells: string[]) =>
    name.padEnd(34) + cells.map((cell, index) => column(cell, widths[index] ?? 9)).join('')
  const body = rows.map((row) => {
    const middle = median(seconds(row))
    return line(row.name, [
      middle.toFixed(2),
      `${Math.min(...seconds(row)).toFixed(2)}-${Math.max(...seconds(row)).toFixed(2)}`,
      (middle / first).toFixed(2),
      (setBytes / 1e6 / middle).toFixed(0),
      (median(row.runs.map((run) => run.receivedBytes)) / 1e6).toFixed(0),
      median(row.runs.map((run) => run.requests)).toFixed(0),
      (Math.max(...row.runs.map((run) => run.peakBytes)) / 1e6).toFixed(0),
    ])
  })
  return [line('', head), ...body].join('\n')
}

export interface Target {
  text: string
  value: number
  met: boolean
  unit: string
}

export function targetLine({ text, value, met, unit }: Target): string {
  const shown = Number.isInteger(value) ? value : value.toFixed(2)
  return `${met ? 'met   ' : 'MISSED'}  ${text}: ${shown} ${unit}`.trimEnd()
}
