import { styleText } from 'node:util'
import type { AuditReport } from '../audit/audit.ts'
import type { Severity, Status } from '../controls/control.ts'
import { plural } from '../core/bytes.ts'
import { countsText, repositoryCount } from './counts.ts'
import { type FindingGroup, findingGroups } from './finding-groups.ts'
import { frameworkTable } from './framework-table.ts'
import { fixOf } from './requirements.ts'
import { standingLines } from './standing-text.ts'
import { shortSubject } from './subject.ts'
import { plainText, table } from './text.ts'
import { wrap } from './wrap.ts'

export interface AuditTableOptions {
  width?: number
  colour?: boolean
  /** Also what passed, and every finding of a control instead of the first five. */
  all?: boolean
}

const shownOfEach = 5

type Paint = (format: Parameters<typeof styleText>[0], text: string) => string

/** For people: what failed first, by severity; then what could not be judged. Never cuts without saying so. */
export function auditTable(report: AuditReport, options: AuditTableOptions = {}): string {
  const { width = 100, colour = false, all = false } = options
  const paint: Paint = (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text)
  const groups = findingGroups(report.findings)
  const shown = all ? groups : groups.filter(({ status }) => status === 'fail' || status === 'unknown')
  const blocks = shown.map((group) => groupText(group, { width, all, paint }))
  const requirements = (report.frameworks ?? []).map((framework) => frameworkTable(framework, width))
  return [...blocks, ...requirements, ...endText(report, { groups, width, all, paint })].join('\n\n')
}

interface Style {
  width: number
  all: boolean
  paint: Paint
}

function groupText(group: FindingGroup, { width, all, paint }: Style): string {
  const { control, title, status, severity, findings } = group
  const listed = all ? findings : findings.slice(0, shownOfEach)
  const rows = listed.map((finding) => [
    shortSubject(finding),
    finding.severity === severity ? finding.reason : `${finding.severity}: ${finding.reason}`,
  ])
  const lines = [
    paint(colourOf(status, severity), `${status.toUpperCase()} ${severity}  ${control}`),
    ...wrap(plainText(title), width - 2).map((line) => paint('dim', `  ${line}`)),
    ...toDo(group, width),
    table(rows, { width, indent: 2 }),
  ]
  if (listed.length < findings.length) {
    lines.push(`  showing ${listed.length} of ${findings.length}; --all shows every one`)
  }
  return lines.join('\n')
}

/** A control has one fix, so it is said once, above the resources that need it. */
function toDo({ status, findings }: FindingGroup, width: number): string[] {
  const [first] = findings
  const fix = status === 'fail' && first ? fixOf(first) : undefined
  return fix ? [table([['To do:', fix]], { width, indent: 2 })] : []
}

function colourOf(status: Status, severity: Severity): Parameters<typeof styleText>[0] {
  if (status === 'pass') return 'green'
  if (status === 'unknown') return 'magenta'
  if (status !== 'fail') return 'dim'
  return severity === 'critical' || severity === 'high' ? ['bold', 'red'] : ['bold', 'yellow']
}

function endText(
  report: AuditReport,
  { groups, width, all, paint }: Style & { groups: FindingGroup[] },
): string[] {
  const { fail, unknown } = report.summary
  const where = `${report.registry}${report.simulated ? ' (simulated)' : ''}`
  const repositories = plural(repositoryCount(report), 'repository', 'repositories')
  const total = `${where}: ${repositories}; ${countsText(report)}.`
  const clean = cleanControls(report)
  const idle = idleControls(report)
  const lines = wrap(plainText(total), width).map((line) => paint('bold', line))
  if (!all && clean.length > 0) lines.push(...wrap(`Nothing wrong: ${clean.join(', ')}.`, width))
  if (!all && idle.length > 0) lines.push(...wrap(idleLine(idle), width))
  lines.push(...standingLines(report).flatMap((line) => wrap(line, width)))
  const next = nextSteps(groups, { all, fail, unknown })
  return next.length > 0 ? [lines.join('\n'), table(next, { width })] : [lines.join('\n')]
}

function cleanControls({ summary }: AuditReport): string[] {
  return Object.entries(summary.byControl)
    .filter(([, { pass, fail, unknown }]) => pass > 0 && fail + unknown === 0)
    .map(([control]) => control)
}

/** They found nothing to judge: often because nobody has said what is expected. */
function idleControls({ summary }: AuditReport): string[] {
  return Object.entries(summary.byControl)
    .filter(([, counts]) => counts.notApplicable > 0)
    .filter(([, { pass, fail, unknown, waived }]) => pass + fail + unknown + waived === 0)
    .map(([control]) => control)
}

function idleLine(controls: string[]): string {
  return `Nothing to judge: ${controls.join(', ')}; holdfast explain says what each of them takes.`
}

function nextSteps(
  groups: FindingGroup[],
  { all, fail, unknown }: { all: boolean; fail: number; unknown: number },
) {
  const worst =
    groups.find(({ status }) => status === 'fail') ?? groups.find(({ status }) => status === 'unknown')
  const steps: string[][] = []
  if (worst) steps.push([`holdfast explain ${worst.control}`, 'what it means and how to fix it'])
  if (fail > 0) steps.push(['holdfast plan', 'what would put it right, with a way back'])
  if (unknown > 0) steps.push(['holdfast doctor', 'whether permissions are missing'])
  if (fail > 0 && !all) steps.push(['holdfast audit --all', 'every finding, also what passed'])
  return steps.map((step, at) => [at === 0 ? 'Next:' : '', ...step])
}
