import { describe, expect, test } from 'vitest'
import type { Digest } from '../core/digest.ts'
import { keys } from '../vault/format.ts'
import { verifyVault } from '../vault/verify.ts'
import { backup } from './backup.ts'
import { demoRegistry, newVault, quick, stateOf } from './demo-registry.fixture.ts'
import { bodyOf, failure, MemoryRegistry } from './memory-registry.fixture.ts'

describe('what cannot be read', () => {
  test('wrong bytes are refused; their image is skipped and named, the others are kept', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const bad = registry.blob('shop/web', 'web').digest
    registry.trouble.body = (_name, digest, bytes, from) => {
      const sent = Buffer.from(bytes)
      if (digest === bad) sent[0] = (sent[0] ?? 0) ^ 1
      return bodyOf(sent.subarray(from))
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ complete: false, damaged: true, repositories: 3, manifests: 6 })
    const [image] = registry.repository('shop/web').images.keys()
    expect(report.skipped).toMatchObject([
      { repository: 'shop/web', digest: image, code: 'registry-content-mismatch' },
    ])
    expect(report.skipped[0]?.reason).toContain(bad)
    expect(report.skipped[0]?.reason).toContain('Tags: latest')
    expect(await vault.blobs.has(bad)).toBe(false)
    expect((await verifyVault(vault, { data: true }, quick())).ok).toBe(true)
    registry.trouble = {}
    expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
  })

  test('a byte that flips once on the way costs a second download', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    let flips = 1
    registry.trouble.body = (_name, _digest, bytes, from) => {
      const sent = Buffer.from(bytes)
      if (flips-- > 0) sent[0] = (sent[0] ?? 0) ^ 1
      return bodyOf(sent.subarray(from))
    }
    expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
  })

  test('a descriptor that lies about the size is refused', async () => {
    const registry = new MemoryRegistry()
    const vault = await newVault()
    const layer = registry.blob('a/b', 'layer')
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...registry.blob('a/b', '{}') }
    for (const size of [4, 6]) {
      const document = { schemaVersion: 2, config, layers: [{ mediaType: 'x', digest: layer.digest, size }] }
      registry.put('a/b', Buffer.from(JSON.stringify(document)), 'application/vnd.oci.image.manifest.v1+json')
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report.skipped.map(({ code }) => code)).toEqual(Array(2).fill('registry-content-mismatch'))
    expect(await vault.blobs.has(layer.digest)).toBe(false)
  })

  test('archived images: skipped with the way out, or kept when they were held before', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const web = registry.repository('shop/web')
    const [digest] = [...web.images.keys()] as [Digest]
    web.images.get(digest)!.status = 'archived'
    const first = await backup(registry.source(), vault, {}, quick())
    expect(first.skipped).toMatchObject([{ repository: 'shop/web', digest, code: 'image-archived' }])
    expect(first.skipped[0]?.reason).toContain('update-image-storage-class')
    web.images.get(digest)!.status = 'active'
    expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
    web.images.get(digest)!.status = 'archived'
    const third = await backup(registry.source(), vault, {}, quick())
    expect(third).toMatchObject({ complete: true, requests: { manifestRequests: 0 } })
    expect((await stateOf(vault, 'shop/web')).manifests).toMatchObject([{ digest, status: 'archived' }])
  })

  test('an image that vanishes between listing and reading is dropped when a new listing says so', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const [victim] = [...registry.repository('shop/web').images.keys()] as [Digest]
    registry.trouble.before = (operation, _name, what) => {
      if (operation === 'manifest' && what === victim) registry.remove('shop/web', victim)
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ complete: true, manifests: 6 })
    expect((await stateOf(vault, 'shop/web')).tags).toEqual({})
  })

  test('a repository that cannot be listed stays as it was, and the snapshot is partial', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    registry.trouble.before = (operation, name) => {
      if (operation === 'images' && name === 'shop/api')
        throw failure('access-denied', 'no ecr:DescribeImages')
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ complete: false, repositories: 3, manifests: 7 })
    expect(report.skipped).toMatchObject([{ repository: 'shop/api', code: 'access-denied' }])
    expect((await backup(registry.source(), await newVault(), {}, quick())).repositories).toBe(2)
  })

  test('what a snapshot lacks, the next one of other repositories lacks too, and says so', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    registry.trouble.before = (operation, name) => {
      if (operation === 'manifest' && name === 'shop/web') throw failure('access-denied', 'not this one')
    }
    const first = await backup(registry.source(), vault, {}, quick())
    registry.trouble = {}
    const second = await backup(registry.source(), vault, { repositories: ['shop/api'] }, quick())
    expect(second).toMatchObject({ complete: false, skipped: first.skipped })
    expect(await backup(registry.source(), vault, {}, quick())).toMatchObject({ complete: true, skipped: [] })
  })

  test('repositories that were not asked for, and whose list in the vault is damaged, are reported', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    const [shard = ''] = (await vault.snapshots.find('latest')).shards
    await vault.store.put(keys.shard(shard), Buffer.from('no'))
    const report = await backup(registry.source(), vault, { repositories: ['shop/api'] }, quick())
    expect(report).toMatchObject({ complete: false, repositories: 1 })
    expect(report.skipped.map(({ repository, code }) => [repository, code])).toEqual([
      ['empty', 'vault-damaged'],
      ['shop/web', 'vault-damaged'],
    ])
  })

  test('settings that cannot be read do not stop the images', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    registry.trouble.before = (operation, name) => {
      if (operation === 'registrySettings') throw failure('access-denied', 'no')
      if (operation === 'settings' && name === 'shop/api') throw failure('access-denied', 'no')
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ complete: false, manifests: 7 })
    expect(report.skipped.map(({ repository }) => repository)).toEqual(['*', 'shop/api'])
  })

  test('a blob that is broken in one repository is taken from another that has it whole', async () => {
    const registry = new MemoryRegistry()
    for (const name of ['a/one', 'b/two', 'c/three'])
      registry.image(name, ['shared'], { config: `{"n":"${name}"}` })
    const { digest } = registry.blob('a/one', 'shared')
    registry.trouble.body = (name, wanted, bytes, from) =>
      bodyOf(name !== 'c/three' && wanted === digest ? Buffer.alloc(bytes.length) : bytes.subarray(from))
    const report = await backup(registry.source(), await newVault(), {}, quick())
    expect(report.skipped.length).toBeGreaterThan(0)
    expect(report.skipped.map(({ repository }) => repository)).not.toContain('c/three')
  })

  test('children that the listing does not show are found through their index', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const source = registry.source()
    const [amd, arm] = [...registry.repository('shop/api').images.keys()]
    const hiding = {
      ...source,
      images: async (name: string, signal: AbortSignal) =>
        (await source.images(name, signal)).filter(({ digest }) => digest !== amd && digest !== arm),
    }
    for (const manifestRequests of [7, 0]) {
      const report = await backup(hiding, vault, {}, quick())
      expect(report).toMatchObject({ complete: true, manifests: 7, requests: { manifestRequests } })
    }
    expect((await verifyVault(vault, { data: true }, quick())).ok).toBe(true)
  })

  test('an index whose child the registry does not have is kept, and the child is reported every time', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const child = registry.image('shop/web', ['child'])
    const index = registry.index('shop/web', [child], { tags: ['sparse'] })
    registry.remove('shop/web', child)
    for (const requests of [1, 0]) {
      const report = await backup(registry.source(), vault, {}, quick())
      expect(report.skipped).toMatchObject([{ repository: 'shop/web', digest: child }])
      if (!requests) expect(report.requests.manifestRequests).toBe(0)
    }
    expect((await stateOf(vault, 'shop/web')).tags['sparse']).toBe(index)
    expect((await verifyVault(vault, {}, quick())).ok).toBe(true)
  })

  test('names and tags that none can be are reported, and do not stop the others', async () => {
    const registry = demoRegistry()
    registry.image('../up', ['x'], { tags: ['a'] })
    const vault = await newVault()
    registry
      .repository('shop/web')
      .tags.set('no tag\u0007', [...registry.repository('shop/web').images.keys()][0]!)
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report.skipped).toMatchObject([
      { repository: '../up', code: 'registry-answer-invalid' },
      { repository: 'shop/web', code: 'registry-answer-invalid' },
    ])
    expect(report).toMatchObject({ repositories: 3, manifests: 7, tags: 7 })
  })

  test('a deleted repository is dropped when a new list says so', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    registry.trouble.before = (operation, name) => {
      if (operation === 'images' && name === 'shop/web') registry.repositories.delete(name)
    }
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ complete: true, repositories: 2 })
  })
})
