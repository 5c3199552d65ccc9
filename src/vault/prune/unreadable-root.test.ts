import { expect, test } from 'vitest'
import { backup } from '../../backup/backup.ts'
import { MemoryRegistry } from '../../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../../core/clock.ts'
import { quietRun } from '../../core/run.ts'
import { memoryStore } from '../../store/memory.ts'
import type { Store } from '../../store/store.ts'
import { keyOfRoot } from '../snapshots.ts'
import { initVault, openVault } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { prune } from './prune.ts'

test('a root that cannot be read any more when the list is published: nothing is deleted, and the list goes', async () => {
  const clock = jumpingClock()
  const run = quietRun({ clock })
  const store = memoryStore({ clock })
  const vault = await initVault(store, run)
  const registry = new MemoryRegistry()
  for (const day of [1, 2, 3]) {
    registry.image('shop/api', [`layer ${day}`], { config: `{"day":${day}}`, tags: [`${day}`] })
    await backup(registry.source(), vault, {}, run)
    clock.advance(24 * 60 * 60 * 1000)
  }
  const kept = await vault.snapshots.find('latest')
  const whole = await (await store.get(keyOfRoot(kept)))!.toArray()
  const deleted: string[] = []
  const damaging: Store = {
    url: store.url,
    put: async (key, body, options) => {
      const answer = await store.put(key, body, options)
      if (key.endsWith('/list.json')) await store.put(keyOfRoot(kept), Buffer.from('{"cut'))
      return answer
    },
    get: (key, options) => store.get(key, options),
    head: (key, signal) => store.head(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    delete: async (key, signal) => {
      if (!/^(gc|runs)\//.test(key)) deleted.push(key)
      await store.delete(key, signal)
    },
    close: () => store.close(),
  }
  const pruning = prune(await openVault(damaging), { policy: { last: 1 }, grace: 0 }, run)
  await expect(pruning).rejects.toMatchObject({ code: 'vault-damaged' })
  expect(deleted).toEqual([])
  for await (const { key } of store.list('gc/')) expect.fail(`left ${key}`)
  await store.put(keyOfRoot(kept), Buffer.concat(whole))
  expect((await verifyVault(vault, { data: true }, run)).problems).toEqual([])
})
