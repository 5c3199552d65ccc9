import { plural } from '../core/bytes.ts'
import type { LintDocument } from '../lifecycle/reports.ts'
import { paragraph, table } from './text.ts'

/** What is wrong with policies: what ECR refuses first. */
export function lintText({ policies, unknown, simulated }: LintDocument): string {
  const parts = policies.map(policyText)
  if (unknown.length > 0) parts.push(table(unknown.map(({ source, reason }) => ['UNKNOWN', source, reason])))
  if (parts.length === 0) parts.push('None of these repositories has a lifecycle policy.')
  if (simulated) parts.push('Simulated: the policies are those of the sandbox.')
  return parts.join('\n\n')
}

function policyText({ source, accepted, findings }: LintDocument['policies'][number]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const verdict = accepted
    ? `ECR would take it${warnings > 0 ? `; ${plural(warnings, 'warning')}` : ', and nothing in it looks odd'}.`
    : `ECR would refuse it: ${plural(errors, 'error')}${warnings > 0 ? `, ${plural(warnings, 'warning')}` : ''}.`
  const rows = findings.map(({ severity, path, line, code, text }) => [
    severity === 'error' ? 'ERROR' : 'warning',
    line === undefined ? '' : `line ${line}`,
    `${path === '' ? '' : `${path}: `}${text} (${code})`,
  ])
  const head = paragraph(`${source}: ${verdict}`)
  return rows.length === 0 ? head : `${head}\n${table(rows, { indent: 2 })}`
}
