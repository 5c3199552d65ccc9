import { styleText } from 'node:util'
import type { AuditReport } from '../audit/audit.ts'
import type { Finding, Severity, Status } from '../controls/control.ts'
import { plural } from '../core/bytes.ts'
import { plainText, table } from './text.ts'
import { wrap } from './wrap.ts'

export interface AuditTableOptions {
  width?: number
  colour?: boolean
  /** Also what passed, and every finding of a control instead of the first five. */
  all?: boolean
}

const shownOfEach = 5
const statusOrder: readonly Status[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable']
const severityOrder: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** The findings of one control that ended alike. */
interface Group {
  control: string
  title: string
  status: Status
  /** The worst among them. */
  severity: Severity
  findings: Finding[]
}

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

/** For people: what failed first, by severity; then what could not be judged. Never cuts without saying so. */
export function auditTable(report: AuditReport, options: AuditTableOptions = {}): string {
  const { width = 100, colour = false, all = false } = options
  const paint: Paint = (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text)
  const groups = groupsOf(report.findings)
  const shown = all ? groups : groups.filter(({ status }) => status === 'fail' || status === 'unknown')
  const blocks = shown.map((group) => groupText(group, { width, all, paint }))
  return [...blocks, ...endText(report, { groups, width, all, paint })].join('\n\n')
}

function groupsOf(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>()
  for (const finding of findings) {
    const { control, title, status, severity } = finding
    const key = `${control} ${status}`
    const group = groups.get(key) ?? { control, title, status, severity, findings: [] }
    group.findings.push(finding)
    if (severityRank(severity) < severityRank(group.severity)) group.severity = severity
    groups.set(key, group)
  }
  const rank = (group: Group) => statusOrder.indexOf(group.status) * 10 + severityRank(group.severity)
  return [...groups.values()].sort((a, b) => rank(a) - rank(b))
}

function severityRank(severity: Severity): number {
  return severityOrder.indexOf(severity)
}

interface Style {
  width: number
  all: boolean
  paint: Paint
}

function groupText(group: Group, { width, all, paint }: Style): string {
  const { control, title, status, severity, findings } = group
  const worstFirst = [...findings].sort((a, b) => severityRank(a.severity) - severityRank(b.severity))
  const listed = all ? worstFirst : worstFirst.slice(0, shownOfEach)
  const rows = listed.map((finding) => [
    finding.repository ?? (finding.resource.endsWith(':registry') ? 'the registry' : finding.resource),
    finding.severity === severity ? finding.reason : `${finding.severity}: ${finding.reason}`,
  ])
  const lines = [
    paint(colourOf(status, severity), `${status.toUpperCase()} ${severity}  ${control}`),
    ...wrap(plainText(title), width - 2).map((line) => paint('dim', `  ${line}`)),
    table(rows, { width, indent: 2 }),
  ]
  if (listed.length < findings.length) {
    lines.push(`  showing ${listed.length} of ${findings.length}; --all shows every one`)
  }
  return lines.join('\n')
}

function colourOf(status: Status, severity: Severity): Parameters<typeof styleText>[0] {
  if (status === 'pass') return 'green'
  if (status === 'unknown') return 'magenta'
  if (status !== 'fail') return 'dim'
  return severity === 'critical' || severity === 'high' ? ['bold', 'red'] : ['bold', 'yellow']
}

function endText(report: AuditReport, { groups, width, all, paint }: Style & { groups: Group[] }): string[] {
  const { pass, fail, unknown, waived, notApplicable } = report.summary
  const repositories = new Set(report.findings.flatMap(({ repository }) => repository ?? [])).size
  const where = `${report.registry}${report.simulated ? ' (simulated)' : ''}`
  const counts = [
    `${pass} pass`,
    `${fail} fail${severityCounts(report)}`,
    `${unknown} unknown`,
    ...(waived > 0 ? [`${waived} waived`] : []),
    `${notApplicable} not applicable`,
  ]
  const total = `${where}: ${plural(repositories, 'repository', 'repositories')}; ${counts.join(', ')}.`
  const clean = cleanControls(report)
  const lines = wrap(plainText(total), width).map((line) => paint('bold', line))
  if (!all && clean.length > 0) lines.push(...wrap(`Nothing wrong: ${clean.join(', ')}.`, width))
  const next = nextSteps(groups, { all, fail, unknown })
  return next.length > 0 ? [lines.join('\n'), table(next, { width })] : [lines.join('\n')]
}

function severityCounts({ summary }: AuditReport): string {
  const found = severityOrder.filter((severity) => summary.bySeverity[severity] > 0)
  return found.length === 0
    ? ''
    : ` (${found.map((severity) => `${summary.bySeverity[severity]} ${severity}`).join(', ')})`
}

function cleanControls({ summary }: AuditReport): string[] {
  return Object.entries(summary.byControl)
    .filter(([, { pass, fail, unknown }]) => pass > 0 && fail + unknown === 0)
    .map(([control]) => control)
}

function nextSteps(groups: Group[], { all, fail, unknown }: { all: boolean; fail: number; unknown: number }) {
  const worst = groups.find(({ status }) => status === 'fail')
  const steps: string[][] = []
  if (worst) steps.push([`holdfast explain ${worst.control}`, 'what it means and how to fix it'])
  if (unknown > 0) steps.push(['holdfast doctor', 'which permissions are missing'])
  if (fail > 0 && !all) steps.push(['holdfast audit --all', 'every finding, also what passed'])
  return steps.map((step, at) => [at === 0 ? 'Next:' : '', ...step])
}
