import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../../core/digest.ts'
import { BlobStore } from '../blobs.ts'
import { blobsOf, manifestOf } from '../ecr/manifest.ts'
import { referrersOf } from '../ecr/referrers.ts'
import { effectiveScanning } from '../ecr/scanning-filters.ts'
import type { Image, Registry, Repository, World } from '../world.ts'
import { seedDemo, seedEmpty } from './index.ts'

const start = Date.parse('2026-03-01T00:00:00Z')
const day = 24 * 60 * 60 * 1000
const folders: string[] = []

async function seeded(seed: (world: World) => Promise<void>, now = start): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-seed-'))
  folders.push(folder)
  const blobs = new BlobStore(folder)
  const state = { accounts: {}, registries: {}, buckets: {} }
  const world: World = { state, blobs, now: () => now, endpoints: { aws: '', registry: '' } }
  await seed(world)
  return world
}

let world: World
beforeAll(async () => {
  world = await seeded(seedDemo)
})
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

const registry = (key: string) => world.state.registries[key] as Registry
const home = () => registry('111122223333/eu-west-1')
const repository = (name: string) => home().repositories[name] as Repository
const names = (accept: (each: Repository) => boolean) =>
  Object.values(home().repositories)
    .filter(accept)
    .map((each) => each.name)
    .sort()

function imagesOf(each: World): [string, Image][] {
  return Object.entries(each.state.registries).flatMap(([key, { repositories }]) =>
    Object.values(repositories).flatMap(({ name, images }) =>
      Object.values(images).map((image): [string, Image] => [`${key}/${name}@${image.digest}`, image]),
    ),
  )
}

test('the empty seed has accounts and nothing else', async () => {
  const empty = await seeded(seedEmpty)
  expect(Object.keys(empty.state.accounts)).toEqual(['111122223333', '444455556666'])
  expect(empty.state.registries).toEqual({})
})

test('ten repositories at home, more elsewhere', () => {
  expect(names(() => true)).toEqual([
    'archive/2023',
    'charts/shop',
    'data/etl',
    'legacy/reports',
    'platform/base',
    'sandbox/empty',
    'shop/api',
    'shop/checkout',
    'shop/web',
    'shop/worker',
  ])
  expect(Object.keys(registry('111122223333/us-east-1').repositories)).toEqual([
    'platform/base',
    'edge/cache',
    'edge/leased',
  ])
  expect(Object.keys(registry('444455556666/eu-west-1').repositories)).toEqual(['partner/agent'])
})

test('another day: other dates, the same digests', async () => {
  const later = await seeded(seedDemo, start + 100 * day)
  const before = imagesOf(world)
  const after = imagesOf(later)
  expect(after.map(([place]) => place)).toEqual(before.map(([place]) => place))
  for (const [at, [, image]] of after.entries()) {
    expect(image.pushedAt - (before[at]?.[1].pushedAt ?? 0)).toBe(100 * day)
  }
})

test('every blob that an image names is on disk and is what it says', async () => {
  const digests = new Set(imagesOf(world).flatMap(([, image]) => blobsOf(manifestOf(image))))
  for (const digest of digests) expect(await world.blobs.sha256(digest)).toBe(digest)
  for (const [, image] of imagesOf(world)) expect(digestOf(image.manifest)).toBe(image.digest)
})

test('nothing happened in the future, or before the repository was there', () => {
  for (const { repositories } of Object.values(world.state.registries)) {
    for (const { createdAt, images } of Object.values(repositories)) {
      for (const image of Object.values(images)) {
        const times = [image.pushedAt, image.lastPull, image.archivedAt, image.scan?.completedAt]
        for (const time of times.filter((each) => each !== undefined)) {
          expect(time).toBeGreaterThan(createdAt)
          expect(time).toBeLessThanOrEqual(start)
        }
      }
    }
  }
})

