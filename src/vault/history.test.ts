import { expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import { hasCode } from '../core/errors.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { historyOf } from './history.ts'
import { initVault } from './vault.ts'

const run = quietRun({ clock: jumpingClock() })

/** `latest` is new, stays, moves, goes with its repository, and comes back. */
async function fiveSnapshots() {
  const registry = new MemoryRegistry('shop')
  const store = memoryStore()
  const vault = await initVault(store, run)
  const snapshots: string[] = []
  const take = async () => {
    snapshots.push((await backup(registry.source(), vault, {}, run)).snapshot)
  }
  const one = registry.image('shop/api', ['one'], { tags: ['latest', '1.0'], config: '{"n":1}' })
  registry.image('shop/web', ['web'], { tags: ['latest'] })
  await take()
  await take()
  const two = registry.image('shop/api', ['two'], { tags: ['latest', 'constructor'], config: '{"n":2}' })
  await take()
  const kept = registry.repository('shop/api')
  registry.repositories.delete('shop/api')
  await take()
  registry.repositories.set('shop/api', kept)
  await take()
  return { registry, store, vault, snapshots, one, two }
}

test('one tag: where it was in each snapshot, and when it moved', async () => {
  const { vault, snapshots, one, two } = await fiveSnapshots()
  const report = await historyOf(vault, { repository: 'shop/api', tag: 'latest' }, run)
  expect(report.moments.map(({ snapshot, digest, present }) => [snapshot, digest, present])).toEqual([
    [snapshots[0], one, true],
    [snapshots[1], one, true],
    [snapshots[2], two, true],
    [snapshots[3], undefined, false],
    [snapshots[4], two, true],
  ])
  expect(report.changes.map(({ snapshot, from, to }) => [snapshot, from, to])).toEqual([
    [snapshots[0], undefined, one],
    [snapshots[2], one, two],
    [snapshots[3], two, undefined],
    [snapshots[4], undefined, two],
  ])
  expect(report).toMatchObject({ registry: 'oci://shop', tag: 'latest', unreadable: [] })
})

test('a repository: the changes of all tags, those with the names of object members too', async () => {
  const { vault, snapshots } = await fiveSnapshots()
  const { changes, moments } = await historyOf(vault, { repository: 'shop/api' }, run)
  const third = changes.filter(({ snapshot }) => snapshot === snapshots[2])
  expect(third.map(({ tag, from }) => [tag, from !== undefined])).toEqual([
    ['constructor', false],
    ['latest', true],
  ])
  expect(moments.map(({ tags, manifests }) => [tags, manifests])).toEqual([
    [2, 1],
    [2, 1],
    [3, 2],
    [0, 0],
    [3, 2],
  ])
  const other = await historyOf(vault, { repository: 'shop/api', tag: 'toString' }, run)
  expect(other.changes).toEqual([])
})

test('what cannot be read is told, and is not taken for a change', async () => {
  const { vault, store, snapshots } = await fiveSnapshots()
  const root = await vault.snapshots.find(snapshots[2] ?? '')
  const { state } = (await vault.repositories(root)).get('shop/api') ?? { state: '' }
  await store.put(`states/${state}.json.gz`, Buffer.from('damaged'))
  const report = await historyOf(vault, { repository: 'shop/api', tag: '1.0' }, run)
  expect(report.unreadable).toMatchObject([{ key: `states/${state}.json.gz` }])
  expect(report.moments.map(({ snapshot }) => snapshot)).toEqual(snapshots.filter((_, at) => at !== 2))
  expect(report.changes.map(({ snapshot }) => snapshot)).toEqual([0, 3, 4].map((at) => snapshots[at]))
})

test('an unknown repository, and one that two registries have', async () => {
  const { vault, one } = await fiveSnapshots()
  const unknown = await historyOf(vault, { repository: 'nobody' }, run).catch((error: unknown) => error)
  expect(hasCode(unknown, 'nothing-matches')).toBe(true)
  const other = new MemoryRegistry('other')
  other.image('shop/api', ['other'], { tags: ['latest'] })
  await backup(other.source(), vault, {}, run)
  const several = await historyOf(vault, { repository: 'shop/api' }, run).catch((error: unknown) => error)
  expect(hasCode(several, 'usage')).toBe(true)
  for (const registry of ['shop', 'oci://shop']) {
    const { changes } = await historyOf(vault, { repository: 'shop/api', tag: 'latest', registry }, run)
    expect(changes[0]?.to).toBe(one)
  }
})
