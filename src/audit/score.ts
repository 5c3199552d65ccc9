import type { Control, Finding, Severity } from '../controls/control.ts'

/** From 0 to 100, with everything needed to work it out by hand. */
export interface Score {
  value: number
  /** Where points were lost, most first. */
  lost: { control: string; severity: Severity; points: number; failed: number; judged: number }[]
  /** Controls without a pass or a fail: they count for nothing, for better or worse. */
  notCounted: number
}

/** What a control counts for. */
const weights: Record<Severity, number> = { critical: 10, high: 6, medium: 3, low: 1, info: 0 }

/**
 * Each control that passed or failed somewhere counts with the weight of its severity; it keeps the share of its
 * resources that pass. A waived fail counts as neither, and neither does what is unknown. Undefined when nothing was
 * judged.
 */
export function scoreOf(controls: readonly Control[], findings: readonly Finding[]): Score | undefined {
  const counts = new Map(controls.map(({ id }) => [id, { pass: 0, fail: 0 }]))
  for (const { control, status } of findings) {
    const count = counts.get(control)
    if (count && (status === 'pass' || status === 'fail')) count[status]++
  }
  const rows = controls.flatMap(({ id, severity }) => {
    const { pass, fail } = counts.get(id) ?? { pass: 0, fail: 0 }
    return pass + fail === 0 ? [] : [{ control: id, severity, failed: fail, judged: pass + fail }]
  })
  const total = rows.reduce((sum, { severity }) => sum + weights[severity], 0)
  if (total === 0) return undefined
  const lost = rows
    .map((row) => ({ ...row, points: (100 * weights[row.severity] * row.failed) / row.judged / total }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
  const value = 100 - lost.reduce((sum, { points }) => sum + points, 0)
  return {
    value: tenth(Math.max(0, value)),
    lost: lost.map((row) => ({ ...row, points: tenth(row.points) })),
    notCounted: controls.length - rows.length,
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
