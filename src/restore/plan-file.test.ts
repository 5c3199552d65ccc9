import { describe, expect, test } from 'vitest'
import { failure, MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { parsePlan, refuseBeyond } from './plan-file.ts'
import type { RestoreOptions } from './report.ts'
import { planRestore, restore } from './restore.ts'
import { routeInto, run, signedShop, vaultWith } from './shop.fixture.ts'

async function planned(options: RestoreOptions = {}) {
  const shop = signedShop()
  const target = new MemoryRegistry('copy')
  const old = target.image('shop/web', ['base', 'there'], { tags: ['mine'] })
  const route = await routeInto(await vaultWith(shop.registry), target)
  const text = JSON.stringify(await planRestore(route, options, run))
  const saved = parsePlan(text, 'plan.json')
  const again = async () => {
    const fresh = await planRestore(route, saved.options, run)
    refuseBeyond(saved, fresh)
    return restore(route, fresh, run)
  }
  return { shop, target, route, old, saved, again }
}

describe('a plan from a file', () => {
  test('is done as it was made, with all its options', async () => {
    const { target, again } = await planned({ repositories: ['shop/api'], tags: ['0.9'], prefix: 'drill/' })
    expect(await again()).toMatchObject({ ok: true, identical: true, manifests: 1, tags: 1 })
    expect([...target.repositories.keys()].sort()).toEqual(['drill/shop/api', 'shop/web'])
  })

  test('can be finished after an interruption, and done twice', async () => {
    const { target, again } = await planned()
    let left = 3
    target.trouble.before = (operation) => {
      if (operation === 'putManifest' && left-- === 0) throw failure('credentials-expired', 'taken away')
    }
    await expect(again()).rejects.toMatchObject({ code: 'credentials-expired' })
    target.trouble = {}
    expect(await again()).toMatchObject({ ok: true, identical: true })
    expect(await again()).toMatchObject({ ok: true, manifests: 0, tags: 0 })
  })

  test('what others add does not matter', async () => {
    const { target, again } = await planned()
    target.image('shop/web', ['another'], { tags: ['another'] })
    target.image('elsewhere', ['x'])
    expect(await again()).toMatchObject({ ok: true, identical: true })
  })

  test.each<[string, (scene: Awaited<ReturnType<typeof planned>>) => void]>([
    [
      'a tag was set to something else',
      ({ target, old }) => target.repository('shop/web').tags.set('latest', old),
    ],
    ['the repository is gone', ({ target }) => target.repositories.delete('shop/web')],
    ['the target is another', ({ saved }) => Object.assign(saved.target, { key: 'oci-other' })],
  ])('is refused when %s', async (_name, happens) => {
    const scene = await planned({ overwriteTags: true })
    happens(scene)
    const before = scene.target.contents()
    await expect(scene.again()).rejects.toMatchObject({ code: 'restore-refused' })
    expect(scene.target.contents()).toEqual(before)
  })

  test('is refused when an image that was there has been deleted since', async () => {
    const { shop, target, route } = await planned()
    await restore(route, await planRestore(route, {}, run), run)
    const saved = parsePlan(JSON.stringify(await planRestore(route, {}, run)), 'plan.json')
    target.remove('shop/api', shop.old)
    const fresh = await planRestore(route, saved.options, run)
    expect(() => refuseBeyond(saved, fresh)).toThrow(/0\.9 is gone/)
  })

  test.each(['', '{}', '[]', '{"schema":"holdfast.restore-plan/2"}', 'null'])('%j is none', (text) => {
    expect(() => parsePlan(text, 'x')).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})
