import { expect, test } from 'vitest'
import { backup } from '../../src/backup/backup.ts'
import { MemoryRegistry } from '../../src/backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../src/core/clock.ts'
import { quietRun } from '../../src/core/run.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Store } from '../../src/store/store.ts'
import { openOrInitVault } from '../../src/vault/vault.ts'
import { verifyVault } from '../../src/vault/verify.ts'
import { type CrashPoint, crashes, crashingStore } from '../support/crashing-store.ts'
import { printFigures } from '../support/figures.ts'
import { seeded } from '../support/seeded.ts'

/** A run crashes, the run that should have recovered crashes as well, and the third one must find nothing lost. */
const pairs = 2000
/** More than the writes of a first run: what is not reached is not counted. */
const writes = 34

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

interface Scene {
  store: Store
  registry: MemoryRegistry
  run: ReturnType<typeof quietRun>
}

/** Whether the point was reached. Making the vault is part of the run. */
async function crashAt({ store, registry, run }: Scene, point: CrashPoint): Promise<boolean> {
  const { store: crashing, seen } = crashingStore(store, point)
  const work = async () => backup(registry.source(), await openOrInitVault(crashing, run), {}, run)
  await work().catch((error: unknown) => expect(error).toMatchObject({ code: 'store-request-failed' }))
  return seen.happened
}

/** Earlier snapshots and whatever became visible are whole. Answers what they are, and which blobs there are. */
async function whole({ store, run }: Scene) {
  const vault = await openOrInitVault(store, run)
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
  const { snapshots, unreadable } = await vault.snapshots.list()
  expect(unreadable).toEqual([])
  const blobs = new Set<string>()
  for await (const { digest } of vault.blobs.list()) blobs.add(digest)
  return { vault, ids: snapshots.map(({ id }) => id), blobs }
}

test('a crash in the run, and a crash in the recovery', async () => {
  const figures = { pairs: 0, earlier: 0, changed: 0, visible: 0, reused: 0 }
  for (let seed = 0; figures.pairs < pairs; seed++) {
    const random = seeded(`recovery ${seed}`)
    const pick = (count: number) => Math.floor(random() * count)
    const isSecond = pick(3) === 0
    const point = () => ({ nth: pick(isSecond ? 16 : writes), crash: crashes[pick(3)] ?? 'before' })
    const { registry, change } = registryWithHistory()
    const clock = jumpingClock()
    const scene: Scene = { store: memoryStore({ clock }), registry, run: quietRun({ clock }) }
    if (isSecond) {
      await backup(registry.source(), await openOrInitVault(scene.store, scene.run), {}, scene.run)
      change()
    }
    clock.advance(60_000)
    const before = isSecond ? (await whole(scene)).ids : []
    const [one, two] = [point(), point()]
    if (!(await crashAt(scene, one))) continue
    const after = await whole(scene)
    expect(after.ids).toEqual(expect.arrayContaining(before))
    const changes = !isSecond && pick(2) === 0
    if (changes) change()
    clock.advance(60_000)
    if (!(await crashAt(scene, two))) continue
    const again = await whole(scene)
    expect(again.ids, `seed ${seed}`).toEqual(expect.arrayContaining(after.ids))
    registry.log.length = 0
    clock.advance(60_000)
    expect((await backup(registry.source(), again.vault, {}, scene.run)).complete, `seed ${seed}`).toBe(true)
    const wanted = new Set([...registry.repositories.values()].flatMap((each) => [...each.blobs.keys()]))
    const missing = [...wanted].filter((digest) => !again.blobs.has(digest)).length
    expect(registry.count('blob'), `seed ${seed}`).toBeLessThanOrEqual(missing)
    expect((await whole(scene)).ids).toEqual(expect.arrayContaining(again.ids))
    figures.pairs++
    figures.earlier += isSecond ? 1 : 0
    figures.changed += changes ? 1 : 0
    figures.visible += again.ids.length - before.length
    figures.reused += again.blobs.size
  }
  printFigures('crash of the recovery run', {
    'pairs of crash points': figures.pairs,
    'with an earlier snapshot': figures.earlier,
    'with a registry that changed in between': figures.changed,
    'snapshots that were committed all the same': figures.visible,
    'blobs and manifests found by the third run': figures.reused,
  })
})
