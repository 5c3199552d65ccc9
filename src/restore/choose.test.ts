import { describe, expect, test } from 'vitest'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { digestOf } from '../core/digest.ts'
import { planRestore } from './restore.ts'
import { restoredInto, routeInto, run, signedShop, vaultWith } from './shop.fixture.ts'

const digestsIn = (registry: MemoryRegistry, name: string) =>
  new Set(registry.repositories.get(name)?.images.keys())

describe('single tags and digests', () => {
  test('a tag brings its platforms, what is attached to any of them, and no other tag', async () => {
    const shop = signedShop()
    const target = new MemoryRegistry('copy')
    const vault = await vaultWith(shop.registry)
    const report = await restoredInto(vault, target, { tags: ['1.0'], repositories: ['shop/*'] })
    const { amd, arm, index, sbom, sbomSignature, armSignature } = shop
    expect(digestsIn(target, 'shop/api')).toEqual(
      new Set([amd, arm, index, sbom, sbomSignature, armSignature]),
    )
    expect([...target.repository('shop/api').tags.keys()].sort()).toEqual([
      '1.0',
      `${arm.replace(':', '-')}.sig`,
    ])
    expect(report).toMatchObject({ ok: true, identical: true, manifests: 6, tags: 2, repositories: 1 })
    expect([...target.repositories.keys()]).toEqual(['shop/api'])
  })

  test('a digest brings that image without a tag; a second time nothing is sent', async () => {
    const shop = signedShop()
    const target = new MemoryRegistry('copy')
    const vault = await vaultWith(shop.registry)
    const report = await restoredInto(vault, target, { digests: [shop.old] })
    expect(digestsIn(target, 'shop/api')).toEqual(new Set([shop.old]))
    expect(target.repository('shop/api').tags.size).toBe(0)
    expect(report).toMatchObject({ ok: true, identical: true, manifests: 1, tags: 0 })
    target.log.length = 0
    await restoredInto(vault, target, { digests: [shop.old] })
    expect(target.count('putBlob') + target.count('putManifest')).toBe(0)
  })

  test('patterns over all repositories; the other tags of the target are no conflict', async () => {
    const shop = signedShop()
    const vault = await vaultWith(shop.registry)
    const target = new MemoryRegistry('copy')
    const newer = target.image('shop/api', ['newer'], { tags: ['1.0', 'mine'] })
    const report = await restoredInto(vault, target, { tags: ['lat*'] })
    expect(report).toMatchObject({ ok: true, identical: true, repositories: 2 })
    expect(target.repository('shop/api').tags.get('1.0')).toBe(newer)
    const refused = planRestore(await routeInto(vault, target), { tags: ['1.0'] }, run)
    expect((await refused).conflicts).toMatchObject([{ tag: '1.0', found: newer }])
  })

  test('blobs that the chosen images do not need are not taken for mountable', async () => {
    const shop = signedShop()
    shop.registry.image('shop/web', ['arm64'], { tags: ['0.9'], config: '{"w":1}' })
    const target = new MemoryRegistry('copy')
    target.mounting = true
    const report = await restoredInto(await vaultWith(shop.registry), target, { tags: ['0.9'] })
    expect(report).toMatchObject({ ok: true, identical: true })
  })

  test.each([
    [{ tags: ['1.0', '2.0'] }, '"2.0"'],
    [{ digests: [digestOf('nowhere')] }, digestOf('nowhere')],
    [{ tags: ['0.9'], repositories: ['shop/web'] }, '"0.9"'],
  ])('%j: what matches nothing is refused before anything changes', async (options, named) => {
    const target = new MemoryRegistry('copy')
    const route = await routeInto(await vaultWith(signedShop().registry), target)
    await expect(planRestore(route, options, run)).rejects.toMatchObject({
      code: 'nothing-matches',
      message: expect.stringContaining(named),
    })
    expect(target.repositories.size).toBe(0)
  })
})

describe('images that were archived', () => {
  test('an interrupted restore that had pushed them active archives them; one that somebody activated stays', async () => {
    const shop = signedShop()
    const vault = await vaultWith(shop.registry)
    for (const digest of [shop.old, shop.amd]) {
      const image = shop.registry.repository('shop/api').images.get(digest)
      if (image) image.status = 'archived'
    }
    const { backup } = await import('../backup/backup.ts')
    await backup(shop.registry.source(), vault, {}, run)
    const target = new MemoryRegistry('copy')
    await restoredInto(vault, target)
    const images = target.repository('shop/api').images
    const [old, amd] = [images.get(shop.old), images.get(shop.amd)]
    expect([old?.status, amd?.status]).toEqual(['archived', 'archived'])
    // Pushed by a restore that stopped before it could archive it; activated by somebody.
    Object.assign(old ?? {}, { status: 'active', pushedAt: '2027-01-01T00:00:00.000Z' })
    const before = shop.registry.repository('shop/api').images.get(shop.amd)?.pushedAt
    Object.assign(amd ?? {}, { status: 'active', pushedAt: before })
    const report = await restoredInto(vault, target)
    expect(report).toMatchObject({ ok: true, manifests: 0 })
    expect([old?.status, amd?.status]).toEqual(['archived', 'active'])
  })
})

describe('encryption of what is created', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1'
  const into = (kind: 'ecr' | 'oci') => {
    const target = new MemoryRegistry('copy')
    Object.assign(target.identity, { kind, region: 'eu-west-1' })
    return target
  }

  test('a key of the caller', async () => {
    const target = into('ecr')
    await restoredInto(await vaultWith(signedShop().registry), target, { kmsKey: key })
    expect(target.repository('shop/web').settings.encryption).toEqual({ type: 'KMS', kmsKey: key })
  })

  test.each([
    [into('oci'), key],
    [into('ecr'), 'alias/mine'],
    [into('ecr'), key.replace('eu-west-1', 'us-east-1')],
  ])('a key that cannot be used there is refused', async (target, kmsKey) => {
    const route = await routeInto(await vaultWith(signedShop().registry), target)
    await expect(planRestore(route, { kmsKey }, run)).rejects.toMatchObject({ code: 'usage' })
  })

  test('without settings a new repository keeps its encryption and gets nothing else', async () => {
    const { registry } = signedShop()
    registry.repository('shop/web').settings = { encryption: { type: 'KMS' }, policy: '{}', scanOnPush: true }
    const target = new MemoryRegistry('copy')
    await restoredInto(await vaultWith(registry), target, { settings: 'none' })
    expect(target.repository('shop/web').settings).toEqual({ encryption: { type: 'KMS' } })
  })
})
