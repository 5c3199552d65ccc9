import fc from 'fast-check'
import { expect, test } from 'vitest'
import { daysAgo, denied, image, inventory, repository } from '../controls/inventory.fixture.ts'
import type { ImageInventory, Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import { findUnused, keptImages } from './unused.ts'

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`
const old = (letter: string, changes: Partial<ImageInventory> = {}): ImageInventory => {
  const { lastPull: _, ...rest } = image({ digest: digestOf(letter), pushedAt: daysAgo(300) })
  return { ...rest, ...changes }
}
const withImages = (...images: ImageInventory[]) => repository({ images: { ok: images } })
const report = (repositories: RepositoryInventory[], changes: Partial<Inventory> = {}, days = 90) =>
  findUnused(inventory({ repositories: { ok: repositories }, ...changes }), { days })
const verdictOf = (...images: ImageInventory[]) => report([withImages(...images)]).repositories[0]?.verdict
const unusedOf = (images: ImageInventory[], changes: Partial<Inventory> = {}) =>
  report([withImages(...images)], changes).repositories[0]?.images.map(({ digest }) => digest[7])
const use = (changes: object) => ({
  uses: {
    ecs: {
      ok: [{ source: 'ecs' as const, repository: 'shop/api', by: 'arn:task', what: 'task', ...changes }],
    },
  },
})

test.each<[string, ImageInventory, string]>([
  ['pushed long ago, never pulled', old('a'), 'unused'],
  ['pulled lately', old('a', { lastPull: daysAgo(5) }), 'used'],
  ['pulled long ago', old('a', { lastPull: daysAgo(100) }), 'unused'],
  ['pulled on the last day that counts', old('a', { lastPull: daysAgo(90) }), 'used'],
  ['a day before', old('a', { lastPull: daysAgo(91) }), 'unused'],
  ['pushed lately', old('a', { pushedAt: daysAgo(5) }), 'used'],
  ['a time that cannot be read', old('a', { pushedAt: 'yesterday' }), 'used'],
  ['in the future', old('a', { pushedAt: daysAgo(-5) }), 'used'],
])('%s: %s', (_name, found, verdict) => {
  expect(verdictOf(found)).toBe(verdict)
})

test('empty repositories are empty, young ones are given time', () => {
  const [aged, young] = report([
    repository({ name: 'aged', images: { ok: [] } }),
    repository({ name: 'young', images: { ok: [] }, createdAt: daysAgo(3) }),
  ]).repositories
  expect([aged?.verdict, young?.verdict]).toEqual(['empty', 'used'])
})

test('images that could not be listed are unknown, not unused', () => {
  const [found] = report([repository({ images: denied })]).repositories
  expect(found).toMatchObject({
    verdict: 'unknown',
    images: [],
    reason: expect.stringContaining('ecr:Something'),
  })
})

test('what runs is used, by digest or by tag, and what merely shares a repository is not', () => {
  const images = [old('a', { tags: ['1'] }), old('b', { tags: ['2'] })]
  expect(unusedOf(images, use({ digest: digestOf('a') }))).toEqual(['b'])
  expect(unusedOf(images, use({ tag: '2' }))).toEqual(['a'])
  expect(unusedOf(images, use({ tag: '2', repository: 'shop/web' }))).toEqual(['a', 'b'])
})

test('referrers live as long as what they refer to, and theirs with them', () => {
  const images = [
    old('a', { lastPull: daysAgo(1) }),
    old('b', { tags: [], kind: 'artifact', subject: digestOf('a') }),
    old('c', { tags: [], kind: 'artifact', subject: digestOf('b') }),
    old('d', { tags: [], kind: 'artifact', subject: digestOf('e') }),
  ]
  expect(unusedOf(images)).toEqual(['d'])
})

test('parts that were pushed together with an index in use stay', () => {
  const pushedAt = daysAgo(300)
  const index = old('a', { kind: 'index', pushedAt, lastPull: daysAgo(1) })
  expect(
    unusedOf([index, old('b', { tags: [], pushedAt }), old('c', { tags: [], pushedAt: daysAgo(200) })]),
  ).toEqual(['c'])
})

test('says why, what it costs, and whether a snapshot holds it', () => {
  const images = [
    old('a', { bytes: 3e9, lastPull: daysAgo(120), status: 'ARCHIVED' }),
    old('b', { bytes: 2e9 }),
  ]
  const found = findUnused(inventory({ repositories: { ok: [withImages(...images)] } }), {
    days: 90,
    isHeld: (_repository, digest) => digest === digestOf('a'),
  })
  expect(found.repositories[0]).toMatchObject({
    verdict: 'unused',
    pulls: 100,
    bytes: 5e9,
    usdMonth: 0.5,
    held: false,
    images: [
      { reason: 'Archived; last pull 120 days ago, pushed 300 days ago.', held: true },
      { reason: 'No pull on record, pushed 300 days ago.', held: false },
    ],
  })
  expect(found.totals).toEqual({ repositories: 1, images: 2, bytes: 5e9, usdMonth: 0.5 })
})

test.each<[string, Partial<Inventory>, string]>([
  ['sources without an answer', { uses: { ecs: denied } }, 'What ecs runs could not be read'],
  ['nobody asked', { uses: {} }, 'Nobody was asked'],
  ['Kubernetes', {}, 'Kubernetes and other accounts cannot be asked'],
  ['pulls not counted', { pulls: denied }, 'Pulls were not counted'],
  ['pulls that leave no trace', { pullTimeExclusions: { ok: ['arn:scanner'] } }, 'Pulls by arn:scanner'],
  ['not known whose', { pullTimeExclusions: denied }, 'Whose pulls are not recorded is not known'],
  ['no list', { repositories: denied }, 'The repositories could not be listed'],
])('doubts: %s', (_name, changes, words) => {
  expect(findUnused(inventory(changes), { days: 90 }).doubts.join('\n')).toContain(words)
})

const someImage = fc.record({
  letter: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  pushed: fc.integer({ min: 0, max: 400 }),
  pulled: fc.option(fc.integer({ min: 0, max: 400 })),
  kind: fc.constantFrom<ImageInventory['kind']>('image', 'index', 'artifact'),
  subject: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
  tagged: fc.boolean(),
})
const someImages = fc.uniqueArray(someImage, { selector: ({ letter }) => letter }).map((list) =>
  list.map(({ letter, pushed, pulled, kind, subject, tagged }) =>
    old(letter, {
      pushedAt: daysAgo(pushed),
      kind,
      tags: tagged ? [letter] : [],
      ...(pulled !== null && { lastPull: daysAgo(pulled) }),
      ...(subject !== null && { subject: digestOf(subject) }),
    }),
  ),
)

test('nothing recent and nothing that refers to a kept image is ever called unused', () => {
  fc.assert(
    fc.property(someImages, fc.integer({ min: 0, max: 400 }), (images, days) => {
      const [found] = report([withImages(...images)], {}, days).repositories
      const unused = new Set(found?.images.map(({ digest }) => digest))
      for (const { digest, pushedAt, lastPull, subject } of images) {
        const isRecent = [pushedAt, lastPull].some((time) => time !== undefined && time >= daysAgo(days))
        if (isRecent) expect(unused).not.toContain(digest)
        const kept =
          subject !== undefined && images.some((one) => one.digest === subject) && !unused.has(subject)
        if (kept) expect(unused).not.toContain(digest)
      }
    }),
  )
})

test('the longer one waits, the less is unused', () => {
  fc.assert(
    fc.property(someImages, fc.integer({ min: 0, max: 200 }), (images, days) => {
      const unusedAfter = (limit: number) =>
        report([withImages(...images)], {}, limit).repositories[0]?.images.map(({ digest }) => digest) ?? []
      for (const digest of unusedAfter(days + 100)) expect(unusedAfter(days)).toContain(digest)
    }),
  )
})

test('circles of referrers end', () => {
  const circle = [old('a', { subject: digestOf('b') }), old('b', { subject: digestOf('a') })]
  expect(keptImages(circle, { uses: [], isRecent: () => false }).size).toBe(0)
  expect(keptImages(circle, { uses: [], isRecent: ({ digest }) => digest === digestOf('a') }).size).toBe(2)
})
