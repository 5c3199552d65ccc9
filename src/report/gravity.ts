import type { Finding, Severity, Status } from '../controls/control.ts'

/** The order of every report: what failed first, the gravest of it first. */
export const statusOrder: readonly Status[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable']
export const severityOrder: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

export function severityRank(severity: Severity): number {
  return severityOrder.indexOf(severity)
}

export function gravity({ status, severity }: Pick<Finding, 'status' | 'severity'>): number {
  return statusOrder.indexOf(status) * severityOrder.length + severityRank(severity)
}

/** Those that are equally grave keep their order, which is that of the controls and of the repositories. */
export function gravestFirst<T extends Pick<Finding, 'status' | 'severity'>>(findings: readonly T[]): T[] {
  return [...findings].sort((a, b) => gravity(a) - gravity(b))
}
