import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { plural } from '../../core/bytes.ts'
import { countsText, repositoryCount } from '../counts.ts'
import { type FindingGroup, findingGroups } from '../finding-groups.ts'
import { requirementCounts } from '../framework-table.ts'
import { gravestFirst } from '../gravity.ts'
import { fixOf } from '../requirements.ts'
import { subjectOf } from '../subject.ts'
import { waiverWords } from '../waiver-words.ts'
import type { AuditFormat } from './format.ts'
import { markdownCode, markdownText } from './markdown-escape.ts'

/** GitHub drops a step summary over 1 MiB, and has dropped some that were near it, without a word. */
export const mostBytes = 900 * 1024
const kept = 1024
const topFindings = 10

/** For a step summary or a comment: the gravest findings first, then each control with what to do. */
export const markdown: AuditFormat = (report) => {
  const groups = findingGroups(report.findings).filter(({ status }) => wanted.includes(status))
  const page = limited(mostBytes - kept)
  for (const line of [...head(report), ...top(report), ...requirements(report)]) page.add(line)
  const total = groups.reduce((sum, { findings }) => sum + findings.length, 0)
  let shown = 0
  for (const group of groups) {
    if (!page.add(groupHead(group))) break
    const fitting = group.findings.findIndex((finding) => !page.add(row(finding, group)))
    shown += fitting < 0 ? group.findings.length : fitting
    if (fitting >= 0) break
  }
  return `${page.text()}${shown < total ? cutNotice(shown, total) : ''}\n`
}

const wanted = ['fail', 'unknown', 'waived']

/** Lines until the bytes are used up; the first that does not fit is refused, and so are all after it. */
function limited(bytes: number) {
  const lines: string[] = []
  let left = bytes
  return {
    add: (line: string): boolean => {
      left -= Buffer.byteLength(line) + 1
      if (left >= 0) lines.push(line)
      return left >= 0
    },
    text: () => lines.join('\n'),
  }
}

function head(report: AuditReport): string[] {
  const repositories = plural(repositoryCount(report), 'repository', 'repositories')
  return [
    '# Holdfast audit',
    '',
    ...(report.simulated ? ['**Simulated**: this registry is a sandbox, not a real one.', ''] : []),
    `${markdownCode(report.registry)}, ${markdownText(report.collectedAt)}: ${repositories}; ${countsText(report)}.`,
  ]
}

function top(report: AuditReport): string[] {
  const found = gravestFirst(report.findings.filter(({ status }) => status === 'fail')).slice(0, topFindings)
  if (found.length === 0) return []
  const rows = found.map((finding) => {
    const { severity, control, reason } = finding
    return `| ${severity} | ${code(control)} | ${markdownCode(subjectOf(finding))} | ${markdownText(reason)} |`
  })
  return ['', '| Severity | Control | Where | What is wrong |', '| --- | --- | --- | --- |', ...rows]
}

function requirements({ frameworks = [] }: AuditReport): string[] {
  return frameworks.flatMap((framework) => [
    '',
    `## ${markdownText(framework.title)}`,
    '',
    '| Status | Requirement | About | Findings | Controls |',
    '| --- | --- | --- | --- | --- |',
    ...framework.requirements.map((requirement) => {
      const { status, id, title, controls } = requirement
      const cells = [status, id, title, requirementCounts(requirement), controls.join(', ')]
      return `| ${cells.map(markdownText).join(' | ')} |`
    }),
  ])
}

/** Our own ids are safe, but a report may come from a file. */
const code = markdownCode

function groupHead({ status, severity, control, title, findings }: FindingGroup): string {
  const [first] = findings
  const fix = status === 'fail' && first ? fixOf(first) : undefined
  const head = status === 'fail' ? `Fail, ${severity}` : status === 'waived' ? 'Waived' : 'Unknown'
  const what = plural(findings.length, 'finding')
  return [
    '',
    `## ${head}: ${markdownText(title)}`,
    '',
    `${code(control)}, ${what}.${fix ? ` To do: ${markdownText(fix)}` : ''}`,
    '',
    '| Where | Why |',
    '| --- | --- |',
  ].join('\n')
}

function row(finding: Finding, group: FindingGroup): string {
  const { reason, severity, status } = finding
  const graver = severity === group.severity ? '' : `${severity}: `
  const waiver = status === 'waived' ? ` ${markdownText(waiverWords(finding))}` : ''
  return `| ${markdownCode(subjectOf(finding))} | ${graver}${markdownText(reason)}${waiver} |`
}

function cutNotice(shown: number, total: number): string {
  return `\n\n**Cut here**: ${shown} of ${total} findings are shown, the gravest first. \`--format json\` has all.`
}
