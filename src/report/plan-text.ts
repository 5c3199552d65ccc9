import { styleText } from 'node:util'
import { plural } from '../core/bytes.ts'
import type { Need } from '../remediate/call.ts'
import type { ManualStep } from '../remediate/draft.ts'
import type { Risk } from '../remediate/kind.ts'
import type { Plan } from '../remediate/plan.ts'
import {
  operationsOf,
  riskCounts,
  riskOrder,
  riskWords,
  type StepGroup,
  stepDiff,
  stepGroups,
  type UnfixedGroup,
  unfixedGroups,
  withoutArn,
} from './plan-groups.ts'
import { needRows, needsBeyond } from './plan-needs.ts'
import { instructionLines } from './shell-lines.ts'
import { shortResource } from './subject.ts'
import { paragraph, plainText, table } from './text.ts'
import { wrap } from './wrap.ts'

export interface PlanTextOptions {
  width?: number
  colour?: boolean
  /** Where the plan was written. */
  file?: string | undefined
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string

interface Style {
  plan: Plan
  width: number
  paint: Paint
}

/** A plan as people review it: everything that would change, by risk, and everything that would not, with why. */
export function planText(plan: Plan, { width = 100, colour = false, file }: PlanTextOptions = {}): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
  const style = { plan, width, paint }
  const parts = riskOrder.flatMap((risk) => riskText(plan, risk, style))
  if (plan.manual.length > 0) parts.push(heading('BY HAND', 'no call of a plan does this', style))
  parts.push(...plan.manual.map((step) => manualText(step, style)))
  const unfixed = unfixedGroups(plan)
  if (unfixed.length > 0) parts.push(heading('LEFT AS IT IS', 'findings that no step puts right', style))
  parts.push(...unfixed.map((group) => unfixedText(group, style)))
  if (plan.steps.length > 0) parts.push(permissionsText(plan, style))
  parts.push(totalText(plan, style), nextText(plan, file, style))
  return parts.join('\n\n')
}

function heading(word: string, what: string, { paint }: Style): string {
  return `${paint('bold', word)}: ${what}`
}

const colours: Record<Risk, Parameters<typeof styleText>[0]> = {
  safe: ['bold', 'green'],
  visible: ['bold', 'yellow'],
  destructive: ['bold', 'red'],
}

function riskText(plan: Plan, risk: Risk, style: Style): string[] {
  const groups = stepGroups(plan.steps.filter((step) => step.risk === risk))
  if (groups.length === 0) return []
  const word = style.paint(colours[risk], risk.toUpperCase())
  return [`${word}: ${riskWords[risk]}`, ...groups.map((group) => groupText(group, style))]
}

function groupText({ first, title, resources }: StepGroup, style: Style): string {
  const { plan, width, paint } = style
  const { region, controls, why, irreversible, warnings, gains, loses } = first
  const [only = ''] = resources
  const where = region === undefined ? '' : ` in ${region}`
  const head =
    resources.length > 1 ? `${title}: ${resources.length} of them${where}` : `${title} ${only}${where}`
  const lines = wrap(plainText(head), width).map((line) => paint('bold', line))
  const say = (text: string) => lines.push(paragraph(text, { width, indent: 2 }))
  if (resources.length > 1) say(resources.join(', '))
  for (const text of why) say(text)
  say(`For ${controls.join(', ')}, by ${operationsOf(first).join(', ')}.`)
  lines.push(...diffText(first, style))
  const marks = [
    ...marked(
      'loses access',
      loses.map((text) => withoutArn(text, plan)),
    ),
    ...marked(
      'gains access',
      gains.map((text) => withoutArn(text, plan)),
    ),
    ...marked('mind', warnings),
    ...(irreversible === undefined ? [] : [['NO WAY BACK', irreversible]]),
  ]
  if (marks.length > 0) lines.push(table(marks, { width, indent: 2 }))
  return lines.join('\n')
}

/** The word once, beside the first. */
function marked(word: string, texts: readonly string[]): string[][] {
  return texts.map((text, at) => [at === 0 ? word : '', text])
}

