import { describe, expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import { MemoryRegistry } from '../../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../core/clock.ts'
import { quietRun } from '../../core/run.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { holdSnapshot, releaseSnapshot } from '../holds.ts'
import { initVault, type Vault, vaultOver } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { gcKeys, writeList, writePart } from './delete-lists.ts'
import { prune } from './prune.ts'

const day = 24 * 60 * 60 * 1000

async function scene(days = 5) {
  const clock = jumpingClock()
  const run = quietRun({ clock })
  const store = memoryStore({ clock })
  const vault = await initVault(store, run)
  const registry = new MemoryRegistry()
  const ids: string[] = []
  let before: ReturnType<MemoryRegistry['image']> | undefined
  const next = async () => {
    const n = ids.length
    registry.image('shop/steady', ['base'], { tags: ['1'] })
    if (before) registry.remove('shop/api', before)
    before = registry.image('shop/api', ['base', `layer ${n}`], { config: `{"n":${n}}`, tags: ['latest'] })
    ids.push((await backup(registry.source(), vault, {}, run)).snapshot)
    clock.advance(day)
  }
  for (let n = 0; n < days; n++) await next()
  return { clock, run, store, vault, registry, ids, next }
}

async function keysIn(store: Store, prefix = ''): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list(prefix)) found.push(key)
  return found
}

async function ids(vault: Vault): Promise<string[]> {
  return (await vault.snapshots.list()).snapshots.map(({ id }) => id)
}

test('forgets what the policy does not keep, deletes what nothing needs, and leaves no trace of itself', async () => {
  const { vault, run, store, ids: made, registry } = await scene()
  const blobs = (await keysIn(store, 'blobs/')).length
  const report = await prune(vault, { policy: { last: 2 }, grace: 0 }, run)
  expect(report).toMatchObject({
    schema: 'holdfast.prune/1',
    ok: true,
    kept: [{ id: made[3], reasons: ['last'] }, { id: made[4] }],
    forgotten: [{ id: made[0] }, { id: made[1] }, { id: made[2] }],
    // A layer, a config and a manifest of each.
    blobsCondemned: 9,
    blobsDeleted: 9,
    verified: { ok: true, problems: 0 },
    waitingFor: [],
    revoked: [],
  })
  expect(await ids(vault)).toEqual(made.slice(3))
  expect((await keysIn(store, 'blobs/')).length).toBe(blobs - 9)
  expect(await keysIn(store, 'gc/')).toEqual([])
  expect(await keysIn(store, 'runs/')).toHaveLength(4)
  expect((await verifyVault(vault, { data: true }, run)).ok).toBe(true)
  expect(await prune(vault, { policy: { last: 2 }, grace: 0 }, run)).toMatchObject({
    forgotten: [],
    blobsDeleted: 0,
  })
  expect((await backup(registry.source(), vault, {}, run)).copied.blobs).toBe(0)
})

test('a dry run says the same and changes nothing', async () => {
  const { vault, run, store } = await scene()
  const before = await keysIn(store)
  const dry = await prune(vault, { policy: { daily: 2 }, grace: 0, dryRun: true }, run)
  expect(await keysIn(store)).toEqual(before)
  const real = await prune(vault, { policy: { daily: 2 }, grace: 0 }, run)
  expect(dry).toMatchObject({ dryRun: true, blobsDeleted: 0, objectsDeleted: 0, bytesFreed: 0 })
  expect(dry.forgotten).toEqual(real.forgotten)
  expect(dry.blobsCondemned).toBe(real.blobsDeleted)
  expect(dry.bytesCondemned).toBe(real.bytesFreed)
})

test('the grace is counted by the clock of the store', async () => {
  const { vault, clock, run } = await scene(5)
  const wrong = { ...run, clock: { ...clock, now: () => new Date('2040-01-01T00:00:00Z') } }
  const report = await prune(vault, { policy: { last: 1 }, grace: 4 }, wrong)
  // Written 5, 4, 3 and 2 days ago.
  expect(report).toMatchObject({ blobsDeleted: 6, young: { blobs: 6 } })
  expect(report.nextPossible).toBe('2026-01-07T00:00:00.000Z')
  clock.advance(2 * day)
  expect(await prune(vault, { policy: { last: 1 }, grace: 4 }, run)).toMatchObject({ blobsDeleted: 6 })
})

