import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { quietRun } from '../../src/core/run.ts'
import { folderStore } from '../../src/store/folder.ts'
import { isKey } from '../../src/store/key.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { prune } from '../../src/vault/prune/prune.ts'
import { openOrInitVault } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'
import { type Choose, type Instant, WatchedDisk } from '../support/disk.ts'
import { printFigures } from '../support/figures.ts'
import { seeded } from '../support/seeded.ts'

/**
 * The power goes at every instant of a run on a folder, and the disk keeps what the rules oblige it to keep, and of the
 * rest what we choose: nothing, names without contents, or any part.
 */
let base: string
let disk: WatchedDisk | undefined
const run = quietRun({ clock: jumpingClock('2026-06-01T00:00:00Z') })

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-power-'))
})

afterEach(() => {
  disk?.unwatch()
  disk = undefined
  rmSync(base, { recursive: true, force: true })
})

const figures = { instants: 0, disks: 0, different: 0, folders: 0, broken: 0 }
afterAll(() => {
  printFigures('power loss of a folder vault', {
    'changes of the disk after which the power went': figures.instants,
    'disks built': figures.disks,
    'of these different and looked at with data': figures.different,
    'of these as real folders': figures.folders,
    'lost or half snapshots': figures.broken,
  })
})

function registryWithHistory() {
  const registry = new MemoryRegistry()
  const a = registry.image('a/one', ['base', 'a'], { config: '{"a":1}' })
  const index = registry.index('a/one', [a], { tags: ['latest'] })
  registry.image('a/one', ['sig'], { subject: index })
  registry.image('b/two', ['base', 'c'], { tags: ['1', '2'] })
  const change = () => {
    registry.image('b/two', ['base', 'd'], { tags: ['2', '3'] })
    registry.remove('a/one', index)
    registry.image('c/three', ['base', 'e'], { tags: ['t'] })
  }
  return { registry, change }
}

async function onFolder<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = folderStore(join(base, 'vault'))
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const backUp = (registry: MemoryRegistry) =>
  onFolder(
    async (store) => (await backup(registry.source(), await openOrInitVault(store, run), {}, run)).snapshot,
  )

/** Nothing that was not synced; all names but no contents, zeros or halves; and any parts at all, by seed. */
function* choices(seed: string): Generator<Choose> {
  yield () => 0
  for (const content of [1, 2, 3]) {
    yield (what, count) => (what === 'name' ? count - 1 : Math.min(content, count - 1))
  }
  for (let nth = 0; nth < 8; nth++) {
    const random = seeded(`${seed} ${nth}`)
    yield (_what, count) => Math.floor(random() * count)
  }
}

interface Expected {
  registry: MemoryRegistry
  /** Snapshots that must be there, whatever happens. */
  ids: string[]
}

