import { HoldfastError } from '../core/errors.ts'
import type { Door } from './door.ts'
import { isRolledBack, type Journal, type JournaledRun, stageOf } from './journal.ts'
import type { Risk } from './kind.ts'
import { checkLimits, checkPlace } from './limits.ts'
import type { Plan, Step } from './plan.ts'
import { changeOf, doStep, driftedSince, type Look, lookAt, note, targetOf } from './step.ts'

export interface ApplyOptions {
  /** Only steps of these risks; absent: all. */
  only?: readonly Risk[]
  /** Only these steps, by id. */
  steps?: readonly string[]
  /** Resources whose irreversible steps were confirmed, by name. */
  confirmed?: readonly string[]
  /** How many destructive steps may be done at most; absent: ten, and five percent of the repositories. */
  max?: number
  /** Goes on with the next step after a failure. */
  goOn?: boolean
  /** Looks, and says what would be done. Changes nothing, writes no journal. */
  dryRun?: boolean
  /** Asked when every target was looked at, and not when nothing is to be done; throws when the answer is no. */
  agree?: (todo: readonly Step[]) => Promise<void>
}

export type Outcome =
  | 'done'
  /** It was so already: no call was sent. */
  | 'already'
  | 'would-do'
  | 'failed'
  /** Somebody changed it since the plan was made: left alone. */
  | 'drifted'
  /** Left out by `only` or `steps`, or because an earlier one failed. */
  | 'skipped'

export interface StepReport {
  step: string
  title: string
  risk: Risk
  outcome: Outcome
  reason?: string
}

export interface ApplyReport {
  schema: 'holdfast.apply/1'
  simulated: boolean
  registry: string
  plan: string
  /** For `holdfast rollback`; absent when nothing was to be done. */
  run?: string
  /** The run had been started before and was continued. */
  resumed: boolean
  steps: StepReport[]
  /** How many steps were carried out now; the others were done before, or not at all. */
  changed: number
  /** Every step that was asked for is as the plan wants it. */
  complete: boolean
}

/**
 * Carries out a plan. Every target is read first, and when one of them is neither as the plan found it nor as it wants
 * it, nothing at all is changed. Each step is journaled before its call and read again after it. Run again after a crash
 * or a failure it goes on where it was; run again after it ended it sends nothing that changes.
 */
export async function applyPlan(
  door: Door,
  { plan, journal }: { plan: Plan; journal: Journal },
  options: ApplyOptions = {},
): Promise<ApplyReport> {
  checkPlace(plan, door)
  const { signal } = door.run
  const chosen = plan.steps.filter((step) => isChosen(step, options))
  checkLimits(plan, chosen, options)
  const open = await openRun(journal, plan, signal)
  const looked = await look(door, chosen, open)
  const todo = chosen.filter((step) => looked.get(step.id) === 'todo')
  const drifted = chosen.filter((step) => looked.get(step.id) === 'drifted')
  if (drifted.length > 0 && !options.goOn) throw driftedSince(drifted)
  if (todo.length > 0 && !options.dryRun) await options.agree?.(todo)
  const run = todo.length === 0 || options.dryRun ? open : (open ?? (await beginAlone(door, journal, plan)))
  const reports = await carryOut(door, { plan, journal, run, looked, options })
  return {
    schema: 'holdfast.apply/1',
    simulated: plan.simulated,
    ...{ registry: plan.registry.url, plan: plan.id },
    ...(run && { run: run.id }),
    resumed: open !== undefined,
    steps: reports,
    changed: reports.filter(({ step, outcome }) => outcome === 'done' && looked.get(step) === 'todo').length,
    complete: reports.every(({ outcome }) => outcome !== 'failed' && outcome !== 'drifted'),
  }
}

interface Carried {
  plan: Plan
  journal: Journal
  run: JournaledRun | undefined
  looked: ReadonlyMap<string, Look>
  options: ApplyOptions
}

async function carryOut(door: Door, { plan, journal, run, looked, options }: Carried): Promise<StepReport[]> {
  const reports: StepReport[] = []
  let stopped = false
  door.run.progress.phase('Applying', { items: [...looked.values()].filter((one) => one === 'todo').length })
  for (const step of plan.steps) {
    const report = (outcome: Outcome, reason?: string): void => {
      reports.push({
        step: step.id,
        title: step.title,
        risk: step.risk,
        outcome,
        ...(reason !== undefined && { reason }),
      })
    }
    const seen = looked.get(step.id)
    if (seen === undefined || stopped) report('skipped', seen ? 'An earlier step failed.' : 'Not asked for.')
    else if (seen === 'drifted') report('drifted', 'Somebody changed it since the plan was made.')
    else if (options.dryRun || !run) report(seen === 'todo' ? 'would-do' : 'already')
    else if (seen === 'there') {
      if (stageOf(run, step.id) === 'begun') await note(door, journal, run, { step, event: 'done' })
      report(stageOf(run, step.id) === 'done' ? 'done' : 'already')
    } else {
      const error = await doStep(door, { step, journal, run })
      const now = stageOf(run, step.id) === 'done' ? 'done' : 'already'
      report(error ? 'failed' : now, error && [error.message, error.why].filter(Boolean).join(': '))
      if (error && !options.goOn) stopped = true
      door.run.progress.advance({ items: 1 })
    }
  }
  return reports
}

/**
 * The newest run of the same plan, which this one continues unless it was rolled back. One that wrote nothing, as another
 * was quicker, hides none that did.
 */
async function openRun(journal: Journal, plan: Plan, signal: AbortSignal): Promise<JournaledRun | undefined> {
  let empty: JournaledRun | undefined
  for (const id of (await runsOf(journal, plan, signal)).reverse()) {
    const run = await journal.read(id, signal)
    if (run.plan.id !== plan.id) continue
    if (run.entries.length > 0) return isRolledBack(run) ? empty : run
    empty ??= run
  }
  return empty
}

async function runsOf(journal: Journal, plan: Plan, signal: AbortSignal): Promise<string[]> {
  return (await journal.runs(signal)).filter((id) => id.endsWith(`-${plan.id.slice(0, 6)}`))
}

/** Two that begin at the same time see each other, as each looks again after it is seen itself: at least one goes no further. */
async function beginAlone(door: Door, journal: Journal, plan: Plan): Promise<JournaledRun> {
  const { signal } = door.run
  const before = await openRun(journal, plan, signal)
  if (before) throw startedMeanwhile(before.id)
  const known = await runsOf(journal, plan, signal)
  const run = await journal.begin(plan, door.run)
  const rival = (await runsOf(journal, plan, signal)).find((id) => id !== run.id && !known.includes(id))
  if (rival !== undefined) throw startedMeanwhile(rival)
  return run
}

function startedMeanwhile(id: string): HoldfastError {
  return new HoldfastError('plan-refused', {
    what: `Another process began to apply the same plan, as run ${id}. Nothing was changed by this one.`,
    why: 'Two at once could undo what the other does.',
    next: 'Wait for it to end, then run the same command again.',
  })
}

async function look(
  door: Door,
  steps: readonly Step[],
  run: JournaledRun | undefined,
): Promise<Map<string, Look>> {
  const seen = new Map<string, Look>()
  for (const step of steps) {
    const { kind, change } = changeOf(step, door)
    const { state } = await kind.read(door, targetOf(step))
    const begun = run !== undefined && stageOf(run, step.id) === 'begun'
    seen.set(step.id, lookAt(kind, { change, state, begun }))
  }
  return seen
}

function isChosen(step: Step, { only, steps }: ApplyOptions): boolean {
  return (!only || only.includes(step.risk)) && (!steps || steps.includes(step.id))
}
