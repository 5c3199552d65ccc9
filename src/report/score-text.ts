import type { AuditReport } from '../audit/audit.ts'

/** `83.5 of 100`, where the report has a score. */
export function scoreText({ score }: Pick<AuditReport, 'score'>): string | undefined {
  return score && `${score.value} of 100`
}
