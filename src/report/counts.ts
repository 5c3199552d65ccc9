import type { AuditReport } from '../audit/audit.ts'
import { severityOrder } from './gravity.ts'

/** `57 pass, 14 fail (7 medium, 7 low), 1 unknown, 0 not applicable`. */
export function countsText(report: AuditReport): string {
  const { pass, fail, unknown, waived, notApplicable } = report.summary
  return [
    `${pass} pass`,
    `${fail} fail${severityCounts(report)}`,
    `${unknown} unknown`,
    ...(waived > 0 ? [`${waived} waived`] : []),
    `${notApplicable} not applicable`,
  ].join(', ')
}

export function repositoryCount(report: AuditReport): number {
  return new Set(report.findings.flatMap(({ repository }) => repository ?? [])).size
}

function severityCounts({ summary }: AuditReport): string {
  const found = severityOrder.filter((severity) => summary.bySeverity[severity] > 0)
  const counts = found.map((severity) => `${summary.bySeverity[severity]} ${severity}`)
  return found.length === 0 ? '' : ` (${counts.join(', ')})`
}
