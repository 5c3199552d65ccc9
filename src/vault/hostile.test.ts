import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { demoRegistry } from '../backup/demo-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import { quietRun } from '../core/run.ts'
import { folderStore } from '../store/folder.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { counted } from '../store/wrappers.ts'
import { compactTime, keys, type SnapshotRoot } from './format.ts'
import { keyOfRoot } from './snapshots.ts'
import { initVault, openVault } from './vault.ts'
import { verifyVault } from './verify.ts'

const run = quietRun({ clock: jumpingClock() })

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function backedUp(store: Store = memoryStore()) {
  const vault = await initVault(store, run)
  const registry = demoRegistry()
  await backup(registry.source(), vault, {}, run)
  return { vault, registry, root: await vault.snapshots.find('latest') }
}

async function keysOf(store: Store): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of store.list('')) found.push(key)
  return found
}

const put = (store: Store, key: string, document: object) =>
  store.put(key, Buffer.from(JSON.stringify(document)))

test('a root that was copied from another vault: verify names what is missing, and the next backup is whole', async () => {
  const other = await backedUp()
  const vault = await initVault(memoryStore(), run)
  await put(vault.store, keyOfRoot(other.root), other.root)
  const { ok, problems } = await verifyVault(vault, {}, run)
  expect(ok).toBe(false)
  expect(problems).toMatchObject([{ kind: 'shard', snapshots: [other.root.id] }])
  const report = await backup(other.registry.source(), vault, {}, run)
  expect(report).toMatchObject({ complete: true, copied: { blobs: expect.any(Number) } })
  expect((await verifyVault(vault, { snapshot: report.snapshot, data: true }, run)).problems).toEqual([])
})

test('two roots with one id are not told apart by guessing', async () => {
  const { vault, root } = await backedUp()
  const twin: SnapshotRoot = { ...root, time: '2026-03-01T00:00:00.000Z', complete: false }
  await put(vault.store, keyOfRoot(twin), twin)
  await expect(vault.snapshots.find(root.id)).rejects.toMatchObject({ code: 'usage' })
  expect((await vault.snapshots.list()).snapshots).toHaveLength(2)
})

test('a root under the id of another is damage', async () => {
  const { vault, root } = await backedUp()
  const key = keys.root(root.registry.key, root.time, 'ffffffffffff')
  await put(vault.store, key, root)
  expect((await verifyVault(vault, {}, run)).problems).toMatchObject([{ kind: 'root', key }])
})

test('a root of 2099 is said by every backup, which makes its own all the same', async () => {
  const { vault, registry, root } = await backedUp()
  const future = { ...root, id: 'eeeeeeeeeeee', time: '2099-01-01T00:00:00.000Z' }
  await put(vault.store, keyOfRoot(future), future)
  const warnings: string[] = []
  const log = { debug: () => {}, warn: (line: string) => void warnings.push(line) }
  const clock = jumpingClock(new Date('2026-06-01T00:00:00Z'))
  const report = await backup(registry.source(), vault, {}, { ...run, log, clock })
  expect(report.complete).toBe(true)
  expect(warnings).toEqual([expect.stringContaining('2099-01-01')])
  expect((await vault.snapshots.find(report.snapshot)).id).toBe(report.snapshot)
  expect((await vault.snapshots.find('2090-01-01')).id).toBe(report.snapshot)
  expect(report.parent, 'it is no parent').toBe(root.id)
  warnings.length = 0
  expect((await vault.snapshots.find('latest', { clock, log })).id).toBe(report.snapshot)
  expect(warnings).toEqual([expect.stringContaining('eeeeeeeeeeee')])
  expect((await vault.snapshots.find('2099-06-01', { clock, log })).id).toBe(report.snapshot)
  expect((await vault.snapshots.find('eeee', { clock, log })).id).toBe('eeeeeeeeeeee')
  expect((await verifyVault(vault, { snapshot: 'latest' }, { ...run, clock })).snapshots).toBe(1)
})

test('files of other programs in a vault are neither read nor removed', async () => {
  const { vault, registry } = await backedUp()
  const planted = {
    'index.json': { manifests: [{ digest: 'sha256:../../x' }] },
    'oci-layout': { imageLayoutVersion: '99' },
    'blobs/sha256/not-a-digest': {},
    [`blobs/sha512/${'a'.repeat(128)}`]: {},
    'states/readme.json.gz': {},
    'runs/nobody/claim.json': { schema: 'other' },
    'snapshots/notes.txt': {},
  }
  for (const [key, document] of Object.entries(planted)) await put(vault.store, key, document)
  expect((await verifyVault(await openVault(vault.store), { data: true }, run)).problems).toEqual([])
  expect((await backup(registry.source(), await openVault(vault.store), {}, run)).complete).toBe(true)
  expect(await keysOf(vault.store)).toEqual(expect.arrayContaining(Object.keys(planted)))
})

test('100,000 junk keys cost their share of one listing, and no request each', async () => {
  const { vault, registry, root } = await backedUp()
  const junk = Buffer.from('x')
  for (let at = 0; at < 100_000; at++) {
    const hex = at.toString(16).padStart(64, '0')
    await vault.store.put(at % 2 === 0 ? `blobs/sha256/${hex}` : `states/${hex}.json.gz`, junk)
  }
  const { store, calls } = counted(vault.store)
  const report = await verifyVault(await openVault(store), { data: true }, run)
  expect(report).toMatchObject({ ok: true, states: root.totals.repositories })
  expect(calls.list).toBe(2)
  expect(calls.get).toBeLessThan(40)
  const again = await backup(registry.source(), await openVault(store), {}, run)
  expect(again.requests).toMatchObject({ manifestRequests: 0, blobRequests: 0 })
})

test('no two keys of a vault are the same to a file system that ignores case', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-vault-'))
  folders.push(folder)
  const { vault } = await backedUp(folderStore(folder))
  const found = await keysOf(vault.store)
  expect(new Set(found.map((key) => key.toLowerCase())).size).toBe(found.length)
  const withCapitals = found.filter((key) => /[A-Z]/.test(key))
  // Roots only, for the T and Z of their time; their ids differ in other ways than by case.
  expect(
    withCapitals.every((key) => /^snapshots\/[a-z0-9._-]+\/\d{8}T\d{6}Z-[0-9a-f]{12}\.json$/.test(key)),
  ).toBe(true)
  expect(compactTime('2026-01-31T23:59:59.123Z')).toBe('20260131T235959Z')
  await vault.store.close()
})
