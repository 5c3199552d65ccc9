import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Digest } from '../core/digest.ts'
import { keys } from '../vault/format.ts'
import { verifyVault } from '../vault/verify.ts'
import { backup } from './backup.ts'
import { demoRegistry, newVault, quick, stateOf } from './demo-registry.fixture.ts'
import { bodyOf, failure, MemoryRegistry } from './memory-registry.fixture.ts'

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

test('a connection that breaks after the last byte costs no further request', async () => {
  const registry = new MemoryRegistry()
  registry.image('a/b', ['all of it'])
  registry.trouble.body = (_name, _digest, bytes, from) => {
    if (from >= bytes.length) throw failure('registry-request-failed', 'HTTP 416')
    const broken = async function* () {
      yield bytes.subarray(from)
      throw new Error('ECONNRESET')
    }
    return Readable.from(broken(), { objectMode: false })
  }
  const vault = await newVault()
  expect((await backup(registry.source(), vault, {}, quick())).complete).toBe(true)
})
