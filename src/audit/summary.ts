import type { Finding, Severity, Status } from '../controls/control.ts'

export interface StatusCounts {
  pass: number
  fail: number
  unknown: number
  waived: number
  notApplicable: number
}

export interface AuditSummary extends StatusCounts {
  /** Fails only. */
  bySeverity: Record<Severity, number>
  /** By control id; every control that was asked, also one without a finding. */
  byControl: Record<string, StatusCounts>
}

export function summarize(findings: readonly Finding[], controls: readonly string[]): AuditSummary {
  const total = noCounts()
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  const byControl: Record<string, StatusCounts> = Object.fromEntries(controls.map((id) => [id, noCounts()]))
  for (const { control, status, severity } of findings) {
    const name = countOf(status)
    total[name]++
    const counts = byControl[control]
    if (counts) counts[name]++
    if (status === 'fail') bySeverity[severity]++
  }
  return { ...total, bySeverity, byControl }
}

function countOf(status: Status): keyof StatusCounts {
  return status === 'not-applicable' ? 'notApplicable' : status
}

function noCounts(): StatusCounts {
  return { pass: 0, fail: 0, unknown: 0, waived: 0, notApplicable: 0 }
}
