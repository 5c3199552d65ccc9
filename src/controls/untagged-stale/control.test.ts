import { expect, test } from 'vitest'
import type { ImageInventory, RepositoryInventory } from '../../inventory/inventory.ts'
import {
  daysAgo,
  denied,
  image,
  inventory,
  repository,
  settings,
  untaggedRule,
} from '../inventory.fixture.ts'
import { untaggedStale } from './control.ts'

const judge = (
  images: ImageInventory[],
  lifecyclePolicy: RepositoryInventory['lifecyclePolicy'] = { ok: null },
) => untaggedStale.judge(repository({ images: { ok: images }, lifecyclePolicy }), inventory(), settings())
const stale = image({ tags: [], pushedAt: daysAgo(95) })
const minutesAfter = (minutes: number) => new Date(Date.parse(daysAgo(95)) + minutes * 60_000).toISOString()
const index = (changes: Partial<ImageInventory>) => image({ kind: 'index', tags: ['2.0'], ...changes })

test.each<[string, ImageInventory[], string]>([
  ['an old untagged image', [image(), stale], 'fail'],
  ['exactly 30 days', [image({ tags: [], pushedAt: daysAgo(30) })], 'pass'],
  ['31 days', [image({ tags: [], pushedAt: daysAgo(31) })], 'fail'],
  ['tagged', [image({ pushedAt: daysAgo(500) })], 'pass'],
  [
    'an old signature',
    [image({ tags: [], kind: 'artifact', pushedAt: daysAgo(95), subject: 'sha256:x' })],
    'pass',
  ],
  ['archived', [image({ tags: [], pushedAt: daysAgo(95), status: 'ARCHIVED' })], 'pass'],
  ['a child just before its index', [stale, index({ pushedAt: minutesAfter(1) })], 'pass'],
  ['a child just after its index', [stale, index({ pushedAt: minutesAfter(-10) })], 'pass'],
  ['too long before an index', [stale, index({ pushedAt: minutesAfter(11) })], 'fail'],
  ['too long after an index', [stale, index({ pushedAt: minutesAfter(-11) })], 'fail'],
  [
    'between two far indexes',
    [index({ pushedAt: minutesAfter(-60) }), stale, index({ pushedAt: minutesAfter(60) })],
    'fail',
  ],
  ['an untagged index', [index({ tags: [], pushedAt: daysAgo(95) })], 'fail'],
  ['nothing', [], 'not-applicable'],
])('%s', (_name, images, status) => {
  expect(judge(images).status).toBe(status)
})

test('says how many, how old and which', () => {
  const older = image({ digest: `sha256:${'b'.repeat(64)}`, tags: [], pushedAt: daysAgo(200), bytes: 5 })
  const verdict = judge([stale, older])
  expect(verdict.reason).toBe(
    '2 untagged images, the oldest pushed 200 days ago, and no lifecycle rule for them.',
  )
  expect(verdict.evidence).toEqual({ images: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'], bytes: 1005 })
})

const rule = (selection: object) => ({
  ok: JSON.stringify({
    rules: [{ ...untaggedRule, selection: { ...untaggedRule.selection, ...selection } }],
  }),
})

test.each<[string, RepositoryInventory['lifecyclePolicy'], string]>([
  ['untagged by age', rule({}), 'pass'],
  ['any by count', rule({ tagStatus: 'any', countType: 'imageCountMoreThan' }), 'pass'],
  ['tagged only', rule({ tagStatus: 'tagged' }), 'fail'],
  ['archived only', rule({ storageClass: 'archive', countType: 'sinceImageTransitioned' }), 'fail'],
  ['unreadable', { ok: '{' }, 'fail'],
  ['a member that came later', rule({ onlyWhen: 'full' }), 'unknown'],
  ['unknown', denied, 'unknown'],
])('a rule for %s', (_name, policy, status) => {
  expect(judge([stale], policy).status).toBe(status)
})

test('without stale images the policy does not matter; without images nothing is known', () => {
  expect(judge([image()], denied).status).toBe('pass')
  expect(untaggedStale.judge(repository({ images: denied }), inventory(), settings()).status).toBe('unknown')
})
