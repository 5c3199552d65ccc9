import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { keys } from '../vault/format.ts'
import { openOrInitVault, type Vault } from '../vault/vault.ts'
import { verifyVault } from '../vault/verify.ts'
import { backup, planBackup } from './backup.ts'
import { bodyOf, failure, MemoryRegistry } from './memory-registry.fixture.ts'

function quick(signal?: AbortSignal) {
  return quietRun({ clock: jumpingClock(), ...(signal && { signal }) })
}

async function newVault(): Promise<Vault> {
  return openOrInitVault(memoryStore(), quick())
}

/** Two repositories that share a layer, an index with two children, a signature and an SBOM on it, and its signature. */
function demoRegistry(): MemoryRegistry {
  const registry = new MemoryRegistry()
  registry.repository('shop/api', { policy: '{"Statement":[]}', resourceTags: { team: 'shop' } })
  const base = 'base layer '.repeat(500)
  const amd = registry.image('shop/api', [base, 'amd64'], { config: '{"a":1}' })
  const arm = registry.image('shop/api', [base, 'arm64'], { config: '{"a":2}' })
  const index = registry.index('shop/api', [amd, arm], {
    tags: ['latest', '1.0', '__proto__', 'constructor', '10', '9'],
  })
  const sbom = registry.image('shop/api', ['sbom'], { subject: index, artifactType: 'application/spdx+json' })
  registry.image('shop/api', ['signature'], { subject: sbom, artifactType: 'application/sig' })
  registry.image('shop/api', ['old'], {})
  registry.image('shop/web', [base, 'web'], { tags: ['latest'] })
  registry.repository('empty', {})
  return registry
}

async function stateOf(vault: Vault, repository: string) {
  const root = await vault.snapshots.find('latest')
  const entry = (await vault.repositories(root)).get(repository)
  return vault.states.read(entry?.state ?? '')
}

describe('a first backup', () => {
  test('holds every image, tag, referrer and setting, and verifies', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({
      complete: true,
      damaged: false,
      repositories: 3,
      manifests: 7,
      tags: 7,
      skipped: [],
      reused: { repositories: 0 },
    })
    const api = await stateOf(vault, 'shop/api')
    expect(api.settings).toEqual({ policy: '{"Statement":[]}', resourceTags: { team: 'shop' } })
    expect(Object.keys(api.tags).sort()).toEqual(['1.0', '10', '9', '__proto__', 'constructor', 'latest'])
    expect(api.manifests.filter((row) => row.subject)).toHaveLength(2)
    expect((await verifyVault(vault, { data: true }, quick())).problems).toEqual([])
  })

  test('asks for each blob once, however many images share it, and looks nothing up in an empty vault', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const report = await backup(registry.source(), vault, {}, quick())
    const distinct = new Set([...registry.repositories.values()].flatMap((one) => [...one.blobs.keys()]))
    expect(report.requests.blobRequests).toBe(distinct.size)
    expect(report.copied.blobs).toBe(distinct.size)
    expect(registry.count('images')).toBe(3)
  })
})

describe('a further backup', () => {
  test('without changes: one listing and the settings of each repository, nothing else', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    const first = await backup(registry.source(), vault, {}, quick())
    registry.log.length = 0
    const second = await backup(registry.source(), vault, {}, quick())
    expect(second.requests.byOperation).toEqual({
      repositories: 1,
      registrySettings: 1,
      images: 3,
      settings: 3,
    })
    expect(second).toMatchObject({ parent: first.snapshot, copied: { manifests: 0, blobs: 0, bytes: 0 } })
    expect(second.requests).toMatchObject({ manifestRequests: 0, blobRequests: 0 })
    expect(second.reused.repositories).toBe(3)
    const { snapshots } = await vault.snapshots.list()
    expect(snapshots.map((root) => root.shards)).toEqual([snapshots[0]?.shards, snapshots[0]?.shards])
  })

  test('with one new image costs that image only', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    registry.image('shop/web', ['base layer '.repeat(500), 'web 2'], { tags: ['latest', '2'] })
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report.copied).toMatchObject({ manifests: 1, blobs: 1 })
    expect(report.requests).toMatchObject({ manifestRequests: 1, blobRequests: 1 })
    expect(report.reused.repositories).toBe(2)
  })

  test('moved tags, changed settings and deleted images are seen without reading any image', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    const api = registry.repository('shop/api')
    const [old] = [...api.images.keys()].slice(-1) as [Digest]
    api.tags.set('latest', old)
    api.settings = { policy: 'new' }
    registry.repositories.delete('empty')
    const report = await backup(registry.source(), vault, {}, quick())
    expect(report).toMatchObject({ repositories: 2, requests: { manifestRequests: 0 } })
    const state = await stateOf(vault, 'shop/api')
    expect(state.tags['latest']).toBe(old)
    expect(state.settings).toEqual({ policy: 'new' })
    registry.remove('shop/api', old)
    await backup(registry.source(), vault, {}, quick())
    expect((await stateOf(vault, 'shop/api')).manifests).toHaveLength(5)
  })

  test('of some repositories leaves the others as they were', async () => {
    const registry = demoRegistry()
    const vault = await newVault()
    await backup(registry.source(), vault, {}, quick())
    registry.image('shop/web', ['web 2'], { tags: ['2'] })
    registry.image('shop/api', ['api 2'], { tags: ['2'] })
    const report = await backup(registry.source(), vault, { repositories: ['shop/w*'] }, quick())
    expect(report).toMatchObject({ repositories: 3, complete: true, copied: { manifests: 1 } })
    expect((await vault.snapshots.find('latest')).selection).toEqual(['shop/w*'])
    expect(Object.keys((await stateOf(vault, 'shop/api')).tags)).not.toContain('2')
  })
})

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

