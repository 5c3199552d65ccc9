import { type HoldfastError, toHoldfastError } from '../core/errors.ts'
import type { Door } from './door.ts'
import { type Journal, type JournaledRun, stageOf } from './journal.ts'
import type { Change } from './kind.ts'
import { checkPlace } from './limits.ts'
import type { Step } from './plan.ts'
import { isSameState } from './same-state.ts'
import { carry, changeOf, settle, targetOf } from './step.ts'

export interface RollbackOptions {
  /** Goes on with the step before after one that cannot be undone. */
  goOn?: boolean
  dryRun?: boolean
  /** Asked before anything is taken back; throws when the answer is no. */
  agree?: (touched: readonly Step[]) => Promise<void>
}

export interface RollbackReport {
  schema: 'holdfast.rollback/1'
  simulated: boolean
  registry: string
  run: string
  steps: { step: string; title: string; outcome: UndoOutcome; reason?: string }[]
  /** Everything that the run did is undone. */
  complete: boolean
}

export type UndoOutcome =
  | 'undone'
  /** It was as before already. */
  | 'already'
  | 'would-undo'
  /** Somebody changed it since: left alone. */
  | 'drifted'
  | 'irreversible'
  | 'failed'
  | 'skipped'

/**
 * Takes back what a run did, the last step first, with the same checks: a target that is neither as the run left it nor
 * as it was before is left alone. Steps that the run did not do are not touched. May be run again after a crash.
 */
export async function rollBack(
  door: Door,
  { run, journal }: { run: JournaledRun; journal: Journal },
  options: RollbackOptions = {},
): Promise<RollbackReport> {
  checkPlace(run.plan, door)
  const steps: RollbackReport['steps'] = []
  let stopped = false
  const touched = touchedBy(run)
  if (touched.length > 0 && !options.dryRun) await options.agree?.(touched)
  door.run.progress.phase('Rolling back', { items: touched.length })
  for (const step of touched) {
    const { id, title } = step
    if (stopped)
      steps.push({ step: id, title, outcome: 'skipped', reason: 'A later step could not be undone.' })
    else {
      const undone = await undo(door, { step, run, journal, dryRun: options.dryRun === true })
      steps.push({ step: id, title, ...undone })
      if (isStuck(undone.outcome) && !options.goOn) stopped = true
    }
    door.run.progress.advance({ items: 1 })
  }
  const { simulated, registry } = run.plan
  const complete = steps.every(({ outcome }) => !isStuck(outcome) && outcome !== 'skipped')
  return { schema: 'holdfast.rollback/1', simulated, registry: registry.url, run: run.id, steps, complete }
}

/** What the run did or may have done, the last first. */
function touchedBy(run: JournaledRun): Step[] {
  const started = run.entries.flatMap(({ event, step }) => (event === 'start' ? step : []))
  const turn = (step: Step) => started.lastIndexOf(step.id)
  return run.plan.steps
    .filter((step) => ['begun', 'done'].includes(stageOf(run, step.id)))
    .sort((one, other) => turn(other) - turn(one))
}

function isStuck(outcome: UndoOutcome): boolean {
  return outcome === 'failed' || outcome === 'drifted' || outcome === 'irreversible'
}

interface Undoing {
  step: Step
  run: JournaledRun
  journal: Journal
  dryRun: boolean
}

async function undo(
  door: Door,
  { step, run, journal, dryRun }: Undoing,
): Promise<{ outcome: UndoOutcome; reason?: string }> {
  if (step.irreversible) return { outcome: 'irreversible', reason: step.irreversible }
  const { kind, change } = changeOf(step, door)
  const { clock, signal } = door.run
  const note = (event: 'back' | 'undone' | 'stuck', reason?: string) => {
    const entry = {
      at: clock.now().toISOString(),
      step: step.id,
      event,
      ...(reason !== undefined && { reason }),
    }
    return dryRun ? Promise.resolve() : journal.write(run, entry, signal)
  }
  try {
    const { state, handle } = await kind.read(door, targetOf(step))
    if (isSameState(kind, state, change.from)) {
      await note('undone')
      const reason = kind.remains?.(state)
      return { outcome: 'already', ...(reason !== undefined && { reason }) }
    }
    // Half a change is ours only where the journal says that one was interrupted.
    const begun = stageOf(run, step.id) === 'begun'
    const ours = isSameState(kind, state, change.to) || (begun && kind.isBetween?.(change, state) === true)
    if (!ours) return { outcome: 'drifted', reason: 'Somebody changed it since the run.' }
    if (dryRun) return { outcome: 'would-undo' }
    const back: Change = { ...change, from: state, to: change.from, ...(handle !== undefined && { handle }) }
    await kind.guard?.(door, back)
    await note('back')
    await carry(door, kind, back)
    await settle(door, kind, { change: back, step })
    await note('undone')
    return { outcome: 'undone' }
  } catch (error) {
    signal.throwIfAborted()
    const known: HoldfastError = toHoldfastError(error)
    await note('stuck', known.message)
    return { outcome: 'failed', reason: [known.message, known.why].filter(Boolean).join(': ') }
  }
}
