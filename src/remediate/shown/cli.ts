import type { Call, ChangingService } from '../call.ts'
import { kindOf } from '../kinds/index.ts'
import type { Plan, Step } from '../plan.ts'
import type { PlanFormat } from './index.ts'

/** Commands of the AWS CLI in the order of the plan, and the way back as comments below. A shell script. */
export const planScript: PlanFormat = (plan) => {
  const { registry, id, steps, simulated } = plan
  return [
    '#!/bin/sh',
    ...comment([
      `Plan ${id} for ${registry.url}${simulated ? ', which is simulated' : ''}.`,
      'Unlike holdfast apply, a script does not look whether anything changed since the plan was made, keeps no journal',
      'and verifies nothing. It stops at the first command that fails.',
    ]),
    'set -eu',
    ...steps.flatMap((step) => ['', ...stepLines(plan, step)]),
    ...(steps.length > 0 ? ['', ...comment(['The way back, the last step first:'])] : []),
    ...[...steps].reverse().flatMap((step) => comment(backLines(plan, step))),
    '',
  ].join('\n')
}

function stepLines(plan: Plan, step: Step): string[] {
  const words = [
    `${step.title} (${step.risk})`,
    ...step.why,
    ...step.warnings.map((text) => `Warning: ${text}`),
  ]
  if (kindOf(step.kind)?.perform) {
    return comment([...words, 'More than requests: only holdfast apply can do it.'])
  }
  return [...comment(words), ...step.calls.map((call) => commandOf(call, plan))]
}

function backLines(plan: Plan, step: Step): string[] {
  if (step.irreversible !== undefined) return [`${step.title}: there is no way back. ${step.irreversible}`]
  if (kindOf(step.kind)?.perform) return [`${step.title}: only holdfast rollback can do it.`]
  return step.undo.map((call) => commandOf(call, plan))
}

/** Where the CLI calls a service by another name than IAM does. */
const cliNames: Partial<Record<ChangingService, string>> = { s3: 's3api' }

function commandOf({ service, operation, input, region }: Call, { registry }: Plan): string {
  const name = cliNames[service] ?? service
  const members = JSON.stringify(input)
  const given = members === '{}' ? '' : ` --cli-input-json ${quoted(members)}`
  return `aws ${name} ${kebab(operation)} --region ${region ?? registry.region}${given}`
}

/** `PutImageTagMutability` as the CLI writes it. */
function kebab(operation: string): string {
  return operation.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A line break in a name must not end the comment. */
function comment(lines: readonly string[]): string[] {
  return lines.map((line) => `# ${line.replace(/[\r\n]+/g, ' ')}`)
}