describe('what ends the run', () => {
  test.each(['registry-unauthorized', 'credentials-expired'] as const)('%s: no snapshot', async (code) => {
    const registry = demoRegistry()
    const vault = await newVault()
    registry.trouble.before = (operation) => {
      if (operation === 'blob') throw failure(code, 'token')
    }
    await expect(backup(registry.source(), vault, {}, quick())).rejects.toMatchObject({ code })
    expect((await vault.snapshots.list()).snapshots).toEqual([])
  })

  test.each(['repositories', 'registrySettings', 'images', 'settings', 'manifest', 'blob'])(
    'a stop during %s: interrupted, no snapshot, and the next run finishes',
    async (phase) => {
      const registry = demoRegistry()
      const vault = await newVault()
      const stop = new AbortController()
      registry.trouble.before = (operation) => {
        if (operation !== phase) return
        stop.abort()
        stop.signal.throwIfAborted()
      }
      await expect(backup(registry.source(), vault, {}, quick(stop.signal))).rejects.toMatchObject({
        name: expect.stringMatching(/AbortError|HoldfastError/),
      })
      expect((await vault.snapshots.list()).snapshots).toEqual([])
      registry.trouble = {}
      expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
    },
  )
})

test('a stop that a client reports as a failed request is a stop all the same', async () => {
  const registry = demoRegistry()
  const vault = await newVault()
  const stop = new AbortController()
  registry.trouble.before = (operation) => {
    if (operation !== 'blob') return
    stop.abort()
    throw failure('registry-request-failed', 'socket closed')
  }
  const stopped = backup(registry.source(), vault, {}, quick(stop.signal))
  await expect(stopped).rejects.toMatchObject({ code: 'interrupted' })
})

test('a blob that was cut short in the vault is copied again', async () => {
  const registry = demoRegistry()
  const vault = await newVault()
  const { digest } = registry.blob('shop/web', 'web')
  await vault.store.put(keys.blob(digest), Buffer.from('we'))
  expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
  expect((await verifyVault(vault, { data: true }, quick())).ok).toBe(true)
})

test('a body that is cut again and again is continued where it broke off', async () => {
  const registry = new MemoryRegistry()
  const content = Buffer.from(Array.from({ length: 50_000 }, (_, at) => (at * 31) % 251))
  registry.image('a/b', [content])
  const offsets: number[] = []
  registry.trouble.body = (_name, _digest, bytes, from) => {
    if (bytes.length < 50_000) return bodyOf(bytes.subarray(from))
    offsets.push(from)
    const piece = bytes.subarray(from, from + 9_000)
    const broken = async function* () {
      yield piece
      if (from + 9_000 < bytes.length) throw new Error('ECONNRESET')
    }
    return Readable.from(broken(), { objectMode: false })
  }
  const vault = await newVault()
  const report = await backup(registry.source(), vault, {}, quick())
  expect(report.complete).toBe(true)
  expect(offsets).toEqual([0, 9_000, 18_000, 27_000, 36_000, 45_000])
  expect((await verifyVault(vault, { data: true }, quick())).ok).toBe(true)
})

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
