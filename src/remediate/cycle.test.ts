import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cycle, copyingLast, openCycle, settled } from './cycle.fixture.ts'
import { fixes } from './fixes/index.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
})
afterAll(() => cycle.close())

/** What the demo does not fail: each has a test of its own. */
const elsewhere = ['image-secrets', 'dangling-principals', 'kms-key-place']
const controls = copyingLast(fixes.map(({ control }) => control)).filter(
  (control) => !elsewhere.includes(control),
)

test.each(controls)('%s: plan, apply, pass, nothing more to do, roll back, as before', async (control) => {
  const before = await cycle.inventory()
  const failing = await cycle.failing([control])
  expect(failing).not.toEqual([])
  const plan = await cycle.plan([control])
  const left = [...plan.unfixed, ...plan.manual].map(({ resource }) => `${control} ${resource}`)

  const applied = await cycle.apply(plan, { max: 1_000 })
  expect(applied).toMatchObject({ complete: true })
  expect(await cycle.failing([control])).toEqual(failing.filter((one) => left.includes(one)))
  // Nothing but instructions.
  if (plan.steps.length === 0) return

  cycle.changes()
  const again = await cycle.apply(plan, { max: 1_000 })
  expect(again.steps.every(({ outcome }) => outcome === 'done')).toBe(true)
  expect(cycle.changes()).toEqual([])

  const rolledBack = await cycle.rollBack(applied.run ?? '')
  expect(rolledBack).toMatchObject({ complete: true })
  expect(settled(await cycle.inventory(), plan)).toEqual(settled(before, plan))
})
