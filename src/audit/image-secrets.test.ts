import { expect, test } from 'vitest'
import { backup } from '../backup/backup.ts'
import { MemoryRegistry } from '../backup/memory-registry.fixture.ts'
import { jumpingClock } from '../core/clock.ts'
import { quietRun } from '../core/run.ts'
import { memoryStore } from '../store/memory.ts'
import { initVault } from '../vault/vault.ts'
import { heldImages } from './held.ts'
import { findImageSecrets } from './image-secrets.ts'

const run = quietRun({ clock: jumpingClock() })
const place = { account: '111122223333', region: 'eu-west-1' }
const configWith = (...Env: string[]) => JSON.stringify({ config: { Env } })
const planted = configWith('PATH=/bin', 'DB_PASSWORD=not-a-real-password')

/** A vault with one snapshot of what `fill` puts into a registry. */
async function vaultOf(fill: (registry: MemoryRegistry) => void) {
  const registry = new MemoryRegistry(`ecr-${place.account}-${place.region}`)
  fill(registry)
  const store = memoryStore()
  const vault = await initVault(store, run)
  await backup(registry.source(), vault, {}, run)
  const { root } = await vault.snapshots.newest(registry.identity.key)
  return { vault, root: root ?? expect.fail('no snapshot'), registry, store }
}

test('finds the image, its tags and the place, and never the secret', async () => {
  let digest = ''
  const { vault, root } = await vaultOf((registry) => {
    digest = registry.image('shop/api', ['layer'], { tags: ['1.0', 'latest'], config: planted })
    registry.image('shop/web', ['web'], { tags: ['1.0'], config: configWith('PATH=/bin') })
  })
  const { secrets, read } = await findImageSecrets(vault, root)
  expect(secrets).toEqual([
    {
      repository: 'shop/api',
      digest,
      tags: ['1.0', 'latest'],
      where: 'environment variable DB_PASSWORD',
      kind: 'value of a secret name',
    },
  ])
  expect(JSON.stringify(secrets)).not.toContain('not-a-real-password')
  expect(Object.keys(read).sort()).toEqual(['shop/api', 'shop/web'])
  expect(read['shop/api']).toEqual([digest])
})

test('one configuration in two repositories is found in both', async () => {
  const { vault, root } = await vaultOf((registry) => {
    for (const name of ['a/one', 'b/two']) registry.image(name, ['same'], { tags: ['1'], config: planted })
  })
  const { secrets } = await findImageSecrets(vault, root)
  expect(secrets.map(({ repository }) => repository)).toEqual(['a/one', 'b/two'])
})

test('untagged images and the parts of an index are looked into', async () => {
  const { vault, root } = await vaultOf((registry) => {
    const child = registry.image('shop/api', ['amd64'], { config: planted })
    registry.index('shop/api', [child], { tags: ['1.0'] })
  })
  expect((await findImageSecrets(vault, root)).secrets).toMatchObject([{ tags: [] }])
})

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['other types', '{"config":{"Env":{"DB_PASSWORD":"x1"}},"history":7}'],
  ['nothing', ''],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]).toString('latin1')],
])('a hostile configuration is read and has none: %s', async (_name, config) => {
  const { vault, root } = await vaultOf((registry) =>
    registry.image('shop/api', ['x'], { tags: ['1'], config }),
  )
  const { secrets, read } = await findImageSecrets(vault, root)
  expect(secrets).toEqual([])
  expect(read['shop/api']).toHaveLength(1)
})

test('a configuration that is too large to be one was not read, and is not said to be clean', async () => {
  const config = configWith(`PADDING=${'x'.repeat(1024 * 1024)}`, 'DB_PASSWORD=abc1')
  const { vault, root } = await vaultOf((registry) =>
    registry.image('shop/api', ['x'], { tags: ['1'], config }),
  )
  expect(await findImageSecrets(vault, root)).toEqual({ secrets: [], read: { 'shop/api': [] } })
})

test('what the newest snapshot holds, by repository', async () => {
  let digest = ''
  const { vault, root } = await vaultOf((registry) => {
    digest = registry.image('shop/api', ['x'], { tags: ['1'] })
  })
  const held = await heldImages(vault, place, quietRun())
  expect(held?.snapshot.id).toBe(root.id)
  expect(held?.has('shop/api', digest)).toBe(true)
  expect(held?.has('shop/web', digest)).toBe(false)
  expect(held?.has('constructor', digest)).toBe(false)
  expect(held?.has('shop/api', `sha256:${'0'.repeat(64)}`)).toBe(false)
})

test('what was deleted since is not held any more', async () => {
  let digest: ReturnType<MemoryRegistry['image']> | undefined
  const { vault, registry } = await vaultOf((filled) => {
    digest = filled.image('shop/api', ['x'], { tags: ['1'] })
    filled.image('shop/api', ['y'], { tags: ['2'], config: '{"n":2}' })
  })
  if (!digest) return expect.fail('no image')
  registry.remove('shop/api', digest)
  await backup(registry.source(), vault, {}, run)
  expect((await heldImages(vault, place, quietRun()))?.has('shop/api', digest)).toBe(false)
})

test('no snapshot of that registry', async () => {
  const { vault } = await vaultOf((registry) => registry.image('shop/api', ['x'], { tags: ['1'] }))
  expect(await heldImages(vault, { ...place, region: 'us-east-1' }, quietRun())).toBeUndefined()
})
