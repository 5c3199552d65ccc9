import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyPlan } from './apply.ts'
import { type Cycle, openCycle } from './cycle.fixture.ts'
import { openDoor } from './door.ts'

/** An old image of legacy/reports lost its tag to a new one; nothing runs it. */
let cycle: Cycle
beforeAll(async () => {
  cycle = await openCycle()
  const { images } = await cycle.door.ask('ecr', 'BatchGetImage', {
    input: { repositoryName: 'legacy/reports', imageIds: [{ imageTag: 'v7' }] },
  })
  const manifest = JSON.parse(images?.[0]?.imageManifest ?? expect.fail('no image'))
  const imageManifest = JSON.stringify({ ...manifest, annotations: { built: 'again' } })
  await cycle.door.send({
    service: 'ecr',
    operation: 'PutImage',
    input: { repositoryName: 'legacy/reports', imageManifest, imageTag: 'v7' },
    needs: [],
  })
})
afterAll(() => cycle.close())

const controls = ['lifecycle-present', 'untagged-stale']
const id = 'lifecycle-policy:legacy/reports'

test('what a merged policy would expire is listed, and makes the step destructive', async () => {
  const { steps } = await cycle.plan(controls)
  const step = steps.find((one) => one.id === id)
  expect(step).toMatchObject({
    risk: 'destructive',
    controls,
    before: null,
    loses: [expect.stringMatching(/^untagged \([0-9a-f]{12}, .+ expires by rule 1$/)],
  })
  expect(step?.warnings).toEqual([
    expect.stringMatching(/^1 image \(.+\) would expire within 24 hours\./),
    expect.stringContaining('holdfast restore'),
  ])
})

test('it is put when a vault holds that image, and not without one', async () => {
  const plan = await cycle.plan(controls)
  const { journal } = cycle
  const bare = await openDoor(cycle.aws, cycle.door.run)
  const refused = await applyPlan(bare, { plan, journal }, { steps: [id] })
  bare.close()
  expect(refused.steps.find(({ step }) => step === id)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('No vault was named'),
  })

  const applied = await cycle.apply(plan, { steps: [id] })
  expect(applied.steps.find(({ step }) => step === id)).toMatchObject({ outcome: 'done' })
  expect(await cycle.rollBack(applied.run ?? '')).toMatchObject({ complete: true })
})

test('a way back to a policy that takes images in use is said to want the snapshot, too', async () => {
  const { steps } = await cycle.plan(['lifecycle-safe'])
  expect(steps).toMatchObject([
    { id: 'lifecycle-policy:shop/api', warnings: [expect.stringMatching(/a rollback to it wants --vault/)] },
  ])
})
