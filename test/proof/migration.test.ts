import { Readable } from 'node:stream'
import { ECRClient, ListImageReferrersCommand } from '@aws-sdk/client-ecr'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { judge } from '../../src/audit/audit.ts'
import { demoSettings } from '../../src/audit/demo.fixture.ts'
import type { AwsContext } from '../../src/aws/context.ts'
import { openAws } from '../../src/aws/open.ts'
import { openEcrSource } from '../../src/backup/sources/ecr.ts'
import type { Clock } from '../../src/core/clock.ts'
import { type Digest, digestOf } from '../../src/core/digest.ts'
import { quietRun } from '../../src/core/run.ts'
import { collectInventory } from '../../src/inventory/collect.ts'
import { type ApplyOptions, applyPlan } from '../../src/remediate/apply.ts'
import { demoBaseline } from '../../src/remediate/cycle.fixture.ts'
import { type Door, openDoor } from '../../src/remediate/door.ts'
import { type Journal, openJournal } from '../../src/remediate/journal.ts'
import { makePlan, type Plan } from '../../src/remediate/plan.ts'
import { rollBack } from '../../src/remediate/rollback.ts'
import { openEcrTarget } from '../../src/restore/targets/ecr.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/start.ts'
import { memoryStore } from '../../src/store/memory.ts'
import { heldIds } from '../../src/vault/holds.ts'
import { initVault, openVault } from '../../src/vault/vault.ts'
import { printFigures } from '../support/figures.ts'
import { Mortal, mortalStore, openWire } from '../support/mortal.ts'

// Time jumps when somebody waits: for Holdfast, the SDK and the sandbox alike.
// It never goes back: the runs of a journal are in the order of their times.
let latest = 0
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Math.max(Date.now(), latest) }))
afterEach(() => {
  latest = Date.now() + 1000
  vi.useRealTimers()
})

const clock: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted()
    vi.setSystemTime(Date.now() + ms)
  },
}

let sandbox: Sandbox
let wires: Awaited<ReturnType<typeof openWire>>[] = []
const who = { mortal: new Mortal() }
const vaultStore = memoryStore()
const journalStore = memoryStore()

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo', now: () => new Date() })
  wires = [await openWire(sandbox.awsEndpoint, who), await openWire(sandbox.registryEndpoint, who)]
  await initVault(vaultStore, quietRun({ clock }))
})
afterAll(async () => {
  for (const wire of wires) await wire.close()
  await sandbox.close()
})

const credentials = () => sandbox.accounts.find(({ id }) => id === '111122223333') ?? sandbox.accounts[0]!

interface Process {
  aws: AwsContext
  door: Door
  journal: Journal
}

/** One run of the program. */
async function asProcess<T>(mortal: Mortal, work: (process: Process) => Promise<T>): Promise<T> {
  who.mortal = mortal
  const [endpoint = '', registryEndpoint = ''] = wires.map((wire) => wire.endpoint)
  const aws = await openAws(
    { region: 'eu-west-1', credentials: credentials(), endpoint, registryEndpoint },
    { env: {} },
  )
  const run = quietRun({ clock, signal: mortal.signal })
  const door = await openDoor(aws, run, { vault: () => openVault(mortalStore(vaultStore, mortal)) })
  try {
    return await work({ aws, door, journal: openJournal(mortalStore(journalStore, mortal)) })
  } finally {
    door.close()
    aws.close()
  }
}

