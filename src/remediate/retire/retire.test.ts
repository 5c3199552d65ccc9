import { ECRClient, PutImageCommand, TagResourceCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judge } from '../../audit/audit.ts'
import { demoSettings } from '../../audit/demo.fixture.ts'
import { repositoryArn } from '../../core/arn.ts'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { listHolds } from '../../vault/holds.ts'
import { applyPlan } from '../apply.ts'
import { Crash, crashing } from '../crashing.fixture.ts'
import { type Cycle, demoBaseline, openCycle } from '../cycle.fixture.ts'
import { makePlan, type Plan } from '../plan.ts'
import { rollBack } from '../rollback.ts'

const control = 'repository-unused'
let cycle: Cycle
let ecr: ECRClient
beforeEach(async () => {
  cycle = await openCycle()
  ecr = new ECRClient({ ...cycle.aws.clientConfig('ecr'), region: 'eu-west-1' })
})
afterEach(async () => {
  ecr.destroy()
  await cycle.close()
})

const forced = { max: 100 }

async function planned(isHeld?: (repository: string, digest: string) => boolean, all = false): Promise<Plan> {
  const inventory = await cycle.inventory()
  const report = judge(inventory, { settings: demoSettings, ...(!all && { controls: [control] }) })
  return await makePlan(cycle.door, { inventory, report, baseline: demoBaseline, ...(isHeld && { isHeld }) })
}

/** As if a plan had marked it so many days ago. */
async function mark(repository: string, daysAgo: number): Promise<void> {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  const resourceArn = repositoryArn({ account: '111122223333', region: 'eu-west-1' }, repository)
  const tags = [
    { Key: 'holdfast:retire-after', Value: day(daysAgo - 14) },
    { Key: 'holdfast:retire-marked', Value: day(daysAgo) },
  ]
  await ecr.send(new TagResourceCommand({ resourceArn, tags }))
}

async function unusedOne(): Promise<string> {
  const [first] = (await planned()).steps
  expect(first).toMatchObject({ kind: 'repository-tags', risk: 'visible' })
  return first?.resource ?? ''
}

function repositoryIn({ repositories }: Inventory, name: string): RepositoryInventory | undefined {
  return 'ok' in repositories ? repositories.ok.find((one) => one.name === name) : undefined
}

/** Without what a repository that was made anew cannot have: times, pulls and scans. */
function lasting(repository: RepositoryInventory | undefined): unknown {
  if (!repository || 'error' in repository.images) return undefined
  const images = repository.images.ok.map(({ digest, tags, status, bytes, mediaType }) => {
    return { digest, tags, status, bytes, mediaType }
  })
  const { encryption, tagMutability, scanOnPush, policy, lifecyclePolicy, tags } = repository
  return { images, encryption, tagMutability, scanOnPush, policy, lifecyclePolicy, tags }
}

const held = () => true

test('a mark first; then nothing until its day is over', async () => {
  const name = await unusedOne()
  const plan = await planned()
  await cycle.apply(plan, forced)
  const next = await planned(held)
  expect(next.steps).toEqual([])
  expect(next.unfixed.find(({ resource }) => resource.endsWith(`/${name}`))?.reason).toMatch(/^It is marked/)
})

test('then it is deleted, alone in its plan, and a rollback brings everything back from the vault', async () => {
  const name = await unusedOne()
  await mark(name, 20)
  const before = repositoryIn(await cycle.inventory(), name)
  const plan = await planned(held, true)
  const steps = plan.steps.filter(({ resource }) => resource === name)
  expect(steps).toMatchObject([{ kind: 'repository-retired', risk: 'destructive', after: null }])
  const only = [`repository-retired:${name}`]
  const applied = await cycle.apply(plan, { steps: only })
  expect(applied).toMatchObject({ complete: true })
  expect(repositoryIn(await cycle.inventory(), name)).toBeUndefined()
  const vault = await cycle.door.vault()
  expect(await listHolds(vault)).toMatchObject([{ reason: 'It holds retired repositories.' }])
  cycle.changes()
  await cycle.apply(plan, { steps: only })
  expect(cycle.changes()).toEqual([])

  expect(await cycle.rollBack(applied.run ?? '')).toMatchObject({ complete: true })
  expect(lasting(repositoryIn(await cycle.inventory(), name))).toEqual(lasting(before))
})

test('without a vault, or with images that no snapshot has, it is left and the option is named', async () => {
  const name = await unusedOne()
  await mark(name, 20)
  const lacks = await Promise.all([planned(), planned((repository) => repository !== name)])
  for (const plan of lacks) {
    expect(plan.steps.some(({ kind }) => kind === 'repository-retired')).toBe(false)
    const left = plan.unfixed.find(({ resource }) => resource.endsWith(`/${name}`))
    expect(left?.next).toContain('--vault')
  }
})

test('what was pushed after the plan is drift; what no snapshot has is refused, and nothing is deleted', async () => {
  const name = await unusedOne()
  await mark(name, 20)
  const early = await planned(held)
  const image = repositoryIn(await cycle.inventory(), name)
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
  })
  await ecr.send(new PutImageCommand({ repositoryName: name, imageManifest, imageTag: 'late' }))
  const only = { steps: [`repository-retired:${name}`] }
  await expect(cycle.apply(early, only)).rejects.toMatchObject({ code: 'plan-drift' })
  expect(repositoryIn(await cycle.inventory(), name)).toBeDefined()
  expect(image).toBeDefined()
})

test('a mark whose day is taken back, or an image used since, keeps it', async () => {
  const name = await unusedOne()
  await mark(name, 2_000)
  const plan = await planned(held)
  const report = await cycle.apply(plan, { steps: [`repository-retired:${name}`] })
  expect(report).toMatchObject({ complete: false, changed: 0 })
  expect(report.steps.find(({ outcome }) => outcome === 'failed')?.reason).toMatch(/pushed or pulled since/)
  expect(repositoryIn(await cycle.inventory(), name)).toBeDefined()
})

test('a crash at every moment of the deletion and of the way back loses nothing', async () => {
  const name = await unusedOne()
  await mark(name, 20)
  const plan = await planned(held)
  const only = { steps: [`repository-retired:${name}`] }
  const before = lasting(repositoryIn(await cycle.inventory(), name))
  const { door, journal } = cycle
  const deletes = (at: number) => {
    const dying = crashing({ door, journal }, at)
    return applyPlan(dying.door, { plan, journal: dying.journal }, only).catch((error: unknown) => error)
  }
  let at = 0
  while ((await deletes(at)) instanceof Crash) at++
  const applied = await applyPlan(door, { plan, journal }, only)
  expect(applied).toMatchObject({ complete: true, changed: 0 })
  const run = await journal.read(applied.run ?? '', door.run.signal)
  for (let back = 0; back < 100; back++) {
    const dying = crashing({ door, journal }, back)
    const again = await journal.read(run.id, door.run.signal)
    try {
      const report = await rollBack(dying.door, { run: again, journal: dying.journal })
      expect(report).toMatchObject({ complete: true })
      break
    } catch (error) {
      expect(error).toBeInstanceOf(Crash)
    }
  }
  expect(lasting(repositoryIn(await cycle.inventory(), name))).toEqual(before)
})
