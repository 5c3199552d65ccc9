import { markdownCode, markdownText } from '../../report/formats/markdown-escape.ts'
import {
  operationsOf,
  riskCounts,
  riskOrder,
  riskWords,
  type StepGroup,
  stepDiff,
  stepGroups,
  unfixedGroups,
} from '../../report/plan-groups.ts'
import { needRows, needsBeyond } from '../../report/plan-needs.ts'
import { plainText } from '../../report/text.ts'
import type { Risk } from '../kind.ts'
import type { Plan } from '../plan.ts'
import type { PlanFormat } from './index.ts'

/** For the comment of a pull request or the summary of a job. */
export const planMarkdown: PlanFormat = (plan) => {
  const { registry, simulated, steps, manual, unfixed, id } = plan
  const parts = [
    '# Holdfast plan',
    ...(simulated ? ['**Simulated**: this registry is a sandbox, not a real one.'] : []),
    `${markdownCode(registry.url)}, plan ${markdownCode(id)}: ${steps.length} steps${steps.length > 0 ? ` (${riskCounts(steps)})` : ''}, ${manual.length} by hand, ${unfixed.length} findings left.`,
    ...riskOrder.flatMap((risk) => riskPart(plan, risk)),
    ...manualPart(plan),
    ...unfixedPart(plan),
    ...needsPart(plan),
  ]
  return `${parts.join('\n\n')}\n`
}

function riskPart({ steps }: Plan, risk: Risk): string[] {
  const groups = stepGroups(steps.filter((step) => step.risk === risk))
  if (groups.length === 0) return []
  return [`## ${risk}: ${riskWords[risk]}`, ...groups.map(groupPart)]
}

function groupPart({ first, title, resources }: StepGroup): string {
  const list = [
    ...first.why.map(markdownText),
    `For ${first.controls.map(markdownCode).join(', ')}, by ${operationsOf(first).map(markdownCode).join(', ')}.`,
    ...first.loses.map((text) => `**Loses access:** ${markdownText(text)}`),
    ...first.gains.map((text) => `**Gains access:** ${markdownText(text)}`),
    ...first.warnings.map((text) => `**Mind:** ${markdownText(text)}`),
    ...(first.irreversible ? [`**No way back:** ${markdownText(first.irreversible)}`] : []),
  ]
  const where = first.region ? ` in ${markdownCode(first.region)}` : ''
  return [
    `### ${markdownText(title)} ${resources.map(markdownCode).join(', ')}${where}`,
    list.map((line) => `- ${line}`).join('\n'),
    fenced(first),
  ].join('\n\n')
}

/** A fence that is longer than any in the text. */
function fenced(step: StepGroup['first']): string {
  const lines = stepDiff(step).map(({ sign, text }) =>
    sign === '~' ? '  ...' : `${sign} ${plainText(text)}`,
  )
  const longest = Math.max(2, ...lines.map((line) => /`+/.exec(line)?.[0].length ?? 0))
  const fence = '`'.repeat(longest + 1)
  return `${fence}diff\n${lines.join('\n')}\n${fence}`
}

function manualPart({ manual }: Plan): string[] {
  if (manual.length === 0) return []
  return [
    '## By hand',
    ...manual.map(({ resource, controls, why, instructions }) =>
      [
        `### ${markdownCode(resource)} (${controls.map(markdownCode).join(', ')})`,
        markdownText(why),
        instructions.map((text, at) => `${at + 1}. ${markdownCode(text)}`).join('\n'),
      ].join('\n\n'),
    ),
  ]
}

function unfixedPart(plan: Plan): string[] {
  const rows = unfixedGroups(plan).map(
    ({ control, resources, reason, next }) =>
      `| ${markdownCode(control)} | ${resources.map(markdownCode).join(', ')} | ${markdownText(`${reason} ${next}`)} |`,
  )
  return rows.length === 0
    ? []
    : ['## Left as it is', ['| control | where | why |', '| --- | --- | --- |', ...rows].join('\n')]
}

function needsPart({ permissions: { apply, rollback } }: Plan): string[] {
  const rows = (title: string, needs: typeof apply) =>
    needRows(needs).map(([actions, on]) => `| ${title} | ${markdownCode(actions)} | ${markdownCode(on)} |`)
  const all = [...rows('apply', apply), ...rows('roll back', needsBeyond(rollback, apply))]
  return all.length === 0
    ? []
    : ['## Permissions', ['| to | actions | on |', '| --- | --- | --- |', ...all].join('\n')]
}
