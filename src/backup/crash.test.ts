import { describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { initVault, openOrInitVault, openVault } from '../vault/vault.ts'
import { verifyVault } from '../vault/verify.ts'
import { backup } from './backup.ts'
import { MemoryRegistry } from './memory-registry.fixture.ts'

const run = quietRun({ clock: jumpingClock() })

/**
 * `before` and `after`: the program dies around the n-th write, nothing works from then on. `lost`: the write was done
 * but its answer never came; the program goes on.
 */
type Crash = 'before' | 'after' | 'lost'

function crashing(store: Store, nth: number, crash: Crash): Store & { happened: boolean } {
  let writes = 0
  let dead = false
  const died = () => new HoldfastError('store-request-failed', { what: `crash at write ${nth}`, next: '' })
  const alive = () => {
    if (dead) throw died()
  }
  const wrapped: Store & { happened: boolean } = {
    url: store.url,
    happened: false,
    put: async (key, body, options) => {
      alive()
      const hit = writes++ === nth
      if (!hit) return store.put(key, body, options)
      wrapped.happened = true
      dead = crash !== 'lost'
      if (crash !== 'before') await store.put(key, body, options)
      throw died()
    },
    get: async (key, options) => {
      alive()
      return store.get(key, options)
    },
    head: async (key, signal) => {
      alive()
      return store.head(key, signal)
    },
    list: (prefix, signal) => {
      alive()
      return store.list(prefix, signal)
    },
    delete: async (key, signal) => {
      alive()
      return store.delete(key, signal)
    },
    close: () => store.close(),
  }
  return wrapped
}

function registryWithHistory(): { registry: MemoryRegistry; change: () => void } {
  const registry = new MemoryRegistry()
  const a = registry.image('a/one', ['base', 'a'], { config: '{"a":1}' })
  const b = registry.image('a/one', ['base', 'b'], { config: '{"a":2}' })
  const index = registry.index('a/one', [a, b], { tags: ['latest'] })
  registry.image('a/one', ['sig'], { subject: index })
  registry.image('b/two', ['base', 'c'], { tags: ['1', '2'] })
  const change = () => {
    registry.image('b/two', ['base', 'd'], { tags: ['2', '3'] })
    registry.remove('a/one', index)
  }
  return { registry, change }
}

/** Everything that must hold after any crash. */
async function checkAfter(store: Store, registry: MemoryRegistry): Promise<void> {
  const vault = await openOrInitVault(store, run)
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  const inVault = new Set<string>()
  for await (const { digest } of vault.blobs.list()) inVault.add(digest)
  registry.log.length = 0
  const report = await backup(registry.source(), vault, {}, run)
  expect(report.complete).toBe(true)
  const held = [...registry.repositories.values()].flatMap((each) => [...each.blobs.keys()])
  const missing = new Set(held.filter((digest) => !inVault.has(digest)))
  // Blobs that no image needs any more are not copied: at most what was missing is read.
  expect(registry.count('blob')).toBeLessThanOrEqual(missing.size)
  const verified = await verifyVault(vault, { data: true }, run)
  expect(verified.problems).toEqual([])
  expect((await vault.snapshots.list()).unreadable).toEqual([])
}

describe.each<Crash>(['before', 'after', 'lost'])('the program stops %s the n-th write', (crash) => {
  test('of making the vault: a vault, or none; never half of one', async () => {
    for (let nth = 0; ; nth++) {
      const store = memoryStore()
      const faulty = crashing(store, nth, crash)
      await initVault(faulty, run).catch((error: unknown) =>
        expect(error).toMatchObject({ code: 'store-request-failed' }),
      )
      if (!faulty.happened) return expect(nth).toBeGreaterThan(1)
      await checkAfter(store, registryWithHistory().registry)
    }
  })

  test('of a first backup, for every n: snapshots are whole, and the next run reuses what was copied', async () => {
    for (let nth = 0; ; nth++) {
      const { registry } = registryWithHistory()
      const store = memoryStore()
      await initVault(store, run)
      const faulty = crashing(store, nth, crash)
      const failed = await backup(registry.source(), await openVault(faulty), {}, run).then(
        () => false,
        () => true,
      )
      if (!faulty.happened) return expect(nth).toBeGreaterThan(15)
      const { snapshots } = await (await openVault(store)).snapshots.list()
      if (!failed) expect(snapshots).toHaveLength(1)
      await checkAfter(store, registry)
    }
  })

  test('of a second backup, for every n: the first snapshot stays', async () => {
    for (let nth = 0; ; nth++) {
      const { registry, change } = registryWithHistory()
      const store = memoryStore()
      const vault = await initVault(store, run)
      const first = await backup(registry.source(), vault, {}, run)
      change()
      const faulty = crashing(store, nth, crash)
      await backup(registry.source(), await openVault(faulty), {}, run).catch(() => {})
      if (!faulty.happened) return expect(nth).toBeGreaterThan(4)
      expect((await vault.snapshots.find(first.snapshot)).complete).toBe(true)
      await checkAfter(store, registry)
    }
  })
})

test('a lost answer to the commit itself is found out: the run succeeds', async () => {
  const { registry } = registryWithHistory()
  const store = memoryStore()
  const vault = await initVault(store, run)
  const lossy: Store = {
    ...bound(store),
    put: async (key, body, options) => {
      const answer = await store.put(key, body, options)
      if (!key.startsWith('snapshots/')) return answer
      throw new HoldfastError('store-request-failed', { what: 'lost', next: '' })
    },
  }
  const report = await backup(registry.source(), await openVault(lossy), {}, run)
  expect((await vault.snapshots.find('latest')).id).toBe(report.snapshot)
})

test('a full disk: no snapshot, the code says why, and it goes on when there is room', async () => {
  const { registry } = registryWithHistory()
  const store = memoryStore()
  const vault = await initVault(store, run)
  let room = 5
  const full: Store = {
    ...bound(store),
    put: async (key, body, options) => {
      if (room-- > 0) return store.put(key, body, options)
      throw new HoldfastError('disk-full', { what: 'ENOSPC', next: '' })
    },
  }
  const backingUp = backup(registry.source(), await openVault(full), {}, run)
  await expect(backingUp).rejects.toMatchObject({ code: 'disk-full' })
  expect((await vault.snapshots.list()).snapshots).toEqual([])
  await checkAfter(store, registry)
})

test('a run whose root was taken by a tombstone starts again and reuses its blobs', async () => {
  const { registry } = registryWithHistory()
  const store = memoryStore()
  await initVault(store, run)
  let revocations = 1
  const revoking: Store = {
    ...bound(store),
    put: async (key, body, options) => {
      if (key.startsWith('snapshots/') && revocations-- > 0) {
        const tombstone = {
          schema: 'holdfast.tombstone/1',
          run: 'aaaaaaaaaaaa',
          time: '2026-01-01T00:00:00.000Z',
        }
        await store.put(key, Buffer.from(JSON.stringify(tombstone)))
      }
      return store.put(key, body, options)
    },
  }
  const vault = await openVault(revoking)
  const report = await backup(registry.source(), vault, {}, run)
  expect(report).toMatchObject({ complete: true, copied: { blobs: 0 } })
  expect(await vault.snapshots.list()).toMatchObject({
    snapshots: [{ id: report.snapshot }],
    revoked: [expect.any(String)],
  })
  revocations = 3
  await expect(backup(registry.source(), vault, {}, run)).rejects.toMatchObject({ code: 'run-revoked' })
})

test('a store without conditional create still gets its snapshots', async () => {
  const { registry } = registryWithHistory()
  const store = memoryStore()
  const plain: Store = {
    ...bound(store),
    put: async (key, body, options) => {
      if (options?.ifAbsent)
        throw new HoldfastError('store-unsupported', { what: 'no If-None-Match', next: '' })
      return store.put(key, body, options)
    },
  }
  const vault = await initVault(plain, run)
  expect(vault.header.capabilities.conditionalCreate).toBe(false)
  expect((await backup(registry.source(), vault, {}, run)).complete).toBe(true)
})

function bound(store: Store): Store {
  return {
    url: store.url,
    put: (key, body, options) => store.put(key, body, options),
    get: (key, options) => store.get(key, options),
    head: (key, signal) => store.head(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    delete: (key, signal) => store.delete(key, signal),
    close: () => store.close(),
  }
}
