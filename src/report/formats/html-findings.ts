import type { AuditReport } from '../../audit/audit.ts'
import type { Finding } from '../../controls/control.ts'
import { gravestFirst, severityOrder, statusOrder } from '../gravity.ts'
import { fixOf, requirementsOf } from '../requirements.ts'
import { subjectOf } from '../subject.ts'
import { waiverWords } from '../waiver-words.ts'
import { htmlText } from './html-escape.ts'

/** What a browser still filters without a wait. The gravest come first, so what is left out is what passed. */
export const mostRows = 20_000
const mostNames = 2000

export function findingsSection(report: AuditReport): string {
  const findings = gravestFirst(report.findings)
  const rows = findings.slice(0, mostRows)
  const left = findings.length - rows.length
  const notice = `<p class="simulated">${left} more findings are left out here; the JSON report has all.</p>`
  return `<section aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${filters(rows)}
<p id="shown" role="status" class="dim">${rows.length} findings</p>
${left > 0 ? notice : ''}
<table id="findings">
<thead><tr><th scope="col">Status</th><th scope="col">Severity</th><th scope="col">Control</th><th scope="col">Where</th><th scope="col">Why, and what to do</th></tr></thead>
<tbody id="rows">
${rows.map(row).join('\n')}
</tbody>
</table>
<p id="none" hidden>No finding matches the filters.</p>
</section>`
}

function filters(findings: readonly Finding[]): string {
  const controls = [...new Set(findings.map(({ control }) => control))].sort()
  const names = [...new Set(findings.flatMap(({ repository }) => repository ?? []))]
    .sort()
    .slice(0, mostNames)
  return `<form id="filters" hidden aria-label="Filters">
${select('status', statusOrder)}
${select('severity', severityOrder)}
${select('control', controls)}
<label>Repository<input name="repository" list="repositories" autocomplete="off"></label>
<datalist id="repositories">${names.map((name) => `<option value="${htmlText(name)}"></option>`).join('')}</datalist>
<label>Text<input name="text" type="search" autocomplete="off"></label>
<button type="reset">Show all</button>
</form>`
}

function select(name: string, values: readonly string[]): string {
  const options = values.map((value) => `<option>${htmlText(value)}</option>`).join('')
  const label = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return `<label>${label}<select name="${name}"><option value="">all</option>${options}</select></label>`
}

function row(finding: Finding): string {
  const { status, severity, control, title, repository = '' } = finding
  const data = { status, severity, control, repository }
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${htmlText(value)}"`)
  return `<tr ${attributes.join(' ')}>
<td class="fixed ${htmlText(status)}">${htmlText(status)}</td>
<td class="fixed ${htmlText(severity)}">${htmlText(severity)}</td>
<td><code>${htmlText(control)}</code><p class="dim">${htmlText(title)}</p></td>
<td><code>${htmlText(subjectOf(finding))}</code></td>
<td>${why(finding)}</td>
</tr>`
}

function why(finding: Finding): string {
  const { status, reason, evidence, resource } = finding
  const lines = [`<p>${htmlText(reason)}</p>`]
  if (status === 'waived') lines.push(`<p>${htmlText(waiverWords(finding))}</p>`)
  const open = status === 'fail' || status === 'unknown' || status === 'waived'
  if (!open) return lines.join('')
  const fix = status === 'unknown' ? undefined : fixOf(finding)
  if (fix) lines.push(`<p><strong>To do:</strong> ${htmlText(fix)}</p>`)
  const requirements = requirementsOf(finding).map(htmlText).join(', ')
  const facts = [`<p><code>${htmlText(resource)}</code></p>`]
  if (requirements) facts.push(`<p>${requirements}</p>`)
  if (evidence) facts.push(`<pre>${evidenceText(evidence)}</pre>`)
  return `${lines.join('')}<details><summary>Details</summary>${facts.join('')}</details>`
}

/** Line by line: the line ends are ours, whatever the text in between holds. */
function evidenceText(evidence: Record<string, unknown>): string {
  return JSON.stringify(evidence, null, 2).split('\n').map(htmlText).join('\n')
}
