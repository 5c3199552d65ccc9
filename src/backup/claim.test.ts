import { describe, expect, test } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { openClaims } from '../vault/prune/claims.ts'
import { prune } from '../vault/prune/prune.ts'
import { initVault, openVault } from '../vault/vault.ts'
import { backup } from './backup.ts'
import { demoRegistry, quick } from './demo-registry.fixture.ts'
import { failure } from './memory-registry.fixture.ts'

test('the claim is written before the registry or the vault is read, and names the root that is written last', async () => {
  const store = memoryStore()
  await initVault(store, quick())
  const calls: string[] = []
  const watched: Store = {
    url: store.url,
    put: (key, body, options) => {
      calls.push(`put ${key}`)
      return store.put(key, body, options)
    },
    get: (key, options) => {
      calls.push(`get ${key}`)
      return store.get(key, options)
    },
    head: (key, signal) => store.head(key, signal),
    list: (prefix, signal) => {
      calls.push(`list ${prefix}`)
      return store.list(prefix, signal)
    },
    delete: (key, signal) => store.delete(key, signal),
    close: () => store.close(),
  }
  const vault = await openVault(watched)
  calls.length = 0
  const registry = demoRegistry()
  registry.trouble.before = (operation) => void calls.push(`ask ${operation}`)
  const { snapshot } = await backup(registry.source(), vault, {}, quick())
  expect(calls[0]).toBe(`put runs/${snapshot}/claim.json`)
  const body = await store.get(`runs/${snapshot}/claim.json`)
  const claim = JSON.parse(Buffer.concat(await body!.toArray()).toString())
  const writes = calls.filter((call) => call.startsWith('put '))
  expect(writes.slice(-2)).toEqual([`put ${claim.root}`, `put runs/${snapshot}/report.json`])
  expect(writes.filter((call) => call.startsWith('put snapshots/'))).toHaveLength(1)
})

describe('a run that ended before its commit does not keep a prune waiting', () => {
  const open = async (store: Store) => {
    const vault = await openVault(store)
    return { vault, claims: async () => (await openClaims(vault, new AbortController().signal)).length }
  }

  test('when the registry fails as a whole', async () => {
    const store = memoryStore()
    await initVault(store, quick())
    const { vault, claims } = await open(store)
    const registry = demoRegistry()
    registry.trouble.before = (operation) => {
      if (operation === 'images') throw failure('credentials-expired', 'the session has ended')
    }
    await expect(backup(registry.source(), vault, {}, quick())).rejects.toMatchObject({
      code: 'credentials-expired',
    })
    expect(await claims()).toBe(0)
  })

  test('when it is stopped', async () => {
    const store = memoryStore()
    await initVault(store, quick())
    const { vault, claims } = await open(store)
    const registry = demoRegistry()
    const stop = new AbortController()
    registry.trouble.before = (operation) => {
      if (operation === 'blob') stop.abort()
    }
    await expect(backup(registry.source(), vault, {}, quick(stop.signal))).rejects.toMatchObject({
      code: 'interrupted',
    })
    expect(await claims()).toBe(0)
    expect(await prune(vault, { policy: { last: 1 } }, quick())).toMatchObject({ ok: true, waitingFor: [] })
  })

  test('but when the commit itself failed the claim stays: it may be on its way', async () => {
    const inner = memoryStore()
    await initVault(inner, quick())
    const store: Store = {
      url: inner.url,
      put: async (key, body, options) => {
        if (key.startsWith('snapshots/')) throw failure('store-request-failed', 'no answer')
        return inner.put(key, body, options)
      },
      get: (key, options) => inner.get(key, options),
      head: (key, signal) => inner.head(key, signal),
      list: (prefix, signal) => inner.list(prefix, signal),
      delete: (key, signal) => inner.delete(key, signal),
      close: () => inner.close(),
    }
    const { vault, claims } = await open(store)
    await expect(backup(demoRegistry().source(), vault, {}, quick())).rejects.toMatchObject({
      code: 'store-request-failed',
    })
    expect(await claims()).toBe(1)
  })
})
