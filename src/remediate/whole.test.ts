import { expect, test } from 'vitest'
import { openCycle, settled } from './cycle.fixture.ts'

test('every fixable finding of the demo is fixed by one plan, and rolled back to the same inventory', async () => {
  const cycle = await openCycle()
  try {
    const plan = await cycle.plan()
    const before = settled(await cycle.inventory(), plan)
    const left = [...plan.unfixed, ...plan.manual].flatMap((one) =>
      ('controls' in one ? one.controls : [one.control]).map((control) => `${control} ${one.resource}`),
    )
    const confirmed = plan.steps.map(({ resource }) => resource)
    const { run = '', ...applied } = await cycle.apply(plan, { max: 1_000, confirmed })
    expect(applied).toMatchObject({ complete: true })
    const failing = await cycle.failing()
    expect(failing.filter((one) => !left.includes(one))).toEqual([])

    cycle.changes()
    await cycle.apply(plan, { max: 1_000, confirmed })
    expect(cycle.changes()).toEqual([])

    expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
    expect(settled(await cycle.inventory(), plan)).toEqual(before)
  } finally {
    await cycle.close()
  }
})
