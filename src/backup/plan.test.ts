import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../core/digest.ts'
import { memoryStore } from '../store/memory.ts'
import { backup, planBackup } from './backup.ts'
import { demoRegistry, newVault, quick, stateOf } from './demo-registry.fixture.ts'
import { MemoryRegistry } from './memory-registry.fixture.ts'

describe('planBackup', () => {
  test('says what a backup would copy, from listings alone, and writes nothing', async () => {
    const registry = demoRegistry()
    const store = memoryStore()
    const plan = await planBackup(registry.source(), store, {}, quick())
    expect(plan.totals).toMatchObject({ repositories: 3, manifestsNew: 7, manifestsKnown: 0 })
    expect(plan.requests.byOperation).toEqual({ repositories: 1, images: 3, settings: 3 })
    for await (const { key } of store.list('')) expect.fail(`wrote ${key}`)
  })

  test('compares with the newest snapshot', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    registry.image('shop/web', ['2'], { tags: ['latest', '2'] })
    registry.repositories.delete('empty')
    const plan = await planBackup(registry.source(), vault.store, {}, quick())
    expect(plan.repositoriesGone).toEqual(['empty'])
    expect(plan.repositories).toMatchObject([
      { repository: 'shop/api', change: 'unchanged' },
      {
        repository: 'shop/web',
        change: 'changed',
        manifests: { new: 1, known: 1, gone: 0 },
        tags: { total: 2, added: 1, moved: 1, removed: 0 },
      },
    ])
  })
})

test('an archived image that was never held, and its tags, change nothing', async () => {
  const registry = demoRegistry()
  const asleep = registry.image('shop/web', ['asleep'], { tags: ['asleep'] })
  const image = registry.repository('shop/web').images.get(asleep)
  if (image) image.status = 'archived'
  const vault = await newVault()
  expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(false)
  const plan = await planBackup(registry.source(), vault.store, {}, quick())
  expect(plan.repositories.map(({ change }) => change)).toEqual(['unchanged', 'unchanged', 'unchanged'])
  expect(plan.repositories[2]).toMatchObject({
    manifests: { new: 0, known: 1, archived: 1, gone: 0 },
    tags: { total: 1, added: 0, moved: 0, removed: 0 },
  })
})

describe('what a plan calls exact is what the backup then does', () => {
  const names = ['a/one', 'b/two', 'c/three']
  const step = fc.record({
    what: fc.constantFrom('push', 'index', 'tag', 'untag', 'remove', 'archive', 'wake', 'settings', 'drop'),
    name: fc.constantFrom(...names),
    pick: fc.nat(9),
    tag: fc.constantFrom('latest', '1', '__proto__', 'constructor'),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

  /** Never removes the child of an index: ECR does not allow it (ecr-facts 4.8). */
  function removable(registry: MemoryRegistry, name: string): Digest[] {
    const all = [...registry.repository(name).images]
    return all
      .filter(([digest]) => !all.some(([, { bytes }]) => bytes.includes(digest)))
      .map(([digest]) => digest)
  }

  function perform(registry: MemoryRegistry, { what, name, pick, tag }: Step): void {
    if (what === 'drop') return void registry.repositories.delete(name)
    const { images, tags } = registry.repository(name)
    const some = [...images.keys()][pick % Math.max(1, images.size)]
    const image = some && images.get(some)
    if (what === 'push') registry.image(name, [`layer ${pick}`], { tags: [tag], config: `{"n":${pick}}` })
    if (what === 'index' && some) registry.index(name, [some], { tags: [tag] })
    if (what === 'tag' && some) tags.set(tag, some)
    if (what === 'untag') tags.delete(tag)
    if (what === 'settings') registry.repository(name).settings = { policy: `{"n":${pick}}` }
    if (what === 'archive' && image) image.status = 'archived'
    if (what === 'wake' && image) image.status = 'active'
    const gone = removable(registry, name)
    if (what === 'remove' && gone.length > 0) registry.remove(name, gone[pick % gone.length] as Digest)
  }

  test('whatever was done to the registry between the runs', async () => {
    const rounds = fc.array(fc.array(step, { maxLength: 12 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(rounds, async (done) => {
        const registry = new MemoryRegistry()
        const vault = await newVault()
        for (const steps of done) {
          for (const each of steps) perform(registry, each)
          const plan = await planBackup(registry.source(), vault.store, {}, quick())
          const report = await backup(registry.source(), vault, {}, quick())
          expect(plan.totals.repositories).toBe(report.repositories)
          expect(plan.totals.manifestsNew).toBe(report.requests.manifestRequests)
          const unchanged = plan.repositories.filter(({ change }) => change === 'unchanged')
          expect(unchanged).toHaveLength(report.reused.repositories)
          for (const { repository, tags } of plan.repositories)
            expect(tags.total).toBe(Object.keys((await stateOf(vault, repository)).tags).length)
          const again = await planBackup(registry.source(), vault.store, {}, quick())
          expect(again.repositories.filter(({ change }) => change !== 'unchanged')).toEqual([])
        }
      }),
      { numRuns: 100 },
    )
  })
})
