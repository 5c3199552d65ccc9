import { HoldfastError, toHoldfastError } from '../core/errors.ts'
import type { Json } from './call.ts'
import type { Door } from './door.ts'
import { type Journal, type JournaledRun, stageOf } from './journal.ts'
import type { Change, Kind } from './kind.ts'
import { kindOf } from './kinds/index.ts'
import type { Step } from './plan.ts'
import { isSameState } from './same-state.ts'

/** How a target is, seen from a step. */
export type Look = 'todo' | 'there' | 'drifted'

export function lookAt(
  kind: Kind,
  { change, state, begun }: { change: Change; state: Json; begun: boolean },
): Look {
  if (isSameState(kind, state, change.to)) return 'there'
  if (isSameState(kind, state, change.from)) return 'todo'
  return begun && kind.isBetween?.(change, state) ? 'todo' : 'drifted'
}

interface Doing {
  step: Step
  journal: Journal
  run: JournaledRun
}

/** Answers the failure; an interruption is thrown, as nothing more may be sent. */
export async function doStep(door: Door, { step, journal, run }: Doing): Promise<HoldfastError | undefined> {
  const { kind, change } = changeOf(step, door)
  const begun = stageOf(run, step.id) === 'begun'
  try {
    // Read again: other steps may have taken long.
    const { state, handle } = await kind.read(door, targetOf(step))
    const seen = lookAt(kind, { change, state, begun })
    if (seen === 'drifted') throw driftedSince([step])
    // Somebody else did it meanwhile: it is theirs, and a rollback of this run leaves it.
    if (seen === 'there' && stageOf(run, step.id) !== 'begun') return undefined
    const now: Change = { ...change, from: state, ...(handle !== undefined && { handle }) }
    if (seen === 'todo') {
      await kind.guard?.(door, now)
      await note(door, journal, run, { step, event: 'start' })
      await carry(door, kind, now)
      await settle(door, kind, { change: now, step })
    }
    await note(door, journal, run, { step, event: 'done' })
    return undefined
  } catch (error) {
    door.run.signal.throwIfAborted()
    const known = toHoldfastError(error)
    await note(door, journal, run, { step, event: 'failed', reason: known.message })
    return known
  }
}

/**
 * The calls of a change, or what stands for them. A failure after which everything is as it was wanted is none: such as
 * "already exists", to a request that was sent again because its answer was lost.
 */
export async function carry(door: Door, kind: Kind, change: Change): Promise<void> {
  try {
    if (kind.perform) await kind.perform(door, change)
    else for (const call of kind.calls(change)) await door.send(call)
  } catch (error) {
    door.run.signal.throwIfAborted()
    const { resource, region, to } = change
    const { state } = await kind.read(door, { resource, ...(region !== undefined && { region }) })
    if (!isSameState(kind, state, to)) throw error
  }
}

const patience = [0, 1_000, 2_000, 4_000, 8_000]

/** What was just written may take a moment to be read, with IAM above all. */
export async function settle(
  door: Door,
  kind: Kind,
  { change, step }: { change: Change; step: Step },
): Promise<void> {
  const { clock, signal } = door.run
  for (const wait of patience) {
    if (wait > 0) await clock.sleep(wait, signal)
    const { state } = await kind.read(door, targetOf(step))
    if (isSameState(kind, state, change.to)) return
  }
  throw new HoldfastError('plan-unverified', {
    what: `${step.title}: the change was accepted, but reading it again shows something else.`,
    next: 'Look at it, then run the same command again, or roll the run back.',
  })
}

export function changeOf(step: Step, { place: where }: Door): { kind: Kind; change: Change } {
  const kind = kindOf(step.kind)
  // parsePlan and makePlan leave no other.
  if (!kind) throw new HoldfastError('internal', { what: `No kind ${step.kind}`, next: 'Report this.' })
  const target = targetOf(step)
  const place = { ...where, ...(target.region !== undefined && { region: target.region }) }
  return { kind, change: { ...target, place, from: step.before, to: step.after } }
}

export function targetOf({ resource, region }: Step) {
  return { resource, ...(region !== undefined && { region }) }
}

interface Noted {
  step: Step
  event: 'start' | 'done' | 'failed'
  reason?: string
}

export async function note(
  door: Door,
  journal: Journal,
  run: JournaledRun,
  { step, ...rest }: Noted,
): Promise<void> {
  const { clock, signal } = door.run
  await journal.write(run, { at: clock.now().toISOString(), step: step.id, ...rest }, signal)
}

export function driftedSince(steps: readonly Step[]): HoldfastError {
  const [first] = steps
  const others = steps.length > 1 ? `, and ${steps.length - 1} more` : ''
  return new HoldfastError('plan-drift', {
    what: `Changed since the plan was made: ${first?.title}${others}.`,
    why: 'It is neither as the plan found it nor as the plan wants it, so that going on could undo the work of others.',
    next: 'Make the plan again; or --continue to leave these steps out.',
  })
}