function diffText(step: StepGroup['first'], { width, paint }: Style): string[] {
  const lines: string[] = []
  if (step.before === null) lines.push('    (there is none now)')
  for (const { sign, text } of stepDiff(step)) {
    const plain = plainText(text)
    const indent = /^ */.exec(plain)?.[0] ?? ''
    const shown =
      sign === '~' ? ['...'] : wrap(plain.slice(indent.length), Math.max(20, width - 6 - indent.length))
    const mark = sign === '~' ? ' ' : sign
    for (const [at, line] of shown.entries()) {
      const whole = `    ${at === 0 ? mark : ' '} ${indent}${at === 0 ? '' : '  '}${line}`
      lines.push(sign === '+' ? paint('green', whole) : sign === '-' ? paint('red', whole) : whole.trimEnd())
    }
  }
  if (step.after === null) lines.push('    (nothing in its place)')
  return lines
}

function manualText({ controls, resource, why, instructions }: ManualStep, { width, paint }: Style): string {
  return [
    ...wrap(plainText(`${shortResource(resource)}: ${controls.join(', ')}`), width).map((line) =>
      paint('bold', line),
    ),
    paragraph(why, { width, indent: 2 }),
    ...instructions.map((text, at) => instructionText(`${at + 1}. `, text, width)),
  ].join('\n')
}

function instructionText(number: string, text: string, width: number): string {
  const lines = text.split('\n').flatMap((line) => instructionLines(plainText(line), width - 5))
  return lines.map((line, at) => `  ${at === 0 ? number : '   '}${line}`).join('\n')
}

function unfixedText({ control, reason, next, resources }: UnfixedGroup, { width, paint }: Style): string {
  const names = resources.map(shortResource).join(', ')
  return [
    paint('bold', plainText(control)),
    paragraph(names, { width, indent: 2 }),
    ...[reason, next].filter(Boolean).map((text) => paragraph(text, { width, indent: 2 })),
  ].join('\n')
}

function permissionsText({ permissions }: Plan, style: Style): string {
  const { width } = style
  const { apply, rollback } = permissions
  const rows = (needs: readonly Need[]) =>
    needRows(needs).flatMap(([actions, on]) => [
      paragraph(actions, { width, indent: 2 }),
      paragraph(`on ${on}`, { width, indent: 4 }),
    ])
  const back = needsBeyond(rollback, apply)
  return [
    heading('PERMISSIONS', 'to apply it', style),
    ...rows(apply),
    ...(back.length > 0 ? ['and to roll it back', ...rows(back)] : []),
  ].join('\n')
}

function totalText(
  { registry, simulated, repositories, steps, manual, unfixed }: Plan,
  style: Style,
): string {
  const where = `${registry.url}${simulated ? ' (simulated)' : ''}`
  const counted = plural(repositories, 'repository', 'repositories')
  const irreversible = steps.filter((step) => step.irreversible !== undefined).length
  const said = [
    steps.length > 0 ? `${plural(steps.length, 'step')} (${riskCounts(steps)})` : 'nothing to change',
    ...(irreversible > 0 ? [`${irreversible} without a way back`] : []),
    ...(manual.length > 0 ? [`${manual.length} by hand`] : []),
    ...(unfixed.length > 0 ? [`${plural(unfixed.length, 'finding')} left`] : []),
  ]
  const text = `${where}: ${counted}; ${said.join(', ')}. Nothing was changed.`
  return wrap(plainText(text), style.width)
    .map((line) => style.paint('bold', line))
    .join('\n')
}

function nextText({ steps, unfixed }: Plan, file: string | undefined, { width }: Style): string {
  const rows: string[][] = []
  const first = riskOrder.find((risk) => steps.some((step) => step.risk === risk))
  if (first && file === undefined) rows.push(['holdfast plan --out plan.json', 'a plan that can be applied'])
  if (first && file !== undefined) {
    const only = riskCounts(steps).includes(',') ? ` --only ${first}` : ''
    rows.push([`holdfast apply ${plainText(file)} --dry-run`, 'look once more'])
    rows.push([`holdfast apply ${plainText(file)}${only}`, 'asks before it changes anything'])
  }
  if (unfixed.length > 0 && first === undefined)
    rows.push([`holdfast explain ${unfixed[0]?.control}`, 'what it means and how to fix it'])
  if (rows.length === 0) rows.push(['holdfast audit', 'what is judged'])
  return table(
    rows.map((row, at) => [at === 0 ? 'Next:' : '', ...row]),
    { width },
  )
}
