import { applyPlan } from './apply.ts'
import type { Cycle } from './cycle.fixture.ts'
import type { Door } from './door.ts'
import type { Journal, JournaledRun } from './journal.ts'
import type { Plan } from './plan.ts'
import { rollBack } from './rollback.ts'
import { changeOf, targetOf } from './step.ts'

/** The process is gone: nothing of it runs any more. */
export class Crash extends Error {}

export interface Crashing {
  door: Door
  journal: Journal
  /** The moments that were passed; the crash is at one of them. */
  moments(): number
}

/**
 * A door and a journal that die at the n-th moment: before and after each entry of the journal and each change, so that
 * after a change its answer is lost. Whatever is asked afterwards fails.
 */
export function crashing({ door, journal }: { door: Door; journal: Journal }, at: number): Crashing {
  let passed = 0
  const alive = () => {
    if (passed > at) throw new Crash()
  }
  const moment = () => {
    alive()
    passed += 1
    if (passed > at) throw new Crash()
  }
  const around = async <T>(work: () => Promise<T>): Promise<T> => {
    moment()
    const answer = await work()
    moment()
    return answer
  }
  const dying: Door = {
    ...door,
    ask: (...asked) => {
      alive()
      return door.ask(...asked)
    },
    find: (...asked) => {
      alive()
      return door.find(...asked)
    },
    send: (call) => around(() => door.send(call)),
  }
  const dyingJournal: Journal = {
    ...journal,
    begin: (...begun) => around(() => journal.begin(...begun)),
    write: (...written) => around(() => journal.write(...written)),
  }
  return { door: dying, journal: dyingJournal, moments: () => passed }
}

export interface CrashFigures {
  moments: number
  resumed: number
  'rolled back': number
  'rollbacks that crashed': number
}

/**
 * The process dies at every moment of an apply. Then either the same plan is applied again, or the run is rolled back (and
 * that dies, too, at one of its moments). After each, `settled` is asked whether all is as it was.
 */
export async function crashEverywhere(
  cycle: Cycle,
  plan: Plan,
  settled: (states: unknown[]) => void,
): Promise<CrashFigures> {
  const figures: CrashFigures = { moments: 0, resumed: 0, 'rolled back': 0, 'rollbacks that crashed': 0 }
  const options = forced(plan)
  for (let at = 0; ; at++) {
    const crashed = await crashAt(cycle, plan, at)
    if (crashed) {
      figures.moments += 1
      figures[at % 2 === 0 ? 'resumed' : 'rolled back'] += 1
      if (at % 2 === 0) {
        const { complete } = await cycle.apply(plan, options)
        if (!complete) throw new Error(`not complete after a crash at moment ${at}`)
      }
    }
    if (at % 3 === 0) figures['rollbacks that crashed'] += await crashRollback(cycle, at % 7)
    await undoAll(cycle)
    settled(await statesOf(cycle, plan))
    if (!crashed) return figures
  }
}

/** Of all targets. */
export async function statesOf({ door }: Cycle, plan: Plan): Promise<unknown[]> {
  const read = plan.steps.map((step) => changeOf(step, door).kind.read(door, targetOf(step)))
  return (await Promise.all(read)).map(({ state }) => state)
}

/** Whatever asks to be confirmed is. */
export function forced(plan: Plan): { max: number; confirmed: string[] } {
  return { max: 10_000, confirmed: plan.steps.map(({ resource }) => resource) }
}

/** Answers whether the moment was reached. */
async function crashAt(cycle: Cycle, plan: Plan, at: number): Promise<boolean> {
  const { door, journal } = crashing(cycle, at)
  try {
    await applyPlan(door, { plan, journal }, forced(plan))
    return false
  } catch (error) {
    if (error instanceof Crash) return true
    throw error
  }
}

async function crashRollback(cycle: Cycle, at: number): Promise<number> {
  const run = await newestRun(cycle)
  if (!run) return 0
  const { door, journal } = crashing(cycle, at)
  try {
    await rollBack(door, { run, journal })
    return 0
  } catch (error) {
    if (error instanceof Crash) return 1
    throw error
  }
}

async function undoAll(cycle: Cycle): Promise<void> {
  const run = await newestRun(cycle)
  if (!run) return
  const { complete } = await rollBack(cycle.door, { run, journal: cycle.journal })
  if (!complete) throw new Error(`run ${run.id} was not rolled back`)
}

async function newestRun({ door, journal }: Cycle): Promise<JournaledRun | undefined> {
  const { signal } = door.run
  const id = (await journal.runs(signal)).at(-1)
  return id === undefined ? undefined : await journal.read(id, signal)
}
