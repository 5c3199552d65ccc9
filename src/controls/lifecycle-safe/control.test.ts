import { expect, test } from 'vitest'
import type { ImageInventory, Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import type { ImageUse } from '../../inventory/neighbours.ts'
import {
  daysAgo,
  denied,
  image,
  inventory,
  repository,
  settings,
  untaggedRule,
} from '../inventory.fixture.ts'
import { lifecycleSafe } from './control.ts'

const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`
const tagged = (letter: string, tag: string, days: number) =>
  image({ digest: digestOf(letter), tags: [tag], pushedAt: daysAgo(days) })
const untagged = (letter: string, days: number, changes: Partial<ImageInventory> = {}) =>
  image({ digest: digestOf(letter), tags: [], pushedAt: daysAgo(days), ...changes })
const keep = (count: number, pattern = '*', priority = 1) => ({
  rulePriority: priority,
  description: 'a description that makes the text as long as ECR wants it',
  selection: {
    ...{ tagStatus: 'tagged', tagPatternList: [pattern] },
    ...{ countType: 'imageCountMoreThan', countNumber: count },
  },
  action: { type: 'expire' },
})
const rules = (...list: object[]) => ({ ok: JSON.stringify({ rules: list }) })
const use = (changes: Partial<ImageUse>): Inventory['uses'] => ({
  ecs: { ok: [{ source: 'ecs', repository: 'shop/api', by: 'arn:task', what: 'task', ...changes }] },
})
const three = [tagged('a', '1.2.0', 90), tagged('b', '1.3.0', 35), tagged('c', '1.4.0', 6)]

interface Case {
  is: string
  policy: RepositoryInventory['lifecyclePolicy']
  images?: ImageInventory[]
  uses?: Inventory['uses']
  status: string
  severity?: string
  words: string
}

test.each<Case>([
  {
    is: 'nothing to take',
    policy: rules(untaggedRule),
    images: three,
    status: 'pass',
    words: 'nothing is taken today',
  },
  {
    is: 'takes what is not in use',
    policy: rules(keep(2)),
    images: three,
    status: 'pass',
    words: '1 image would go today, and it is not in use.',
  },
  {
    is: 'takes what a task definition names by tag',
    policy: rules(keep(2)),
    images: three,
    uses: use({ tag: '1.2.0' }),
    status: 'fail',
    severity: 'high',
    words: '1.2.0 (aaaaaaaaaaaa) is in use by arn:task and would be expired',
  },
  // Images that run by digest were what old cleaners deleted (security-peers 3, 21).
  {
    is: 'takes what runs by digest, without a tag',
    policy: rules(untaggedRule),
    images: [tagged('a', '1', 1), untagged('b', 50)],
    uses: use({ digest: digestOf('b') }),
    status: 'fail',
    severity: 'high',
    words: 'bbbbbbbbbbbb is in use',
  },
  {
    is: 'another repository uses that tag',
    policy: rules(keep(2)),
    images: three,
    uses: use({ tag: '1.2.0', repository: 'shop/web' }),
    status: 'pass',
    words: 'not in use',
  },
  {
    is: 'takes everything',
    policy: rules({ ...untaggedRule, selection: { ...untaggedRule.selection, tagStatus: 'any' } }),
    images: [tagged('a', '1', 90)],
    status: 'fail',
    words: 'Every image that can be pulled would go',
  },
  {
    is: 'a rule behind another',
    policy: rules(keep(5, '*'), keep(2, 'v*', 2)),
    images: three,
    status: 'fail',
    words: 'The rule never acts',
  },
  {
    is: 'a rule that no tag matches',
    policy: rules(keep(5, 'a/b*')),
    images: three,
    status: 'fail',
    words: 'No tag can look like this',
  },
  {
    is: 'untagged images that no rule looks at',
    policy: rules(keep(5)),
    images: [...three, untagged('d', 50)],
    status: 'fail',
    words: '1 untagged image that no rule looks at',
  },
  {
    is: 'signatures have no tag, and need no rule',
    policy: rules(keep(5)),
    images: [...three, untagged('d', 50, { kind: 'artifact', subject: digestOf('c') })],
    status: 'pass',
    words: 'nothing is taken',
  },
  {
    is: 'signatures of what is in use, and a rule for untagged images',
    policy: rules(untaggedRule),
    images: [...three, untagged('d', 50, { kind: 'artifact', subject: digestOf('c') })],
    uses: use({ tag: '1.4.0' }),
    status: 'pass',
    words: 'nothing is taken today',
  },
  {
    is: 'two problems',
    policy: rules(keep(2), keep(1, 'v*', 2)),
    images: three,
    uses: use({ tag: '1.2.0' }),
    status: 'fail',
    severity: 'high',
    words: 'would be expired. 1 more problem.',
  },
  { is: 'no policy', policy: { ok: null }, status: 'not-applicable', words: 'nothing is taken' },
  { is: 'no answer', policy: denied, status: 'unknown', words: 'AccessDenied' },
  { is: 'not JSON', policy: { ok: 'rules:' }, status: 'unknown', words: 'not JSON' },
  {
    is: 'a member that came later',
    policy: rules({ ...keep(2), scope: 'all' }),
    images: three,
    status: 'unknown',
    words: 'rules[0].scope',
  },
  {
    is: 'what ECR would refuse',
    policy: rules(keep(5, 'a'), keep(6, 'b')),
    images: three,
    status: 'unknown',
    words: 'would refuse the policy: rules[1].rulePriority',
  },
  {
    is: 'an empty repository',
    policy: rules(keep(2), { ...untaggedRule, rulePriority: 2 }),
    images: [],
    status: 'pass',
    words: '2 rules, all reachable',
  },
])('$is: $status', ({ policy, images = [image()], uses, status, severity, words }) => {
  const verdict = lifecycleSafe.judge(
    repository({ lifecyclePolicy: policy, images: { ok: images } }),
    inventory(uses && { uses }),
    settings(),
  )
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
  expect(verdict.severity).toBe(severity)
})

const judge = (
  lifecyclePolicy: { ok: string },
  images: RepositoryInventory['images'],
  uses: Inventory['uses'],
) => lifecycleSafe.judge(repository({ lifecyclePolicy, images }), inventory({ uses }), settings()).status

test('what is in use is not known in full: only a policy that takes nothing passes', () => {
  const images = { ok: three }
  for (const uses of [{}, { ecs: denied }, { lambda: { ok: [] }, ecs: denied }]) {
    expect(judge(rules(keep(2)), images, uses)).toBe('unknown')
    expect(judge(rules(keep(3)), images, uses)).toBe('pass')
  }
  const one = { ...use({ tag: '1.2.0' }), lambda: denied }
  expect(judge(rules(keep(2)), images, one)).toBe('fail')
})

test('without the images only what is wrong with the text is known', () => {
  expect(judge(rules(keep(2)), denied, {})).toBe('unknown')
  expect(judge(rules(keep(5, '*'), keep(2, 'v*', 2)), denied, {})).toBe('fail')
})

test('an inventory without a time is not judged', () => {
  const verdict = lifecycleSafe.judge(repository(), inventory({ collectedAt: 'x' }), settings())
  expect(verdict.status).toBe('unknown')
})
