import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CrashFigures, crashEverywhere, statesOf } from '../../src/remediate/crashing.fixture.ts'
import { type Cycle, copying, openCycle, settled } from '../../src/remediate/cycle.fixture.ts'
import { fixes } from '../../src/remediate/fixes/index.ts'
import type { Plan } from '../../src/remediate/plan.ts'
import { printFigures } from '../support/figures.ts'
import { trailWays, trailWishes } from '../support/trails.ts'

/** Copies of repositories die at every request in migration.test.ts. */
const controls = fixes.map(({ control }) => control).filter((control) => !copying.includes(control))

/** Each plan of one half, a crash at each of its moments. In two files, as files are what runs side by side. */
export function crashPlans(half: 0 | 1): void {
  let cycle: Cycle
  const figures = { plans: 0, moments: 0, resumed: 0, 'rolled back': 0, 'rollbacks that crashed': 0 }

  beforeAll(async () => {
    cycle = await openCycle()
  })
  afterAll(async () => {
    await cycle.close()
    printFigures(`plans, a crash at every moment, half ${half + 1}`, figures)
  })

  async function prove(plan: Plan): Promise<void> {
    const before = await cycle.inventory()
    if (plan.steps.length === 0) return
    figures.plans += 1
    const was = await statesOf(cycle, plan)
    const counted = await crashEverywhere(cycle, plan, (states) => expect(states).toEqual(was))
    for (const [what, count] of Object.entries(counted)) figures[what as keyof CrashFigures] += count
    expect(settled(await cycle.inventory())).toEqual(settled(before))
  }

  test.each(controls.filter((_, at) => at % 2 === half))('%s', async (control) => {
    await prove(await cycle.plan([control]))
  })

  test.each(trailWays.filter((_, at) => at % 2 === half))('%s', async (_, control, prepare) => {
    await prepare(cycle)
    await prove(await cycle.plan([control], trailWishes))
  })
}