describe('holds', () => {
  test('a held snapshot stays until it is released', async () => {
    const { vault, run, ids: made } = await scene()
    const snapshot = made[0]!
    await holdSnapshot(vault, { snapshot, reason: 'audit' }, run)
    const report = await prune(vault, { policy: { last: 1 }, grace: 0 }, run)
    expect(report.kept).toMatchObject([{ id: snapshot, reasons: ['held'] }, { id: made[4] }])
    expect((await verifyVault(vault, { data: true }, run)).ok).toBe(true)
    expect(await releaseSnapshot(vault, snapshot, run)).toBe(snapshot)
    expect(await releaseSnapshot(vault, snapshot, run)).toBe(undefined)
    expect((await prune(vault, { policy: { last: 1 }, grace: 0 }, run)).forgotten).toMatchObject([
      { id: snapshot },
    ])
  })

  test('a second hold that is refused leaves the first one alone', async () => {
    const { vault, run, ids: made, clock } = await scene(3)
    const snapshot = made[0]!
    const root = (await vault.snapshots.keys()).find((key) => key.includes(snapshot))!
    await holdSnapshot(vault, { snapshot, reason: 'audit' }, run)
    // Of a prune that published its list before it saw the hold, and died.
    const id = 'abcdefabcdef'
    const time = clock.now().toISOString()
    const list = { schema: 'holdfast.delete-list/1' as const, generation: id, time, roots: [root], parts: 0 }
    await writeList(vault, list)
    const again = holdSnapshot(vault, { snapshot, reason: 'me too' }, run)
    await expect(again).rejects.toMatchObject({ code: 'prune-running' })
    clock.advance(day)
    await prune(vault, { policy: { last: 1 }, grace: 0 }, run)
    expect(await ids(vault)).toContain(snapshot)
  })

  test('a hold that comes while the snapshot is being forgotten either holds or is refused', async () => {
    let outcomes = 0
    for (let at = 0; ; at++) {
      const { vault, run, ids: made } = await scene(3)
      const snapshot = made[0]!
      let calls = 0
      let held: 'yes' | 'no' | undefined
      const between = async () => {
        if (calls++ !== at) return
        held = await holdSnapshot(vault, { snapshot }, run).then(
          () => 'yes' as const,
          () => 'no' as const,
        )
      }
      await prune(
        vaultOver(observed(vault.store, between), vault.header),
        { policy: { last: 1 }, grace: 0 },
        run,
      )
      if (!held) break
      outcomes++
      expect([at, (await ids(vault)).includes(snapshot)]).toEqual([at, held === 'yes'])
      expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
    }
    expect(outcomes).toBeGreaterThan(30)
  })
})

/** Calls `before` ahead of every request. */
function observed(store: Store, before: () => Promise<void>): Store {
  return {
    url: store.url,
    close: () => store.close(),
    put: async (...given) => before().then(() => store.put(...given)),
    get: async (...given) => before().then(() => store.get(...given)),
    head: async (...given) => before().then(() => store.head(...given)),
    delete: async (...given) => before().then(() => store.delete(...given)),
    list: async function* (...given) {
      await before()
      yield* store.list(...given)
    },
  }
}