describe('what the repositories show', () => {
  test('one digest with two tags', () => {
    const { tags } = repository('shop/api')
    expect(tags['latest']).toBe(tags['1.4.0'])
    expect(new Set(Object.values(tags)).size).toBe(3)
  })

  test('shared layers are shared', () => {
    const layersOf = (name: string, tag: string) => {
      const { images, tags } = repository(name)
      return manifestOf(images[tags[tag] ?? ''] as Image).layers.map(({ digest }) => digest)
    }
    expect(layersOf('shop/api', '1.4.0').slice(0, 2)).toEqual(layersOf('shop/api', '1.2.0').slice(0, 2))
    expect(layersOf('shop/api', '1.4.0')[0]).toBe(layersOf('platform/base', '2.0.0')[0])
  })

  test('an index with untagged children, referrers, and a referrer of a referrer', () => {
    const web = repository('shop/web')
    const index = web.images[web.tags['3.2.0'] ?? ''] as Image
    const { children } = manifestOf(index)
    expect(children).toHaveLength(2)
    for (const { digest } of children) {
      expect(web.images[digest]).toBeDefined()
      expect(Object.values(web.tags)).not.toContain(digest)
    }
    const referrers = referrersOf(web, index.digest)
    expect(referrers.map((each) => each.artifactType).sort()).toEqual([
      'application/spdx+json',
      'application/vnd.dev.cosign.artifact.sig.v1+json',
    ])
    expect(referrers.flatMap((each) => referrersOf(web, each.digest))).toHaveLength(1)
  })

  test('a signature under a tag that spells a digest', () => {
    const { tags } = repository('shop/checkout')
    expect(Object.keys(tags)).toContain(`${(tags['5.0.0'] ?? '').replace(':', '-')}.sig`)
  })

  test('a chart, an archived image, an empty repository', () => {
    const [chart] = Object.values(repository('charts/shop').images)
    expect(manifestOf(chart as Image).config?.mediaType).toBe('application/vnd.cncf.helm.config.v1+json')
    const statuses = Object.values(repository('archive/2023').images).map(({ status }) => status)
    expect(statuses.sort()).toEqual(['ACTIVE', 'ARCHIVED'])
    expect(repository('sandbox/empty').images).toEqual({})
  })
})

describe('what the audit will find, both ways', () => {
  const manager = ({ encryption }: Repository) => {
    const keys = Object.values(world.state.accounts['111122223333']?.kmsKeys ?? {})
    return keys.find((key) => key.arn === encryption.kmsKey)?.manager
  }
  const untagged = ({ images, tags }: Repository) =>
    Object.values(images).filter(({ digest }) => !Object.values(tags).includes(digest))

  test.each<[string, (each: Repository) => boolean, string[]]>([
    ['a key of the customer', (each) => manager(each) === 'CUSTOMER', ['platform/base', 'shop/worker']],
    ['a key that AWS manages', (each) => manager(each) === 'AWS', ['data/etl']],
    [
      'immutable tags',
      (each) => each.mutability !== 'MUTABLE',
      ['archive/2023', 'charts/shop', 'platform/base', 'shop/web'],
    ],
    [
      'a public policy',
      (each) => /"Principal":"\*"/.test(each.policy ?? ''),
      ['charts/shop', 'shop/checkout'],
    ],
    ['a policy that lets others push', (each) => /PutImage/.test(each.policy ?? ''), ['data/etl']],
    [
      'no lifecycle policy',
      (each) => each.lifecyclePolicy === undefined,
      ['archive/2023', 'legacy/reports', 'sandbox/empty', 'shop/checkout', 'shop/worker'],
    ],
    [
      'an old untagged image',
      (each) => untagged(each).some((image) => image.pushedAt < start - 30 * day),
      ['shop/worker'],
    ],
    [
      'no pull for 90 days',
      (each) => !Object.values(each.images).some((image) => (image.lastPull ?? 0) > start - 90 * day),
      ['legacy/reports', 'sandbox/empty'],
    ],
    [
      'no owner',
      (each) => each.resourceTags['owner'] === undefined,
      ['archive/2023', 'charts/shop', 'legacy/reports', 'sandbox/empty'],
    ],
    [
      'scanning that is not in force',
      (each) => effectiveScanning(home(), each).scanFrequency === 'MANUAL',
      ['archive/2023', 'charts/shop', 'data/etl', 'sandbox/empty'],
    ],
  ])('%s', (_name, accept, expected) => {
    expect(names(accept)).toEqual(expected)
  })

  test('scans: with findings, clean, and never', () => {
    const scanOf = (name: string, tag: string) =>
      repository(name).images[repository(name).tags[tag] ?? '']?.scan
    expect(scanOf('shop/api', '1.4.0')?.severities).toEqual({ CRITICAL: 1, HIGH: 2, MEDIUM: 3 })
    expect(scanOf('shop/api', '1.4.0')?.findings).toHaveLength(6)
    expect(scanOf('platform/base', '2.0.0')).toMatchObject({ status: 'COMPLETE', severities: {} })
    expect(scanOf('shop/worker', '2.1.0')).toBeUndefined()
  })

  test('the registry itself', () => {
    expect(home().policy).toContain('"Principal":"*"')
    expect(home().replication.rules).toEqual([])
    expect(registry('111122223333/us-east-1').replication.rules).toHaveLength(1)
    expect(Object.keys(home().pullTimeExclusions)).toEqual(['arn:aws:iam::111122223333:role/image-scanner'])
  })
})
