import { describe, expect, test } from 'vitest'
import { failure, MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import type { Digest } from '../core/digest.ts'
import { readManifest } from '../oci/manifest.ts'
import { planRestore, restore } from './restore.ts'
import { restoredInto, routeInto, run, signedShop, vaultWith } from './shop.fixture.ts'

/** Looks, at each put of a tag, what of its image is not there yet. */
function watched(source: MemoryRegistry, target: MemoryRegistry): string[] {
  const early: string[] = []
  target.trouble.before = (operation, name, what) => {
    if (operation !== 'putManifest' || what.startsWith('sha256:')) return
    const images = source.repository(name).images
    const root = source.repository(name).tags.get(what)
    const needed = closure(images, root ? [root] : [])
    for (const digest of needed) {
      if (digest !== root && !target.repository(name).images.has(digest))
        early.push(`${what} before ${digest}`)
    }
  }
  return early
}

/** Children, and whatever refers to any of them. */
function closure(
  images: ReadonlyMap<Digest, { bytes: Buffer; mediaType: string }>,
  roots: Digest[],
): Set<Digest> {
  const found = new Set(roots)
  const rows = [...images].map(([digest, { bytes, mediaType }]) => ({
    digest,
    ...readManifest(bytes, mediaType),
  }))
  for (const digest of found) {
    for (const row of rows) {
      if (row.digest === digest) for (const child of row.manifests) found.add(child.digest)
      if (row.subject?.digest === digest) found.add(row.digest)
    }
  }
  return found
}

test('no tag appears before its image, its children and all that refers to them are there', async () => {
  const { registry } = signedShop()
  const target = new MemoryRegistry('copy')
  const early = watched(registry, target)
  await restoredInto(await vaultWith(registry), target)
  expect(target.contents()).toEqual(registry.contents())
  expect(early).toEqual([])
})

test('an index waits for what refers to one of its children', async () => {
  const registry = new MemoryRegistry('late')
  const child = registry.image('a', ['base'], { config: '{"a":1}' })
  registry.index('a', [child], { tags: ['latest'] })
  registry.image('a', ['signature'], { subject: child })
  const target = new MemoryRegistry('copy')
  const early = watched(registry, target)
  await restoredInto(await vaultWith(registry), target)
  expect(early).toEqual([])
  expect(target.count('putManifest')).toBe(4)
})

describe('one put for each image', () => {
  const many = () => {
    const registry = new MemoryRegistry('many')
    for (let n = 0; n < 20; n++)
      registry.image('a', ['base', `${n}`], { config: `{"n":${n}}`, tags: [`v${n}`] })
    return registry
  }

  test('that has a tag; further tags take one each, and the plan counts them so', async () => {
    const registry = many()
    registry.image('a', ['base', '0'], { config: '{"n":0}', tags: ['oldest'] })
    const vault = await vaultWith(registry)
    const target = new MemoryRegistry('copy')
    const plan = await planRestore(await routeInto(vault, target), {}, run)
    expect(plan.estimatedSeconds).toBe(Math.ceil(21 / 10))
    const report = await restoredInto(vault, target)
    expect(report).toMatchObject({ manifests: 20, tags: 21, identical: true })
    expect(target.count('putManifest')).toBe(21)
  })

  test('an image whose tag is refused is there all the same, and the tag is listed', async () => {
    const vault = await vaultWith(many())
    const target = new MemoryRegistry('copy')
    target.trouble.before = (operation, _name, what) => {
      if (operation === 'putManifest' && what === 'v7')
        throw failure('registry-request-failed', 'not this tag')
    }
    const report = await restoredInto(vault, target)
    expect(report).toMatchObject({ ok: false, manifests: 20, tags: 19 })
    expect(report.notRestored).toMatchObject([{ kind: 'failed', reason: expect.stringContaining('Tag v7') }])
    expect(target.repository('a').images.size).toBe(20)
  })

  test('a tag that somebody set since the plan was made is left alone', async () => {
    const vault = await vaultWith(many())
    const target = new MemoryRegistry('copy')
    const route = await routeInto(vault, target)
    const plan = await planRestore(route, {}, run)
    const other = target.image('a', ['other'], { tags: ['v7'] })
    const report = await restore(route, plan, run)
    expect(target.repository('a').tags.get('v7')).toBe(other)
    expect(report).toMatchObject({ ok: false, manifests: 20, tags: 19 })
  })
})