describe('refused', () => {
  test('without any rule, or when nothing would be left', async () => {
    const { vault, run } = await scene(2)
    await expect(prune(vault, { policy: {} }, run)).rejects.toMatchObject({ code: 'usage' })
    await expect(prune(vault, { policy: { last: 0 } }, run)).rejects.toMatchObject({ code: 'usage' })
  })

  test('a store without conditional create: only with the word that nobody else is there', async () => {
    const { vault, run } = await scene(2)
    const plain = vaultOver(vault.store, { ...vault.header, capabilities: { conditionalCreate: false } })
    await expect(prune(plain, { policy: { last: 1 } }, run)).rejects.toMatchObject({ code: 'prune-refused' })
    expect((await prune(plain, { policy: { last: 1 }, offline: true }, run)).forgotten).toHaveLength(1)
  })

  test('a store that has stopped to create conditionally since the vault was made', async () => {
    const { vault, run, store } = await scene(2)
    const before = await keysIn(store)
    const careless: Store = {
      ...observed(store, async () => {}),
      put: (key, body, { ifAbsent: _, ...options } = {}) => store.put(key, body, options),
    }
    const changed = vaultOver(careless, vault.header)
    await expect(prune(changed, { policy: { last: 1 } }, run)).rejects.toMatchObject({
      code: 'prune-refused',
    })
    expect(await keysIn(store)).toEqual(before)
    expect((await prune(changed, { policy: { last: 1 }, offline: true }, run)).forgotten).toHaveLength(1)
  })

  test('damage in what is kept: nothing is deleted; in what is forgotten: it goes', async () => {
    const { vault, run, store, ids: made } = await scene(3)
    const root = await vault.snapshots.find(made[0]!)
    await store.put(`shards/${root.shards[0]}.json.gz`, Buffer.from('cut'))
    const before = await keysIn(store)
    await expect(prune(vault, { policy: { last: 3 }, grace: 0 }, run)).rejects.toMatchObject({
      code: 'vault-damaged',
    })
    expect(await keysIn(store)).toEqual(before)
    expect((await prune(vault, { policy: { last: 2 }, grace: 0 }, run)).ok).toBe(true)
  })
})

describe('runs that have not ended', () => {
  const claimed = async ({ vault, clock }: Awaited<ReturnType<typeof scene>>) => {
    const time = clock.now().toISOString()
    const stamp = time.slice(0, 19).replace(/[-:]/g, '')
    const root = `snapshots/oci-memory/${stamp}Z-abcdefabcdef.json`
    await vault.runs.claim({ schema: 'holdfast.claim/1', run: 'abcdefabcdef', root, time })
    return root
  }

  test('a young one is waited for; an old one is revoked', async () => {
    const at = await scene(3)
    const { vault, run, clock, store } = at
    const root = await claimed(at)
    const before = await keysIn(store)
    const waiting = await prune(vault, { policy: { last: 1 }, grace: 0 }, run)
    expect(waiting).toMatchObject({ ok: false, forgotten: [], waitingFor: [{ run: 'abcdefabcdef', root }] })
    expect(await keysIn(store)).toEqual(before)
    clock.advance(day)
    const report = await prune(vault, { policy: { last: 1 }, grace: 0 }, run)
    expect(report).toMatchObject({ ok: true, revoked: ['abcdefabcdef'] })
    expect(await vault.snapshots.read(root)).toBe('revoked')
  })

  test('--revoke does not wait', async () => {
    const at = await scene(3)
    await claimed(at)
    const report = await prune(at.vault, { policy: { last: 1 }, grace: 0, revoke: true }, at.run)
    expect(report.revoked).toEqual(['abcdefabcdef'])
  })
})

describe('a list that a dead prune left', () => {
  test('stops the backup that needs its blobs, and is finished by the next prune', async () => {
    const at = await scene(3)
    const { vault, run, registry, clock, store } = at
    const digest = registry.image('shop/again', ['layer 0'], { config: '{"again":1}', tags: ['x'] })
    const layer = registry.blob('shop/again', 'layer 0').digest
    const key = `blobs/sha256/${layer.slice(7)}`
    await writePart(vault, gcKeys.part('deaddeaddead', 0), [{ key, size: 7 }])
    const list = { generation: 'deaddeaddead', time: clock.now().toISOString(), roots: [], parts: 1 }
    await writeList(vault, { schema: 'holdfast.delete-list/1', ...list })
    await expect(backup(registry.source(), vault, {}, run)).rejects.toMatchObject({ code: 'prune-running' })
    clock.advance(2 * day)
    const report = await prune(vault, { policy: { last: 9 }, grace: 30 }, run)
    // The first snapshot still needs that layer: the list is dropped, the blob is not.
    expect(report).toMatchObject({ ok: true, finished: ['deaddeaddead'], blobsDeleted: 0 })
    expect(await keysIn(store, 'gc/')).toEqual([])
    expect((await backup(registry.source(), vault, {}, run)).complete).toBe(true)
    expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
    expect(digest).toBeTruthy()
  })
})
