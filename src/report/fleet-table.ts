import type { AuditReport } from '../audit/audit.ts'
import type { FleetReport } from '../audit/fleet.ts'
import { plural } from '../core/bytes.ts'
import { repositoryCount } from './counts.ts'
import { plainText, table } from './text.ts'
import { wrap } from './wrap.ts'

const controlsShown = 15

/** What fails most gravely over all, then one line for each registry. */
export function fleetTable(report: FleetReport, { width = 100, all = false } = {}): string {
  const parts = [controlsText(report, all), registriesText(report, width), failedText(report, width)]
  parts.push(totalText(report, width))
  if (report.simulated) parts.push('Simulated: these registries are the sandbox.')
  return parts.filter((part) => part !== '').join('\n\n')
}

function controlsText({ summary }: FleetReport, all: boolean): string {
  const { controls } = summary
  if (controls.length === 0) return ''
  const shown = all ? controls : controls.slice(0, controlsShown)
  const rows = shown.map(({ control, severity, fails, registries, title }) => [
    severity,
    control,
    String(fails),
    plural(registries, 'registry', 'registries'),
    plainText(title),
  ])
  const more =
    shown.length < controls.length
      ? [`showing ${shown.length} of ${controls.length}; --all shows every one`]
      : []
  return [table([['SEVERITY', 'CONTROL', 'FAILS', 'IN', ''], ...rows]), ...more].join('\n')
}

function registriesText({ registries, empty }: FleetReport, width: number): string {
  if (registries.length === 0) return ''
  const head = ['ACCOUNT', 'REGION', 'REPOSITORIES', 'CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN', 'SCORE']
  const lines = [table([head, ...registries.map(registryRow)], { width })]
  const names = empty.map(({ account, region }) => `${account}/${region}`)
  if (names.length > 0) lines.push(...wrap(`Without a repository: ${names.join(', ')}.`, width))
  return lines.join('\n')
}

function registryRow(report: AuditReport): string[] {
  const { critical, high, medium, low } = report.summary.bySeverity
  return [
    report.account,
    report.region,
    String(repositoryCount(report)),
    ...[critical, high, medium, low, report.summary.unknown].map(String),
    report.score ? String(report.score.value) : '-',
  ]
}

function failedText({ failed }: FleetReport, width: number): string {
  if (failed.length === 0) return ''
  const rows = failed.map(({ account, region, code, what }) => [
    `${account}/${region}`,
    code,
    plainText(what),
  ])
  return ['Could not be audited:', table(rows, { width, indent: 2 })].join('\n')
}

function totalText({ summary, failed }: FleetReport, width: number): string {
  const { critical, high, medium, low } = summary.bySeverity
  const counts = [
    `${plural(summary.registries, 'registry', 'registries')}, ${plural(summary.repositories, 'repository', 'repositories')}:`,
    `${critical} critical, ${high} high, ${medium} medium, ${low} low, ${summary.unknown} unknown`,
  ].join(' ')
  const lost = failed.length > 0 ? `; ${failed.length} not audited` : ''
  const score = summary.score ? ` Score: ${summary.score.value} of 100.` : ''
  return [...wrap(`${counts}${lost}.${score}`, width), '', table(nextSteps(summary), { width })].join('\n')
}

function nextSteps({ controls }: FleetReport['summary']): string[][] {
  const [worst] = controls
  const steps = worst ? [[`holdfast explain ${worst.control}`, 'what it means and how to fix it']] : []
  steps.push(['holdfast audit ecr://ACCOUNT/REGION', 'one of them, with what to do'])
  return steps.map((step, at) => [at === 0 ? 'Next:' : '', ...step])
}
