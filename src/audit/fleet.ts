import type { Finding, Severity } from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import { exit, type HoldfastError } from '../core/errors.ts'
import { type AuditReport, auditExit } from './audit.ts'
import { type Score, scoreOf } from './score.ts'

/** The audits of many registries as one report. */
export interface FleetReport {
  schema: 'holdfast.audit-fleet/1'
  simulated: boolean
  registries: AuditReport[]
  /** Registries without a repository: nothing to judge. */
  empty: Place[]
  /** Registries that could not be audited at all. */
  failed: (Place & { code: string; what: string; next: string })[]
  summary: FleetSummary
}

export interface Place {
  account: string
  region: string
}

export interface FleetSummary {
  registries: number
  repositories: number
  /** Fails, each once: what belongs to an account shows up in every one of its Regions. */
  bySeverity: Record<Severity, number>
  unknown: number
  score?: Score
  /** The controls that fail somewhere, the gravest first. */
  controls: { control: string; title: string; severity: Severity; fails: number; registries: number }[]
}

export type Audited =
  | { place: Place; report: AuditReport }
  | { place: Place; empty: true; simulated: boolean }
  | { place: Place; error: HoldfastError }

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** In the order of account and Region, whatever order they were done in. */
export function fleetReport(audited: readonly Audited[]): FleetReport {
  const sorted = [...audited].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const registries = sorted.flatMap((one) => ('report' in one ? [one.report] : []))
  return {
    schema: 'holdfast.audit-fleet/1',
    simulated: sorted.some((one) =>
      'report' in one ? one.report.simulated : 'empty' in one && one.simulated,
    ),
    registries,
    empty: sorted.flatMap((one) => ('empty' in one ? [one.place] : [])),
    failed: sorted.flatMap((one) => ('error' in one ? [failedOf(one)] : [])),
    summary: summaryOf(registries),
  }
}

/** The gravest of all: 3 before 4. */
export function fleetExit(report: FleetReport, gate?: Severity): number {
  const codes = report.registries.map((one) => auditExit(one, gate))
  if (codes.includes(exit.findings)) return exit.findings
  return report.failed.length > 0 || codes.includes(exit.partial) ? exit.partial : exit.ok
}

function nameOf({ place }: Audited): string {
  return `${place.account} ${place.region}`
}

function failedOf({ place, error }: { place: Place; error: HoldfastError }) {
  return { ...place, code: error.code, what: error.message, next: error.next }
}

function summaryOf(registries: readonly AuditReport[]): FleetSummary {
  const findings = once(registries.flatMap((report) => report.findings))
  const fails = findings.filter(({ status }) => status === 'fail')
  const asked = controls.filter(({ id }) => registries.some(({ summary }) => id in summary.byControl))
  const score = scoreOf(asked, findings)
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 }
  for (const { severity } of fails) bySeverity[severity]++
  return {
    registries: registries.length,
    repositories: new Set(findings.flatMap(({ repository, resource }) => (repository ? [resource] : [])))
      .size,
    bySeverity,
    unknown: findings.filter(({ status }) => status === 'unknown').length,
    ...(score && { score }),
    controls: controlsOf(fails, registries),
  }
}

function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.control} ${finding.resource}`, finding])).values()]
}

function controlsOf(fails: readonly Finding[], registries: readonly AuditReport[]): FleetSummary['controls'] {
  const rows = new Map<string, FleetSummary['controls'][number]>()
  for (const { control, title, severity } of fails) {
    const row = rows.get(control) ?? { control, title, severity, fails: 0, registries: 0 }
    const graver = severities.indexOf(severity) < severities.indexOf(row.severity) ? severity : row.severity
    rows.set(control, { ...row, severity: graver, fails: row.fails + 1 })
  }
  for (const { summary } of registries) {
    for (const [control, { fail }] of Object.entries(summary.byControl)) {
      const row = rows.get(control)
      if (row && fail > 0) row.registries++
    }
  }
  return [...rows.values()].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.fails - a.fails,
  )
}
