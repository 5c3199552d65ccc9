import type { Finding, Severity, Status } from '../controls/control.ts'
import { gravity, severityRank } from './gravity.ts'

/** The findings of one control that ended alike, the gravest first. */
export interface FindingGroup {
  control: string
  title: string
  status: Status
  /** The worst among them. */
  severity: Severity
  findings: Finding[]
}

/** What failed first, the gravest of it first. */
export function findingGroups(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>()
  for (const finding of findings) {
    const { control, title, status, severity } = finding
    const key = `${control} ${status}`
    const group = groups.get(key) ?? { control, title, status, severity, findings: [] }
    group.findings.push(finding)
    if (severityRank(severity) < severityRank(group.severity)) group.severity = severity
    groups.set(key, group)
  }
  for (const group of groups.values()) {
    group.findings.sort((a, b) => severityRank(a.severity) - severityRank(b.severity))
  }
  return [...groups.values()].sort((a, b) => gravity(a) - gravity(b))
}
