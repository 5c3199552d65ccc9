import type { AuditReport } from '../../audit/audit.ts'
import type { FrameworkResult } from '../../audit/by-framework.ts'
import { requirementCounts } from '../framework-table.ts'
import { htmlText } from './html-escape.ts'

/** Every waiver, also one that covers nothing or is about to end. */
export function waiverSection({ waivers }: AuditReport): string {
  if (waivers.length === 0) return ''
  const rows = waivers.map(({ state, control, resource, owner, reason, expires, findings }) => [
    state,
    control,
    resource,
    owner,
    reason,
    expires,
    String(findings),
  ])
  return section('Waivers', ['State', 'Control', 'Where', 'Owner', 'Reason', 'Until', 'Findings'], rows)
}

export function frameworkSections({ frameworks = [] }: AuditReport): string {
  return frameworks.map(frameworkSection).join('\n')
}

function frameworkSection({ title, requirements }: FrameworkResult): string {
  const rows = requirements.map((requirement) => [
    requirement.status,
    requirement.id,
    requirement.title,
    requirementCounts(requirement),
    requirement.controls.join(', '),
  ])
  return section(title, ['Status', 'Requirement', 'About', 'Findings', 'Controls'], rows)
}

function section(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row.map((cell, at) => `<td${classOf(cell, at)}>${htmlText(cell)}</td>`)
  return `<section><h2>${htmlText(title)}</h2>
<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row).join('')}</tr>`).join('\n')}
</tbody></table></section>`
}

/** The first cell is a state or a status: words of ours, which are the names of their colours. */
function classOf(cell: string, at: number): string {
  return at === 0 && /^[a-z-]+$/.test(cell) ? ` class="fixed ${cell}"` : ''
}
