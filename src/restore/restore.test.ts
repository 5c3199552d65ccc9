import { describe, expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { failure, MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import type { Digest } from '../core/digest.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { keys } from '../vault/format.ts'
import { openOrInitVault, type Vault } from '../vault/vault.ts'
import type { RestoreOptions, Route } from './report.ts'
import { planRestore, restore } from './restore.ts'

const run = quietRun({ clock: jumpingClock() })

function shop(): MemoryRegistry {
  const registry = new MemoryRegistry('shop')
  registry.repository('shop/api', {
    encryption: { type: 'KMS' },
    tagMutability: { mode: 'IMMUTABLE', exclusions: [] },
    policy: '{"p":1}',
    lifecyclePolicy: '{"rules":[]}',
    scanOnPush: true,
  })
  const amd = registry.image('shop/api', ['base', 'amd64'], { config: '{"a":1}' })
  const arm = registry.image('shop/api', ['base', 'arm64'], { config: '{"a":2}', tags: ['arm'] })
  const index = registry.index('shop/api', [amd, arm], { tags: ['latest', '1.0', '__proto__', '10', '9'] })
  const sbom = registry.image('shop/api', ['sbom'], { subject: index, artifactType: 'application/spdx+json' })
  registry.image('shop/api', ['signature'], { subject: sbom })
  registry.image('shop/web', ['base', 'web'], { tags: ['latest'] })
  registry.repository('empty')
  return registry
}

async function backedUp(registry: MemoryRegistry): Promise<Vault> {
  const vault = await openOrInitVault(memoryStore(), run)
  await backup(registry.source(), vault, {}, run)
  return vault
}

async function routeTo(vault: Vault, registry: MemoryRegistry): Promise<Route> {
  return { vault, snapshot: await vault.snapshots.find('latest'), target: registry.target() }
}

async function restored(route: Route, options: RestoreOptions = {}) {
  return restore(route, await planRestore(route, options, run), run)
}

describe('a restore into an empty registry', () => {
  test('brings back every byte, tag and setting', async () => {
    const source = shop()
    const target = new MemoryRegistry('copy')
    const report = await restored(await routeTo(await backedUp(source), target))
    expect(target.contents()).toEqual(source.contents())
    expect(report).toMatchObject({
      ok: true,
      identical: true,
      differences: [],
      notRestored: [],
      repositories: 3,
      manifests: 6,
      tags: 7,
    })
  })

  test('puts what is referred to first, a tag when its image is whole, settings last', async () => {
    const target = new MemoryRegistry('copy')
    const order: string[] = []
    target.trouble.before = (operation, name, what) => {
      if (name === 'shop/api')
        order.push(operation === 'putManifest' && !what.startsWith('sha256:') ? 'tag' : operation)
    }
    await restored(await routeTo(await backedUp(shop()), target))
    const steps = order
      .filter((step) => step !== 'contents' && step !== 'mountBlob')
      .filter((step, at, all) => step !== all[at - 1])
    // The tag of one platform goes along with it; those of the index wait for its SBOM and the SBOM's signature.
    const images = ['putManifest', 'tag', 'putManifest', 'tag']
    expect(steps).toEqual(['createRepository', 'putBlob', ...images, 'applySettings'])
    const [plan] = (
      await planRestore(await routeTo(await backedUp(shop()), new MemoryRegistry('x')), {}, run)
    ).repositories.slice(1)
    expect(plan?.create).toMatchObject({ encryption: { type: 'KMS' } })
  })

  test('a second restore sends nothing', async () => {
    const target = new MemoryRegistry('copy')
    const route = await routeTo(await backedUp(shop()), target)
    await restored(route)
    target.log.length = 0
    const report = await restored(route)
    expect(report).toMatchObject({
      ok: true,
      manifests: 0,
      tags: 0,
      blobs: { sent: 0, mounted: 0, present: 0 },
    })
    expect(new Set(target.log)).toEqual(new Set(['contents']))
  })

  test('only some repositories, under a prefix', async () => {
    const target = new MemoryRegistry('copy')
    const route = await routeTo(await backedUp(shop()), target)
    await restored(route, { repositories: ['shop/w*'], prefix: 'drill/' })
    expect([...target.repositories.keys()]).toEqual(['drill/shop/web'])
  })

  test('mounts what another repository already has, and stops asking when that never works', async () => {
    const source = new MemoryRegistry('many')
    for (let at = 0; at < 12; at++) source.image(`r${at}/x`, ['base', `own ${at}`], { tags: ['t'] })
    const vault = await backedUp(source)
    for (const mounting of [true, false]) {
      const target = new MemoryRegistry('copy')
      target.mounting = mounting
      const report = await restored(await routeTo(vault, target))
      expect(target.contents()).toEqual(source.contents())
      if (mounting) expect(report.blobs.mounted).toBeGreaterThan(10)
      else expect(target.count('mountBlob')).toBeLessThan(12)
    }
  })
})

describe('a restore into a registry that holds something', () => {
  test('sends only what is missing', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    const before = registry.contents()
    const [web] = [...registry.repository('shop/web').images.keys()] as [Digest]
    registry.remove('shop/web', web)
    const report = await restored(await routeTo(vault, registry))
    expect(report).toMatchObject({ manifests: 1, tags: 1, blobs: { sent: 0, present: 3 } })
    expect(registry.contents()).toEqual(before)
  })

  test('is refused before anything changes when a tag points elsewhere, and moves it when told to', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    const before = registry.contents()
    registry.image('shop/web', ['newer'], { tags: ['latest'] })
    registry.repositories.delete('empty')
    const route = await routeTo(vault, registry)
    const plan = await planRestore(route, {}, run)
    expect(plan.conflicts).toMatchObject([{ repository: 'shop/web', tag: 'latest', kind: 'differs' }])
    const refused = registry.contents()
    await expect(restore(route, plan, run)).rejects.toMatchObject({ code: 'restore-refused' })
    expect(registry.contents()).toEqual(refused)
    const report = await restored(route, { overwriteTags: true })
    expect(report).toMatchObject({ ok: true, tags: 1 })
    expect(registry.repository('shop/web').tags.get('latest')).toBe(
      new Map((before as { name: string; tags: [string, Digest][] }[])[2]?.tags).get('latest'),
    )
  })

  test('an immutable tag that points elsewhere is a conflict, whatever is asked; a missing one is set', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    const api = registry.repository('shop/api')
    const wanted = api.tags.get('latest')!
    api.tags.set('latest', api.tags.get('arm')!)
    const route = await routeTo(vault, registry)
    const plan = await planRestore(route, { overwriteTags: true }, run)
    expect(plan.conflicts).toMatchObject([{ tag: 'latest', kind: 'immutable' }])
    await expect(restore(route, plan, run)).rejects.toMatchObject({ code: 'restore-refused' })
    api.tags.delete('latest')
    expect(await restored(route)).toMatchObject({ ok: true, tags: 1 })
    expect(api.tags.get('latest')).toBe(wanted)
  })

  test('a tag that somebody moves after the plan was made is left alone and reported', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    registry.remove('shop/web', [...registry.repository('shop/web').images.keys()][0]!)
    const route = await routeTo(vault, registry)
    const plan = await planRestore(route, {}, run)
    const newer = registry.image('shop/web', ['newer'], { tags: ['latest'] })
    const report = await restore(route, plan, run)
    expect(registry.repository('shop/web').tags.get('latest')).toBe(newer)
    expect(report).toMatchObject({
      ok: false,
      identical: false,
      differences: [{ tag: 'latest', found: newer }],
    })
  })

  test('settings that somebody set are left alone unless told otherwise; unset ones are filled', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    registry.repository('shop/api').settings = { policy: '{"p":2}' }
    const route = await routeTo(vault, registry)
    const plan = await planRestore(route, {}, run)
    expect(plan.warnings.join()).toContain('policy differs')
    await restore(route, plan, run)
    expect(registry.repository('shop/api').settings).toMatchObject({
      policy: '{"p":2}',
      lifecyclePolicy: '{"rules":[]}',
    })
    await restored(route, { settings: 'overwrite' })
    expect(registry.repository('shop/api').settings).toMatchObject({ policy: '{"p":1}' })
  })
})

