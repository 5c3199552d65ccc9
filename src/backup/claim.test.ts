import { expect, test } from 'vitest'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { initVault, openVault } from '../vault/vault.ts'
import { backup } from './backup.ts'
import { demoRegistry, quick } from './demo-registry.fixture.ts'

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