async function lookAt(store: Store, { registry, ids }: Expected): Promise<void> {
  const vault = await openOrInitVault(store, run)
  const { problems } = await verifyVault(vault, { data: true }, run)
  const { snapshots, unreadable } = await vault.snapshots.list()
  const there = new Set(snapshots.map(({ id }) => id))
  const half = new Set(problems.flatMap((each) => [each.key, ...each.snapshots].slice(-1)))
  figures.broken += half.size + ids.filter((id) => !there.has(id)).length
  expect(problems).toEqual([])
  expect(unreadable).toEqual([])
  expect(snapshots.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
  const held = new Set<string>()
  for await (const { digest } of vault.blobs.list()) held.add(digest)
  registry.log.length = 0
  expect((await backup(registry.source(), vault, {}, run)).complete).toBe(true)
  const wanted = [...registry.repositories.values()].flatMap((each) => [...each.blobs.keys()])
  expect(registry.count('blob')).toBeLessThanOrEqual(new Set(wanted.filter((each) => !held.has(each))).size)
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
}

const seen = new Set<string>()
function isNew(files: Map<string, Buffer>, ids: string[]): boolean {
  const hash = createHash('sha256').update(ids.join(' '))
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${name} ${bytes.length} `).update(bytes)
  const name = hash.digest('hex')
  return !seen.has(name) && Boolean(seen.add(name))
}

/** Every legal disk of an instant that we think of, once each. */
async function loseAt(instant: Instant, root: string, expected: Expected): Promise<void> {
  figures.instants++
  for (const choose of choices(String(figures.instants))) {
    const files = instant.disk(root, choose)
    figures.disks++
    if (!isNew(files, expected.ids)) continue
    figures.different++
    const store = memoryStore()
    for (const [name, bytes] of files) {
      const key = name.replace(/^vault\//, '')
      if (isKey(key)) await store.put(key, bytes)
    }
    await lookAt(store, expected)
    if (figures.different % 25 === 0) await lookAtFolder(files, expected)
  }
}

async function lookAtFolder(files: Map<string, Buffer>, expected: Expected): Promise<void> {
  figures.folders++
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-after-'))
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  const store = folderStore(join(folder, 'vault'))
  await lookAt(store, expected)
  await store.close()
  rmSync(folder, { recursive: true })
}

/** Watches `work`; then the power goes at each of its instants, and last when it had answered. */
async function loseDuring<T>(
  work: () => Promise<T>,
  expected: Expected,
  idsAfter: (answer: T) => string[],
): Promise<void> {
  disk = new WatchedDisk(base)
  await disk.watch()
  const answer = await work()
  const instants = [...disk.instants]
  const { root } = disk
  const last = disk.now()
  disk.unwatch()
  for (const instant of instants) await loseAt(instant, root, expected)
  await loseAt(last, root, { ...expected, ids: idsAfter(answer) })
}

/** Undefined when the work had ended before it could die. */
async function diedAndRepeated<T>(died: number, work: () => Promise<T>) {
  disk = new WatchedDisk(base)
  await disk.watch()
  disk.diesAt = died
  const ended = await work().then(
    () => true,
    () => false,
  )
  disk.diesAt = Number.POSITIVE_INFINITY
  const answer = ended ? undefined : await work()
  const instant = disk.now()
  disk.unwatch()
  return answer && { answer, instant, root: disk.root }
}

test('in the first backup, from the making of the vault on', async () => {
  const { registry } = registryWithHistory()
  await loseDuring(
    () => backUp(registry),
    { registry, ids: [] },
    (id) => [id],
  )
})

test('in a second backup: the first snapshot stays', async () => {
  const { registry, change } = registryWithHistory()
  const first = await backUp(registry)
  change()
  await loseDuring(
    () => backUp(registry),
    { registry, ids: [first] },
    (id) => [first, id],
  )
})

test('in a prune: what is kept stays, and what was forgotten is there as a whole or not at all', async () => {
  const { registry, change } = registryWithHistory()
  await backUp(registry)
  change()
  const second = await backUp(registry)
  const pruning = () =>
    onFolder(async (store) => {
      const vault = await openOrInitVault(store, run)
      return prune(vault, { policy: { last: 1 }, grace: 0, revoke: true, acceptLoss: [second] }, run)
    })
  await loseDuring(pruning, { registry, ids: [second] }, ({ forgotten }) => {
    expect(forgotten).toHaveLength(1)
    return [second]
  })
})

/** What the dead run named but did not sync, the next one finds, and must not rely on as it is. */
test('after the run that followed one that was killed, wherever that was', async () => {
  for (let died = 1; ; died++) {
    const { registry } = registryWithHistory()
    rmSync(join(base, 'vault'), { recursive: true, force: true })
    const first = await backUp(registry)
    registry.image('b/two', ['base', 'd'], { tags: ['2', '3'] })
    const second = await diedAndRepeated(died, () => backUp(registry))
    if (!second) return expect(died).toBeGreaterThan(40)
    await loseAt(second.instant, second.root, { registry, ids: [first, second.answer] })
  }
})
