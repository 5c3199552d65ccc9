import { describe, expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { failure, MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import type { ErrorCode } from '../core/errors.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { keys } from '../vault/format.ts'
import { openOrInitVault, type Vault } from '../vault/vault.ts'
import type { Route } from './report.ts'
import { planRestore, restore } from './restore.ts'
import type { Target } from './target.ts'

const run = quietRun({ clock: jumpingClock() })

async function twoRepositories(): Promise<Vault> {
  const registry = new MemoryRegistry('two')
  registry.repository('one/api', { encryption: { type: 'KMS' }, policy: '{"p":1}' })
  registry.image('one/api', ['base', 'api'], { tags: ['latest'] })
  registry.repository('two/web', { policy: '{"p":2}' })
  registry.image('two/web', ['base', 'web'], { tags: ['latest'] })
  const vault = await openOrInitVault(memoryStore(), run)
  await backup(registry.source(), vault, {}, run)
  return vault
}

async function routeTo(vault: Vault, registry: MemoryRegistry): Promise<Route> {
  return { vault, snapshot: await vault.snapshots.find('latest'), target: registry.target() }
}

async function restored(route: Route) {
  return restore(route, await planRestore(route, {}, run), run)
}

describe('what one repository does not survive is listed, and the others are restored', () => {
  test.each<[string, ErrorCode]>([
    ['createRepository', 'key-unusable'],
    ['createRepository', 'access-denied'],
    ['putBlob', 'access-denied'],
    ['putManifest', 'access-denied'],
    ['applySettings', 'access-denied'],
    ['applySettings', 'aws-request-failed'],
  ])('%s: %s', async (phase, code) => {
    const target = new MemoryRegistry('copy')
    target.trouble.before = (operation, repository) => {
      if (operation === phase && repository === 'one/api') throw failure(code, `${phase} was refused`)
    }
    const report = await restored(await routeTo(await twoRepositories(), target))
    expect(report.ok).toBe(false)
    expect(report.notRestored).toMatchObject([{ kind: 'failed', repository: 'one/api' }])
    expect(report.notRestored[0]?.reason).toContain(`${phase} was refused`)
    expect(target.repositories.get('two/web')?.tags.size).toBe(1)
    expect(target.repositories.get('two/web')?.settings.policy).toBe('{"p":2}')
  })

  test('a repository that cannot be compared', async () => {
    const vault = await twoRepositories()
    const target = new MemoryRegistry('copy')
    const route = await routeTo(vault, target)
    target.trouble.before = (operation, repository) => {
      const filled = (target.repositories.get('one/api')?.settings.policy ?? '') !== ''
      if (operation === 'contents' && repository === 'one/api' && filled) throw failure('access-denied', 'no')
    }
    const report = await restored(route)
    expect(report).toMatchObject({ ok: false, identical: false, manifests: 2 })
    expect(report.notRestored).toMatchObject([{ kind: 'failed', repository: 'one/api' }])
  })

  test('a state that is damaged in the vault', async () => {
    const vault = await twoRepositories()
    const route = await routeTo(vault, new MemoryRegistry('copy'))
    const entry = (await vault.repositories(route.snapshot)).get('one/api')
    await vault.store.put(keys.state(entry?.state ?? ''), Buffer.from('no'))
    const target = new MemoryRegistry('copy')
    const report = await restored({ ...route, target: target.target() })
    expect(report).toMatchObject({ ok: false, damaged: true })
    expect(report.notRestored).toMatchObject([{ kind: 'damaged', repository: 'one/api' }])
    expect([...target.repositories.keys()]).toEqual(['two/web'])
  })

  test('credentials that expire end everything', async () => {
    const target = new MemoryRegistry('copy')
    target.trouble.before = (operation) => {
      if (operation === 'putBlob') throw failure('credentials-expired', 'over')
    }
    await expect(restored(await routeTo(await twoRepositories(), target))).rejects.toMatchObject({
      code: 'credentials-expired',
    })
  })
})

test('a mount that is refused is no reason not to send the blob', async () => {
  const source = new MemoryRegistry('many')
  for (let at = 0; at < 8; at++) source.image(`r${at}/x`, ['base', `own ${at}`], { tags: ['t'] })
  const vault = await openOrInitVault(memoryStore(), run)
  await backup(source.source(), vault, {}, run)
  const target = new MemoryRegistry('copy')
  target.trouble.before = (operation) => {
    if (operation === 'mountBlob') throw failure('access-denied', 'not from there')
  }
  expect(await restored(await routeTo(vault, target))).toMatchObject({ ok: true, blobs: { mounted: 0 } })
  expect(target.count('mountBlob')).toBeGreaterThan(0)
})

test('where nobody knows whether a repository is there, blobs are asked for before they are sent', async () => {
  const vault = await twoRepositories()
  const registry = new MemoryRegistry('copy')
  // Like an OCI registry without tags: its untagged images and blobs show only when they are asked for.
  const target = {
    ...registry.target(),
    settings: async () => undefined,
    createRepository: async () => false,
  }
  for (const name of ['one/api', 'two/web']) registry.repository(name)
  const route = { ...(await routeTo(vault, registry)), target }
  const first = await restored(route)
  expect(first.blobs).toMatchObject({ sent: 6, present: 0 })
  expect((await restored(route)).blobs).toMatchObject({ sent: 0, present: 6 })
})

test('an upload that was done but not answered is not sent again', async () => {
  const vault = await twoRepositories()
  const registry = new MemoryRegistry('copy')
  const real = registry.target()
  const lost = new Set<string>()
  const target: Target = {
    ...real,
    putBlob: async (...blob) => {
      await real.putBlob(...blob)
      const name = `${blob[0]} ${blob[1]}`
      if (lost.has(name)) return
      lost.add(name)
      throw failure('registry-request-failed', 'socket hang up')
    },
  }
  const report = await restored({ ...(await routeTo(vault, registry)), target })
  expect(report).toMatchObject({ ok: true, blobs: { sent: 6 } })
  expect(registry.count('putBlob')).toBe(6)
})
