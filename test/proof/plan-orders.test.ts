import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cycle, openCycle, settled } from '../../src/remediate/cycle.fixture.ts'
import { printFigures } from '../support/figures.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

/** One step after the other, in an order that nobody planned: what needs another one that is missing fails. */
test('any subset of the steps of the whole plan, in any order, rolls back to the start', async () => {
  const figures = { orders: 0, 'steps done': 0, 'steps refused': 0 }
  const plan = await cycle.plan()
  const before = settled(await cycle.inventory(), plan)
  const ids = plan.steps.map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(4)
  const confirmed = plan.steps.map(({ resource }) => resource)
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(ids, { minLength: 1, maxLength: Math.min(20, ids.length) }),
      async (order) => {
        let run: string | undefined
        for (const id of order) {
          const report = await cycle.apply(plan, { steps: [id], max: 10_000, confirmed })
          run ??= report.run
          const [step] = report.steps.filter((one) => one.step === id)
          figures[step?.outcome === 'done' ? 'steps done' : 'steps refused'] += 1
        }
        figures.orders += 1
        if (run !== undefined) expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
        expect(settled(await cycle.inventory(), plan)).toEqual(before)
      },
    ),
    { numRuns: 25, seed: 1 },
  )
  printFigures('plans, any subset in any order', figures)
})
