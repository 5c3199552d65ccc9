import type { Finding } from '../controls/control.ts'
import type { AuditReport } from './audit.ts'

/** What changed since an earlier report of the same registry. */
export interface Comparison {
  /** When the earlier one was made. */
  since: string
  /** Fails that were no fails then. */
  new: FindingId[]
  /** Fails of then that pass, or do not apply, or whose resource is gone. */
  fixed: FindingId[]
  /** Fails of then that cannot be judged now: not fixed. */
  unclear: FindingId[]
  stillOpen: number
}

export interface FindingId {
  control: string
  resource: string
  repository?: string
}

/** By control and resource. A control that was not asked in one of the two is left out. */
export function compareReports(before: AuditReport, now: AuditReport): Comparison {
  const asked = (report: AuditReport) => new Set(Object.keys(report.summary.byControl))
  const [then, today] = [asked(before), asked(now)]
  const both = ({ control }: Finding) => then.has(control) && today.has(control)
  const earlier = failing(before.findings.filter(both))
  const current = new Map(now.findings.filter(both).map((finding) => [keyOf(finding), finding]))
  const open = failing([...current.values()])
  const closed = [...earlier].filter(([key]) => !open.has(key))
  const isUnclear = ([key, finding]: [string, Finding]) =>
    current.get(key)?.status === 'unknown' || hidden(finding, now)
  return {
    since: before.collectedAt,
    new: [...open].filter(([key]) => !earlier.has(key)).map(([, finding]) => idOf(finding)),
    fixed: closed.filter((one) => !isUnclear(one)).map(([, finding]) => idOf(finding)),
    unclear: closed.filter(isUnclear).map(([, finding]) => idOf(finding)),
    stillOpen: [...open].filter(([key]) => earlier.has(key)).length,
  }
}

/** The list of resources itself could not be read: what is not in it may still be there. */
function hidden({ control }: Finding, now: AuditReport): boolean {
  return now.findings.some(
    (finding) => finding.control === control && finding.status === 'unknown' && !finding.repository,
  )
}

function failing(findings: readonly Finding[]): Map<string, Finding> {
  return new Map(
    findings.filter(({ status }) => status === 'fail').map((finding) => [keyOf(finding), finding]),
  )
}

function keyOf({ control, resource }: Finding): string {
  return `${control} ${resource}`
}

function idOf({ control, resource, repository }: Finding): FindingId {
  return { control, resource, ...(repository && { repository }) }
}