describe('what cannot be restored is named', () => {
  test('archived images: those held go back to the archive, those never held are listed', async () => {
    const registry = shop()
    const [web] = [...registry.repository('shop/web').images.values()]
    const vault = await backedUp(registry)
    web!.status = 'archived'
    const unread = registry.image('shop/web', ['unread'], { tags: ['unread'] })
    registry.repository('shop/web').images.get(unread)!.status = 'archived'
    await backup(registry.source(), vault, {}, run)
    const target = new MemoryRegistry('copy')
    const report = await restored(await routeTo(vault, target))
    expect(report).toMatchObject({ ok: true, notRestored: [{ kind: 'archived', digest: unread }] })
    expect([...target.repository('shop/web').images.values()].map(({ status }) => status)).toEqual([
      'archived',
    ])
  })

  test('an index without one of its children, and what leans on it', async () => {
    const registry = new MemoryRegistry('sparse')
    const [one, two] = [registry.image('a/b', ['1']), registry.image('a/b', ['2'])]
    const index = registry.index('a/b', [one, two], { tags: ['latest'] })
    const outer = registry.index('a/b', [index], { tags: ['outer'] })
    registry.remove('a/b', two)
    const target = new MemoryRegistry('copy')
    const report = await restored(await routeTo(await backedUp(registry), target))
    expect(report).toMatchObject({ ok: false, identical: false, manifests: 1 })
    const missing = report.notRestored.filter(({ kind }) => kind === 'missing').map(({ digest }) => digest)
    expect(new Set(missing)).toEqual(new Set([two, index, outer]))
  })

  test('a damaged blob costs its images, and no wrong byte is sent', async () => {
    const registry = shop()
    const vault = await backedUp(registry)
    const { digest } = registry.blob('shop/api', 'arm64')
    await vault.store.put(keys.blob(digest), Buffer.from('ARM64'))
    const target = new MemoryRegistry('copy')
    const report = await restored(await routeTo(vault, target))
    expect(report).toMatchObject({ ok: false, damaged: true })
    expect(report.notRestored.map(({ kind }) => kind)).toContain('damaged')
    expect(target.repository('shop/web').tags.size).toBe(1)
    expect(target.repository('shop/api').blobs.has(digest)).toBe(false)
  })
})

describe('an interrupted restore', () => {
  test.each(['createRepository', 'putBlob', 'putManifest', 'applySettings'])(
    'in %s is finished by the next',
    async (phase) => {
      const source = shop()
      const vault = await backedUp(source)
      for (let nth = 0; nth < 4; nth++) {
        const target = new MemoryRegistry('copy')
        let left = nth
        target.trouble.before = (operation) => {
          if (operation === phase && left-- === 0) throw failure('credentials-expired', 'taken away')
        }
        const route = await routeTo(vault, target)
        await restored(route).catch((error: unknown) =>
          expect(error).toMatchObject({ code: 'credentials-expired' }),
        )
        target.trouble = {}
        expect(await restored(route)).toMatchObject({ ok: true })
        expect(target.contents()).toEqual(source.contents())
      }
    },
  )

  test('an upload that fails for a moment is sent again', async () => {
    const target = new MemoryRegistry('copy')
    let left = 2
    target.trouble.before = (operation) => {
      if (operation === 'putBlob' && left-- > 0) throw failure('registry-request-failed', '503')
    }
    expect(await restored(await routeTo(await backedUp(shop()), target))).toMatchObject({ ok: true })
  })
})
