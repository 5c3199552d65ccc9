import { describe, expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import type { Clock } from '../../core/clock.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store, StoredVersion } from '../../store/store.ts'
import { verifyVault } from '../verify.ts'
import {
  codeOf,
  crashing,
  endsWell,
  hooked,
  hour,
  interrupting,
  landsLate,
  options,
  type Scene,
  scene,
} from './crash.fixture.ts'
import { gcKeys, writeList, writePart } from './delete-lists.ts'
import { prune } from './prune.ts'

const versioned = (clock: Clock): Store => memoryStore({ clock, versions: true })

async function versionsIn(store: Store, prefix = ''): Promise<StoredVersion[]> {
  const found: StoredVersion[] = []
  for await (const each of store.versions!(prefix)) found.push(each)
  return found
}

async function only(store: Store, prefix: string): Promise<string> {
  for await (const { key } of store.list(prefix)) return key
  throw new Error(`nothing at ${prefix}`)
}

describe('what a prune leaves in a store with versions', () => {
  test('no version and no marker of what it deleted, or of itself', async () => {
    const { vault, run, store } = await scene(versioned)
    const sum = (all: StoredVersion[]) => all.reduce((total, { size }) => total + size, 0)
    const before = await versionsIn(store, 'blobs/')
    const made = new Set((await versionsIn(store, 'runs/probe-')).map(({ key }) => key))
    const report = await prune(vault, options, run)
    expect(report).toMatchObject({ ok: true, blobsDeleted: 3, forgotten: [{}] })
    // Making a vault hides what it tried: whoever makes one need not be allowed more.
    const after = (await versionsIn(store)).filter(({ key }) => !made.has(key))
    expect(after.filter(({ marker, latest }) => marker || !latest)).toEqual([])
    expect(after.filter(({ key }) => /^gc|probe/.test(key))).toEqual([])
    expect(await versionsIn(store, 'blobs/')).toHaveLength(before.length - 3)
    expect(sum(await versionsIn(store, 'blobs/'))).toBeLessThan(sum(before))
  })

  test('a dry run leaves nothing, and says the same', async () => {
    const { vault, run, store } = await scene(versioned)
    const before = await versionsIn(store)
    const dry = await prune(vault, { ...options, dryRun: true }, run)
    expect(await versionsIn(store)).toEqual(before)
    expect(dry.bytesCondemned).toBe((await prune(vault, options, run)).bytesFreed)
  })

  test('earlier versions of what it deletes go too, and are counted', async () => {
    const { vault, run, inner } = await scene(versioned)
    const { bytesCondemned } = await prune(vault, { ...options, dryRun: true }, run)
    const [garbage] = await condemnedIn(await scene(versioned))
    await inner.put(garbage!, Buffer.from('twelve bytes'))
    const report = await prune(vault, options, run)
    expect(report.bytesFreed).toBe(bytesCondemned + 12)
    expect(await versionsIn(inner, garbage)).toEqual([])
  })

  test('earlier versions of what is needed stay: they may be the last good ones', async () => {
    const { vault, run, inner } = await scene(versioned)
    const [garbage = ''] = await condemnedIn(await scene(versioned))
    const needed = (await versionsIn(inner, 'blobs/')).find(({ key }) => key !== garbage)!
    await inner.put(needed.key, Buffer.from('damage'))
    await prune(vault, { ...options, policy: { last: 9 }, verify: false }, run)
    const [damage, good] = await versionsIn(inner, needed.key)
    expect(good).toMatchObject({ version: needed.version })
    await inner.deleteVersion!(needed.key, damage!.version)
    expect((await verifyVault(vault, { data: true }, run)).ok).toBe(true)
  })

  test('what somebody hid is freed when nothing needs it, by the age of the marker; else it is left alone', async () => {
    const at = await scene(versioned)
    const [garbage = ''] = await condemnedIn(await scene(versioned))
    const needed = (await versionsIn(at.inner, 'blobs/')).find(({ key }) => key !== garbage)!
    await at.inner.delete(garbage)
    await at.inner.delete(needed.key)
    const policy = { ...options, policy: { last: 1 }, verify: false, grace: 1 }
    await prune(at.vault, policy, at.run)
    expect(await versionsIn(at.inner, garbage)).toHaveLength(2)
    at.clock.advance(25 * hour)
    await prune(at.vault, policy, at.run)
    expect(await versionsIn(at.inner, garbage)).toEqual([])
    expect(await versionsIn(at.inner, needed.key)).toMatchObject([
      { marker: true },
      { version: needed.version },
    ])
  })
})

/** Keys of blobs that a prune of the scene deletes: the same in every scene. */
async function condemnedIn({ vault, run, store }: Scene): Promise<string[]> {
  const before = (await versionsIn(store, 'blobs/')).map(({ key }) => key)
  await prune(vault, options, run)
  const after = new Set((await versionsIn(store, 'blobs/')).map(({ key }) => key))
  return before.filter((key) => !after.has(key))
}

describe('snapshots that somebody hid or wrote over', () => {
  const idOf = (key: string) => /-([0-9a-z]+)\.json$/.exec(key)?.[1] ?? ''

  test('stop a prune: what they need could still be brought back', async () => {
    const { vault, run, inner } = await scene(versioned)
    const key = await only(inner, 'snapshots/')
    await inner.delete(key)
    const before = await versionsIn(inner)
    const expected = { code: 'prune-refused', message: expect.stringContaining(key) }
    await expect(prune(vault, options, run)).rejects.toMatchObject(expected)
    await expect(prune(vault, { ...options, dryRun: true }, run)).rejects.toMatchObject(expected)
    expect(await versionsIn(inner)).toEqual(before)
    const [marker] = await versionsIn(inner, key)
    await inner.deleteVersion!(key, marker!.version)
    expect(await prune(vault, options, run)).toMatchObject({ ok: true })
  })

  test('go for good when the loss was intended', async () => {
    const { vault, run, inner } = await scene(versioned)
    const key = await only(inner, 'snapshots/')
    await inner.delete(key)
    const accepting = { ...options, acceptLoss: [idOf(key)] }
    expect(await prune(vault, accepting, run)).toMatchObject({ ok: true, blobsDeleted: 3 })
    expect(await versionsIn(inner, key)).toEqual([])
    expect(await versionsIn(inner, `runs/${idOf(key)}`)).toEqual([])
  })

  test('written over: refused too, because it may ask for less than it did', async () => {
    const { vault, run, inner } = await scene(versioned)
    const key = await only(inner, 'snapshots/')
    const root = await vault.snapshots.read(key)
    await inner.put(key, Buffer.from(JSON.stringify(root)))
    const message = expect.stringContaining('overwritten')
    await expect(prune(vault, options, run)).rejects.toMatchObject({ code: 'prune-refused', message })
    const accepting = { ...options, acceptLoss: [idOf(key)] }
    expect(await prune(vault, accepting, run)).toMatchObject({ ok: true })
  })
})

describe.each(['before', 'after', 'lost'] as const)(
  'a prune that stops %s its n-th write, for every n',
  (kind) => {
    test('leaves whole snapshots, and a list that the next prune finishes', async () => {
      for (let nth = 0; ; nth++) {
        const at = await scene(versioned)
        const { seen, hook } = crashing(nth, kind)
        await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
        if (!seen.happened) return expect(nth).toBeGreaterThan(10)
        await endsWell(at)
      }
    })
  },
)

async function outcomes(open?: (clock: Clock) => Store): Promise<string[]> {
  const all: string[] = []
  for (let nth = 0; ; nth++) {
    const outcome = await landsLate(await scene(open), nth)
    if (outcome === 'none') return all
    all.push(outcome)
  }
}

describe('a delete that lands long after it was sent, when the blob was uploaded again', () => {
  test('takes nothing with it where versions are kept', async () => {
    expect(await outcomes(versioned)).toEqual(['whole', 'whole', 'whole'])
  })

  test('is the risk that is left where none are (docs/prune.md)', async () => {
    expect(await outcomes()).toContain('lost')
  })
})

test('a prune that sleeps for hours at any request, is succeeded, and wakes up: nothing is lost, wherever it slept', async () => {
  let slept = 0
  for (let nth = 0; ; nth++) {
    const at = await scene(versioned)
    const { seen, hook } = interrupting(nth, async () => {
      at.clock.advance(5 * hour)
      await prune(at.vault, options, at.run)
      await backup(at.registry.source(), at.vault, {}, at.run)
    })
    await codeOf(prune(at.over(hooked(at.store, hook)), options, at.run))
    if (!seen.code) break
    slept += seen.method === 'delete' ? 1 : 0
    expect([nth, ...at.broken]).toEqual([nth])
    await endsWell(at)
  }
  expect(slept).toBeGreaterThan(5)
})

test('a list that names versions is finished by the keys in a store that has none', async () => {
  const { vault, run, store, clock } = await scene()
  const key = `blobs/sha256/${'0'.repeat(64)}`
  await store.put(key, Buffer.from('x'))
  await writePart(vault, gcKeys.part('deaddeaddead', 0), [{ key, size: 1, versions: ['v1', 'v2'] }])
  const list = { generation: 'deaddeaddead', time: clock.now().toISOString(), roots: [], parts: 1 }
  await writeList(vault, { schema: 'holdfast.delete-list/1', ...list })
  clock.advance(2 * hour)
  expect(await prune(vault, { ...options, grace: 30 }, run)).toMatchObject({ finished: ['deaddeaddead'] })
  expect(await store.head(key)).toBeUndefined()
})
