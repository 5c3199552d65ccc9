import type { AuditReport } from '../audit/audit.ts'

/** `83 of 100`, where the report has a score; tolerant, since reports of other versions have none or another. */
export function scoreText(report: AuditReport & { score?: unknown }): string | undefined {
  const value = numberIn(report.score)
  return value === undefined ? undefined : `${Math.round(value * 10) / 10} of 100`
}

function numberIn(score: unknown): number | undefined {
  if (typeof score === 'number') return Number.isFinite(score) ? score : undefined
  if (score === null || typeof score !== 'object') return undefined
  return 'value' in score ? numberIn(score.value) : undefined
}
