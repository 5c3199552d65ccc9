import { describe, expect, test } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import { backup, planBackup } from './backup.ts'
import { demoRegistry, newVault, quick } from './demo-registry.fixture.ts'

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