/** An index of two, one of them signed, an SBOM with a signature, an untagged image, an archived one, and many tags. */
async function fillRepository(repository: string, tags: number): Promise<void> {
  await asProcess(new Mortal(), async ({ aws, door }) => {
    const { signal } = door.run
    const target = await openEcrTarget(aws, {}, door.run)
    const settings = { resourceTags: { team: 'x', 'cost-center': '7' } }
    await target.createRepository(repository, settings, signal)
    const blob = async (text: string) => {
      const bytes = Buffer.from(text === '{}' ? text : `${repository} ${text}`)
      await target.putBlob(repository, digestOf(bytes), bytes.length, Readable.from([bytes]), signal)
      return { digest: digestOf(bytes), size: bytes.length, mediaType: 'application/octet-stream' }
    }
    const put = async (body: object, tag?: string) => {
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, ...body }))
      const mediaType = 'mediaType' in body ? String(body.mediaType) : ''
      const digest = digestOf(bytes)
      await target.putManifest(repository, { digest, mediaType, bytes, ...(tag && { tag }) }, signal)
      vi.setSystemTime(Date.now() + 1000)
      return { digest, size: bytes.length, mediaType }
    }
    const image = async (text: string, tag?: string, more: object = {}) =>
      put(
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { ...(await blob('{}')), mediaType: 'application/vnd.oci.image.config.v1+json' },
          layers: [{ ...(await blob(text)), mediaType: 'application/vnd.oci.image.layer.v1.tar' }],
          ...more,
        },
        tag,
      )
    const [amd, arm] = [await image('amd'), await image('arm')]
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const index = await put({ mediaType, manifests: [amd, arm] }, 'multi')
    await image('signature', undefined, { subject: amd, artifactType: 'application/x.signature' })
    const sbom = await image('sbom', undefined, { subject: index, artifactType: 'application/spdx+json' })
    await image('seal', undefined, { subject: sbom, artifactType: 'application/x.signature' })
    await image('nobody names it')
    const old = await image('old', 'v0')
    await target.archive(repository, old.digest as Digest, signal)
    for (let at = 1; at <= tags; at++) await image(`layer ${at % 7}`, `v${at}`)
    await target.applySettings(
      repository,
      {
        policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::444455556666:root' },
              Action: 'ecr:BatchGetImage',
            },
          ],
        }),
        lifecyclePolicy:
          '{ "rules": [{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":900},"action":{"type":"expire"}}]}',
        scanOnPush: true,
        tagMutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', exclusions: ['dev-*'] },
      },
      signal,
    )
    await target.close()
  })
}

/** Everything that must be the same afterwards; `encryption` apart. */
async function everythingIn(repository: string) {
  return asProcess(new Mortal(), async ({ aws, door }) => {
    const { signal } = door.run
    const source = await openEcrSource({ aws }, {}, door.run)
    const listed = await source.images(repository, signal)
    const { encryption, createdAt: _, ...settings } = await source.settings(repository, signal)
    await source.close()
    const ecr = new ECRClient(aws.clientConfig('ecr'))
    const referrers: [string, string[]][] = []
    for (const { digest } of listed) {
      const { referrers: found = [] } = await ecr.send(
        new ListImageReferrersCommand({ repositoryName: repository, subjectId: { imageDigest: digest } }),
      )
      referrers.push([digest, found.map((one) => one.digest ?? '').sort()])
    }
    ecr.destroy()
    const images = listed.map(({ pushedAt: _, lastPull: __, activatedAt: ___, tags, ...rest }) => {
      return { ...rest, tags: [...tags].sort() }
    })
    const order = (one: { digest: string }, other: { digest: string }) => (one.digest < other.digest ? -1 : 1)
    return { encryption, content: { images: images.sort(order), settings, referrers: referrers.sort() } }
  })
}

/** For this repository alone. */
function planFor(repository: string): Promise<Plan> {
  return asProcess(new Mortal(), async ({ aws, door }) => {
    const whole = await collectInventory(aws, door.run)
    const all = 'ok' in whole.repositories ? whole.repositories.ok : []
    const inventory = { ...whole, repositories: { ok: all.filter(({ name }) => name === repository) } }
    const controls = ['kms-encryption', 'kms-customer-key', 'kms-key-allowed']
    const report = judge(inventory, { settings: demoSettings, controls })
    return makePlan(door, { inventory, report, baseline: demoBaseline })
  })
}

const options: ApplyOptions = { max: 100 }
const applied = (plan: Plan, mortal = new Mortal()) =>
  asProcess(mortal, ({ door, journal }) => applyPlan(door, { plan, journal }, options))

const rolledBack = (mortal = new Mortal()) =>
  asProcess(mortal, async ({ door, journal }) => {
    const { signal } = door.run
    const run = await journal.read((await journal.runs(signal)).at(-1) ?? '', signal)
    return rollBack(door, { run, journal })
  })

