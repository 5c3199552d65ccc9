import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cycle, demoBaseline, openCycle, settled } from './cycle.fixture.ts'

let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle({ seed: 'empty' })
})
afterAll(() => cycle.close())

const role = 'arn:aws:iam::111122223333:role/backup'
const baseline = {
  ...demoBaseline,
  accountSettings: { BLOB_MOUNTING: 'ENABLED' },
  pullTimeExclusions: [role],
}

test('what no control judges is done and taken back', async () => {
  const before = await cycle.inventory()
  const plan = await cycle.plan(undefined, baseline)
  const ids = ['account-setting:BLOB_MOUNTING', `pull-time-exclusion:${role}`]
  const mine = plan.steps.filter(({ controls }) => controls.includes('baseline'))
  expect(mine.map(({ id }) => id)).toEqual(ids)

  const applied = await cycle.apply(plan, { steps: ids })
  expect(applied).toMatchObject({ complete: true })
  expect(await cycle.inventory()).toMatchObject({
    accountSettings: { ok: { BLOB_MOUNTING: 'ENABLED' } },
    pullTimeExclusions: { ok: [role] },
  })

  await cycle.rollBack(applied.run ?? '')
  expect(settled(await cycle.inventory())).toEqual(settled(before))
})

test('a plan for some controls leaves them out', async () => {
  const plan = await cycle.plan(['owner-tag'], baseline)
  expect(plan.steps.filter(({ controls }) => controls.includes('baseline'))).toEqual([])
})
