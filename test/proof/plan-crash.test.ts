import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyPlan } from '../../src/remediate/apply.ts'
import { Crash, crashing } from '../../src/remediate/crashing.fixture.ts'
import { type Cycle, copying, openCycle, settled } from '../../src/remediate/cycle.fixture.ts'
import { fixes } from '../../src/remediate/fixes/index.ts'
import type { Plan } from '../../src/remediate/plan.ts'
import { rollBack } from '../../src/remediate/rollback.ts'
import { changeOf, targetOf } from '../../src/remediate/step.ts'
import { printFigures } from '../support/figures.ts'

/**
 * The process dies at every moment of an apply: before and after each entry of the journal, before and after each change.
 * Then either the same plan is applied again, or the run is rolled back (and that dies, too, at one of its moments).
 * Whatever happens, it ends as the plan wants it, or as it was.
 */
let cycle: Cycle
const figures = { plans: 0, moments: 0, resumed: 0, 'rolled back': 0, 'rollbacks that crashed': 0 }

beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(async () => {
  await cycle.close()
  printFigures('plans, a crash at every moment', figures)
})

const forced = (plan: Plan) => ({ max: 10_000, confirmed: plan.steps.map(({ resource }) => resource) })

/** The states of all targets. */
async function states(plan: Plan): Promise<unknown[]> {
  const read = plan.steps.map((step) => changeOf(step, cycle.door).kind.read(cycle.door, targetOf(step)))
  return (await Promise.all(read)).map(({ state }) => state)
}

async function newestRun() {
  const { signal } = cycle.door.run
  const id = (await cycle.journal.runs(signal)).at(-1)
  return id === undefined ? undefined : await cycle.journal.read(id, signal)
}

/** Answers whether the moment was reached. */
async function crashAt(plan: Plan, at: number): Promise<boolean> {
  const { door, journal } = crashing(cycle, at)
  try {
    await applyPlan(door, { plan, journal }, forced(plan))
    return false
  } catch (error) {
    expect(error).toBeInstanceOf(Crash)
    return true
  }
}

async function undoAll(crashFirst: number | undefined): Promise<void> {
  const run = await newestRun()
  if (!run) return
  if (crashFirst !== undefined) {
    const { door, journal } = crashing(cycle, crashFirst)
    await rollBack(door, { run, journal }).catch((error: unknown) => expect(error).toBeInstanceOf(Crash))
    figures['rollbacks that crashed'] += 1
  }
  const again = await newestRun()
  if (!again) return
  expect(await rollBack(cycle.door, { run: again, journal: cycle.journal })).toMatchObject({ complete: true })
}

/** Copies of repositories die at every request in migration.test.ts. */
const controls = fixes.map(({ control }) => control).filter((control) => !copying.includes(control))

test.each(controls)('%s', async (control) => {
  const before = await cycle.inventory()
  const plan = await cycle.plan([control])
  if (plan.steps.length === 0) return
  figures.plans += 1
  const was = await states(plan)
  for (let at = 0; ; at++) {
    const crashed = await crashAt(plan, at)
    if (crashed) {
      figures.moments += 1
      if (at % 2 === 0) {
        expect(await cycle.apply(plan, forced(plan))).toMatchObject({ complete: true })
        figures.resumed += 1
      } else figures['rolled back'] += 1
    }
    await undoAll(at % 3 === 0 ? at % 7 : undefined)
    expect(await states(plan)).toEqual(was)
    if (!crashed) break
  }
  expect(settled(await cycle.inventory())).toEqual(settled(before))
})
