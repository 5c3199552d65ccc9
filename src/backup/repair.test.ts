import { describe, expect, test } from 'vitest'
import { jumpingClock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import type { Store } from '../store/store.ts'
import { keys } from '../vault/format.ts'
import { initVault, type Vault } from '../vault/vault.ts'
import { verifyVault } from '../vault/verify.ts'
import { backup } from './backup.ts'
import { failure, MemoryRegistry } from './memory-registry.fixture.ts'
import { isRepairable, repairVault } from './repair.ts'

const run = quietRun({ clock: jumpingClock() })

async function scene() {
  const registry = new MemoryRegistry('shop')
  const amd = registry.image('shop/api', ['base', 'amd64'], { config: '{"a":1}' })
  const index = registry.index('shop/api', [amd], { tags: ['latest'] })
  registry.image('shop/web', ['base', 'web'], { tags: ['web'] })
  const store = memoryStore()
  const vault = await initVault(store, run)
  await backup(registry.source(), vault, {}, run)
  const [base, web] = [registry.blob('shop/api', 'base').digest, registry.blob('shop/web', 'web').digest]
  return { registry, store, vault, amd, index, base, web }
}

async function repaired(vault: Vault, registry: MemoryRegistry, data = true) {
  return repairVault(vault, registry.source(), await verifyVault(vault, { data }, run), run)
}

const flip = async (store: Store, digest: Digest) => {
  const bytes = Buffer.concat((await (await store.get(keys.blob(digest)))?.toArray()) ?? [])
  bytes[0] = (bytes[0] ?? 0) ^ 1
  await store.put(keys.blob(digest), bytes)
}

describe('a repair', () => {
  test('heals what is missing, cut or flipped: layers, manifests and indexes', async () => {
    const { registry, store, vault, amd, index, base, web } = await scene()
    await store.delete(keys.blob(base))
    await store.put(keys.blob(web), Buffer.from('w'))
    await flip(store, amd)
    await flip(store, index)
    const report = await repaired(vault, registry)
    expect(report).toMatchObject({ ok: true, repair: { from: 'oci://shop', notHealed: [] } })
    expect(report.problems).toHaveLength(4)
    expect(new Set(report.repair.healed.map(({ digest }) => digest))).toEqual(
      new Set([base, web, amd, index]),
    )
    expect(await verifyVault(vault, { data: true }, run)).toMatchObject({ ok: true, problems: [] })
  })

  test('takes a shared blob from any repository that still has it', async () => {
    const { registry, store, vault, base } = await scene()
    await store.delete(keys.blob(base))
    registry.repositories.delete('shop/api')
    const { repair } = await repaired(vault, registry, false)
    expect(repair).toMatchObject({ healed: [{ digest: base, repository: 'shop/web' }], notHealed: [] })
  })

  test('never replaces anything by bytes that do not hash to the digest', async () => {
    const { registry, store, vault, web, amd } = await scene()
    await flip(store, web)
    await flip(store, amd)
    registry.repository('shop/web').blobs.set(web, Buffer.from('bew'))
    const image = registry.repository('shop/api').images.get(amd)
    if (image) image.bytes = Buffer.from('{}')
    const before = await (await store.get(keys.blob(web)))?.toArray()
    const report = await repaired(vault, registry)
    expect(report.ok).toBe(false)
    expect(report.repair.healed).toEqual([])
    expect(new Set(report.repair.notHealed.map(({ digest }) => digest))).toEqual(new Set([web, amd]))
    expect(report.repair.notHealed.every(({ reason }) => reason.startsWith('shop/'))).toBe(true)
    expect(await (await store.get(keys.blob(web)))?.toArray()).toEqual(before)
  })

  test('says what no registry can heal; the next backup does not lean on it', async () => {
    const { registry, store, vault } = await scene()
    const found: string[] = []
    for await (const { key } of store.list('states/')) found.push(key)
    const [key = ''] = found
    await store.put(key, Buffer.from('damaged'))
    const report = await verifyVault(vault, {}, run)
    expect(isRepairable(report)).toBe(false)
    expect(await repairVault(vault, undefined, report, run)).toMatchObject({
      ok: false,
      repair: { healed: [], notHealed: [{ key }] },
    })
    await backup(registry.source(), vault, {}, run)
    expect((await verifyVault(vault, { snapshot: 'latest' }, run)).ok).toBe(true)
  })

  test('is stopped by what concerns the whole registry, and can be run again', async () => {
    const { registry, store, vault, base, web } = await scene()
    for (const digest of [base, web]) await store.delete(keys.blob(digest))
    registry.trouble.before = (operation) => {
      if (operation === 'blob') throw failure('credentials-expired', 'taken away')
    }
    await expect(repaired(vault, registry, false)).rejects.toMatchObject({ code: 'credentials-expired' })
    registry.trouble = {}
    expect(await repaired(vault, registry, false)).toMatchObject({ ok: true })
  })

  test('a whole vault needs no registry', async () => {
    const { vault } = await scene()
    const report = await verifyVault(vault, { data: true }, run)
    expect(await repairVault(vault, undefined, report, run)).toMatchObject({
      ok: true,
      repair: { healed: [], notHealed: [], bytes: 0 },
    })
  })
})
