import { plural } from '../core/bytes.ts'
import type { ApplyReport, Outcome } from '../remediate/apply.ts'
import type { Plan, Step } from '../remediate/plan.ts'
import { riskCounts, withoutArn } from './plan-groups.ts'
import { paragraph, plainText, table } from './text.ts'

export interface ApplyTextOptions {
  width?: number
  /** The plan's file, for what to do next. */
  file: string
}

const words: Record<Outcome, string> = {
  done: 'done',
  already: 'was so',
  'would-do': 'to do',
  failed: 'FAILED',
  drifted: 'CHANGED',
  skipped: 'left out',
}

/** What became of each step, and the way back. */
export function applyText(report: ApplyReport, { width = 100, file }: ApplyTextOptions): string {
  const { steps, registry, simulated, run, resumed, changed } = report
  const rows = steps.map(({ outcome, risk, step, reason = '' }) => [words[outcome], risk, step, reason])
  const where = `${registry}${simulated ? ' (simulated)' : ''}`
  const counts = (Object.keys(words) as Outcome[])
    .map((outcome) => [steps.filter((step) => step.outcome === outcome).length, words[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word.toLowerCase()}`)
  const again = resumed && run !== undefined ? `, run ${run} continued` : ''
  const idle =
    changed === 0 && steps.some(({ outcome }) => outcome === 'done') ? ' Nothing was sent now.' : ''
  return [
    ...(rows.length > 0 ? [table(rows, { width })] : []),
    paragraph(`${where}${again}: ${counts.length > 0 ? counts.join(', ') : 'the plan has no step'}.${idle}`, {
      width,
    }),
    ...nextText(report, { width, file }),
  ].join('\n\n')
}

function nextText(
  { steps, run, complete }: ApplyReport,
  { width, file }: Required<ApplyTextOptions>,
): string[] {
  const has = (outcome: Outcome) => steps.some((step) => step.outcome === outcome)
  const rows: string[][] = []
  if (has('would-do')) rows.push([`holdfast apply ${plainText(file)}`, 'asks before it changes anything'])
  else if (!complete) rows.push([`holdfast apply ${plainText(file)}`, 'goes on where it is'])
  if (has('drifted')) rows.push(['holdfast plan --out plan.json', 'a new plan for what was changed'])
  if (has('done')) rows.push(['holdfast audit', 'what is left'])
  if (run !== undefined && has('done')) rows.push([`holdfast rollback ${run}`, 'takes it back'])
  if (rows.length === 0) return []
  return [
    table(
      rows.map((row, at) => [at === 0 ? 'Next:' : '', ...row]),
      { width },
    ),
  ]
}

const losersShown = 10

/** What a person must know to say yes. */
export function applyQuestion(plan: Plan, todo: readonly Step[]): string {
  const { registry, simulated } = plan
  const where = `${registry.url}${simulated ? ' (simulated)' : ''}`
  const lines = [`${plural(todo.length, 'step')} in ${where}: ${riskCounts(todo)}.`]
  const losers = [...new Set(todo.flatMap(({ loses }) => loses.map((text) => withoutArn(text, plan))))]
  if (losers.length > 0) {
    lines.push('Access is lost:')
    lines.push(...losers.slice(0, losersShown).map((text) => paragraph(`- ${text}`, { indent: 2 })))
    if (losers.length > losersShown)
      lines.push(`  and ${losers.length - losersShown} more: the plan has them all`)
  }
  for (const { title, irreversible } of todo)
    if (irreversible !== undefined) lines.push(paragraph(`No way back from ${title}: ${irreversible}`))
  return `${lines.join('\n')}\nApply ${todo.length === 1 ? 'it' : 'them'}?`
}
