import { describe, expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { counted } from '../store/wrappers.ts'
import { keys } from './format.ts'
import { initVault, openVault, type Vault } from './vault.ts'
import { verifyVault } from './verify.ts'

const run = quietRun({ clock: jumpingClock() })

interface Damaged {
  vault: Vault
  store: Store
  registry: MemoryRegistry
  first: string
  second: string
}

/** Two snapshots; the second has one image more. */
async function twoSnapshots(): Promise<Damaged> {
  const registry = new MemoryRegistry()
  const amd = registry.image('shop/api', ['base', 'amd64'], { config: '{"a":1}' })
  const arm = registry.image('shop/api', ['base', 'arm64'], { config: '{"a":2}' })
  const index = registry.index('shop/api', [amd, arm], { tags: ['latest', '1.0'] })
  registry.image('shop/api', ['sbom'], { subject: index })
  const store = memoryStore()
  const vault = await initVault(store, run)
  const first = (await backup(registry.source(), vault, {}, run)).snapshot
  registry.image('shop/web', ['base', 'web'], { tags: ['web'] })
  const second = (await backup(registry.source(), vault, {}, run)).snapshot
  return { vault, store, registry, first, second }
}

async function bytesAt(store: Store, key: string): Promise<Buffer> {
  return Buffer.concat(await (await store.get(key))!.toArray())
}

test('a whole vault: everything counted, one listing and no head', async () => {
  const { store } = await twoSnapshots()
  const { store: watched, calls } = counted(store)
  const report = await verifyVault(await openVault(watched), { data: true }, run)
  expect(report).toMatchObject({ ok: true, level: 'data', snapshots: 2, states: 2, problems: [] })
  expect(report.bytesHashed).toBe(report.bytes)
  expect(calls).toMatchObject({ head: 0, put: 0, delete: 0 })
  expect(calls.list).toBe(2)
  expect(await verifyVault(await openVault(store), {}, run)).toMatchObject({
    bytesHashed: 0,
    blobs: report.blobs,
  })
})

describe('damage is found and names the images it affects', () => {
  const base = (registry: MemoryRegistry) => registry.blob('shop/api', 'base').digest
  const arm = (registry: MemoryRegistry) => registry.blob('shop/api', 'arm64').digest
  const sbom = (registry: MemoryRegistry) => registry.blob('shop/api', 'sbom').digest

  test.each([
    ['shared by two repositories', base, ['shop/api:1.0', 'shop/api:latest', 'shop/web:web'], 2],
    ['of a child of an index', arm, ['shop/api:1.0', 'shop/api:latest'], 2],
  ])('a missing blob %s', async (_name, pick, affects, snapshots) => {
    const { vault, store, registry, first, second } = await twoSnapshots()
    const digest = pick(registry)
    await store.delete(keys.blob(digest))
    const { ok, problems } = await verifyVault(vault, {}, run)
    expect(ok).toBe(false)
    expect(problems).toMatchObject([
      { kind: 'blob-missing', digest, affects, snapshots: [first, second].sort().slice(0, snapshots) },
    ])
  })

  test('a missing blob of an untagged image', async () => {
    const { vault, store, registry } = await twoSnapshots()
    const image = [...registry.repository('shop/api').images.keys()][3]
    await store.delete(keys.blob(sbom(registry)))
    expect((await verifyVault(vault, {}, run)).problems).toMatchObject([{ affects: [`shop/api@${image}`] }])
  })

  test('a blob that only the second snapshot needs does not touch the first', async () => {
    const { vault, store, registry, first, second } = await twoSnapshots()
    await store.delete(keys.blob(registry.blob('shop/web', 'web').digest))
    expect((await verifyVault(vault, { snapshot: first }, run)).ok).toBe(true)
    expect((await verifyVault(vault, { snapshot: 'latest' }, run)).problems).toMatchObject([
      { snapshots: [second] },
    ])
  })

  test('any flipped bit in any blob or manifest: by data only; a cut or longer one: by structure too', async () => {
    const { vault, store } = await twoSnapshots()
    const all: Digest[] = []
    for await (const { digest } of vault.blobs.list()) all.push(digest)
    for (const digest of all) {
      const whole = await bytesAt(store, keys.blob(digest))
      const flipped = Buffer.from(whole)
      const at = Number.parseInt(digest.slice(7, 11), 16) % whole.length
      flipped[at] = (flipped[at] ?? 0) ^ 16
      await store.put(keys.blob(digest), flipped)
      expect((await verifyVault(vault, {}, run)).ok).toBe(true)
      expect((await verifyVault(vault, { data: true }, run)).problems).toMatchObject([
        { kind: 'blob-content', digest },
      ])
      for (const other of [whole.subarray(1), Buffer.concat([whole, Buffer.from('x')]), Buffer.alloc(0)]) {
        await store.put(keys.blob(digest), other)
        const { problems } = await verifyVault(vault, { data: true }, run)
        expect(problems).toMatchObject([{ kind: 'blob-size', digest }])
        expect(problems[0]?.affects.length).toBeGreaterThan(0)
      }
      await store.put(keys.blob(digest), whole)
    }
    expect((await verifyVault(vault, { data: true }, run)).ok).toBe(true)
  })

  test('two blobs that changed places', async () => {
    const { vault, store, registry } = await twoSnapshots()
    const [one, two] = [registry.blob('shop/api', 'amd64').digest, arm(registry)]
    const [first, second] = [await bytesAt(store, keys.blob(one)), await bytesAt(store, keys.blob(two))]
    await store.put(keys.blob(one), second)
    await store.put(keys.blob(two), first)
    expect((await verifyVault(vault, { data: true }, run)).problems).toHaveLength(2)
  })

  test.each([
    ['states/', 'state'],
    ['shards/', 'shard'],
    ['snapshots/', 'root'],
  ])('%s missing or changed', async (prefix, kind) => {
    const { vault, store } = await twoSnapshots()
    const found: string[] = []
    for await (const { key } of store.list(prefix)) found.push(key)
    for (const key of found) {
      const whole = await bytesAt(store, key)
      for (const damage of [whole.subarray(0, -3), Buffer.from('{}'), Buffer.alloc(0)]) {
        await store.put(key, damage)
        const { problems } = await verifyVault(vault, {}, run)
        expect(problems).toMatchObject([{ kind, key }])
        if (kind !== 'root') expect(problems[0]?.snapshots.length).toBeGreaterThan(0)
      }
      if (kind !== 'root') {
        await store.delete(key)
        expect((await verifyVault(vault, {}, run)).problems).toMatchObject([{ kind, key }])
      }
      await store.put(key, whole)
    }
  })
})

test('a damaged state or shard that the next backup would write again as it was is healed, for old snapshots too', async () => {
  for (const prefix of ['states/', 'shards/']) {
    const { vault, store, registry } = await twoSnapshots()
    // As registries that do not tell pull times: then equal contents give equal states.
    for (const { images } of registry.repositories.values())
      for (const image of images.values()) delete image.lastPull
    const found: string[] = []
    for await (const { key } of store.list(prefix)) found.push(key)
    const newest =
      prefix === 'shards/' ? (await vault.snapshots.find('latest')).shards.map(keys.shard) : found
    for (const key of newest) await store.put(key, Buffer.from('damaged'))
    expect((await verifyVault(vault, {}, run)).ok).toBe(false)
    await backup(registry.source(), vault, {}, run)
    expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  }
})

test('a root in which any one character changed is damage, also where the text still makes sense', async () => {
  const { vault, store } = await twoSnapshots()
  const [key] = await vault.snapshots.keys()
  const whole = await bytesAt(store, key!)
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole)
    changed[at] = changed[at]! ^ 1
    await store.put(key!, changed)
    const { unreadable } = await vault.snapshots.list()
    expect(
      unreadable.map((each) => each.key),
      whole.toString('utf8', at - 10, at + 10),
    ).toEqual([key])
  }
})

test('after damage of a state, a shard or a root, the next backup makes a whole snapshot again', async () => {
  for (const prefix of ['states/', 'shards/', 'snapshots/']) {
    const { vault, store, registry } = await twoSnapshots()
    const found: string[] = []
    for await (const { key } of store.list(prefix)) found.push(key)
    for (const key of found) await store.put(key, Buffer.from('damaged'))
    const warnings: string[] = []
    const log = { debug: () => {}, warn: (line: string) => void warnings.push(line) }
    const report = await backup(registry.source(), vault, {}, { ...run, log })
    expect(report.complete).toBe(true)
    expect(warnings.length).toBeGreaterThan(0)
    expect(report.requests.blobRequests).toBe(0)
    expect((await verifyVault(vault, { snapshot: report.snapshot, data: true }, run)).problems).toEqual([])
  }
})