const withKey = { type: 'KMS', kmsKey: demoBaseline.encryption.kmsKey }
const held = async () => [...(await heldIds(await openVault(vaultStore)))]

test('a repository with 200 tags gets a key, with all that it has; again sends nothing; and back', async () => {
  await fillRepository('team/large', 200)
  const before = await everythingIn('team/large')
  expect(before.encryption).toEqual({ type: 'AES256' })
  expect(before.content.images.length).toBeGreaterThan(14)
  const plan = await planFor('team/large')
  expect(plan.steps).toMatchObject([{ kind: 'repository-encryption', risk: 'destructive' }])

  expect(await applied(plan)).toMatchObject({ complete: true, changed: 1 })
  expect(await everythingIn('team/large')).toEqual({ ...before, encryption: withKey })
  expect(await held()).toEqual([])

  const again = new Mortal()
  expect(await applied(plan, again)).toMatchObject({ complete: true, changed: 0 })
  expect(again.changes).toEqual([])

  expect(await rolledBack()).toMatchObject({ complete: true })
  expect(await everythingIn('team/large')).toEqual(before)
})

test.each(['BatchGetImage', 'GetDownloadUrlForLayer'])(
  'without the right to %s nothing is begun',
  async (operation) => {
    const repository = `team/${operation.toLowerCase()}`
    await fillRepository(repository, 1)
    const before = await everythingIn(repository)
    const plan = await planFor(repository)
    sandbox.addFault({ service: 'ecr', operation, kind: 'denied' })
    const mortal = new Mortal()
    const { complete, steps } = await applied(plan, mortal)
    sandbox.clearFaults()
    expect(complete).toBe(false)
    expect(steps[0]?.reason).toContain(`ecr:${operation}`)
    expect(mortal.changes).not.toContain('DeleteRepository')
    const after = await everythingIn(repository)
    // An image may be on its way out of the archive: the next backup puts it back.
    expect(after.content.images.map(({ digest }) => digest)).toEqual(
      before.content.images.map(({ digest }) => digest),
    )
    expect(after.encryption).toEqual(before.encryption)
  },
)

test('it dies at every change, and is continued or rolled back', async () => {
  const repository = 'team/small'
  await fillRepository(repository, 4)
  const before = await everythingIn(repository)
  const plan = await planFor(repository)
  // The first one waits for the archive; the next ones hold what was in it.
  await applied(plan)
  const back = new Mortal()
  await rolledBack(back)
  const forth = new Mortal()
  await applied(plan, forth)
  await rolledBack()
  const figures = {
    changes: forth.changes.length,
    deaths: 0,
    continued: 0,
    'rolled back': 0,
    'died twice': 0,
  }
  for (const at of moments(forth.changes)) {
    for (const when of ['before', 'after'] as const) {
      const place = `${when} change ${at}, ${forth.changes[at]}`
      const mortal = new Mortal({ at, when })
      // An interruption is thrown; what failed at the very end is a report.
      await applied(plan, mortal).catch((error: unknown) => error)
      expect(mortal.dead, place).toBe(true)
      figures.deaths += 1
      if ((at + (when === 'after' ? 1 : 0)) % 2 === 0) {
        expect(await applied(plan), place).toMatchObject({ complete: true })
        expect(await everythingIn(repository), place).toEqual({ ...before, encryption: withKey })
        figures.continued += 1
      } else figures['rolled back'] += 1
      if (at % 3 === 0) {
        const again = new Mortal({ at: (at * 7) % back.changes.length, when })
        await rolledBack(again).catch((error: unknown) => error)
        figures['died twice'] += 1
      }
      expect(await rolledBack(), place).toMatchObject({ complete: true })
      expect(await everythingIn(repository), place).toEqual(before)
    }
  }
  expect(figures.deaths).toBeGreaterThan(50)
  printFigures('a copied repository, death at every change', figures)
})

/** All, but of many of the same in a row only the first two and the last. */
function moments(changes: readonly string[]): number[] {
  const same = (one: number, other: number) => changes[one] === changes[other]
  return changes.flatMap((_, at) => (same(at, at - 1) && same(at, at - 2) && same(at, at + 1) ? [] : [at]))
}
