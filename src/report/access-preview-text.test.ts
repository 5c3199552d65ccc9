import { expect, test } from 'vitest'
import type { AccessChange, Shift } from '../access/preview.ts'
import { previewText } from './access-preview-text.ts'

const account = '111122223333'
const shift = (changes: Partial<Shift> = {}): Shift => ({
  ...{ kind: 'role', names: [`arn:aws:iam::${account}:role/ci`], need: 'pull', repositories: ['shop/api'] },
  actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  ...{ before: 'allowed', after: 'denied', whole: { before: 'allowed', after: 'denied' } },
  ...{ reason: 'no identity policy allows it', onlyIfBefore: [], onlyIf: [] },
  ...changes,
})
const change = (changes: Partial<AccessChange> = {}): AccessChange => ({
  ...{ schema: 'holdfast.access-preview/1', registry: `ecr://${account}/eu-west-1`, simulated: true },
  asOf: '2026-06-01T12:00:00.000Z',
  change: { kind: 'repository-policy', subject: 'shop/api', removes: false },
  ...{ loses: [], gains: [], changes: [], lockOut: null, warnings: [], missing: [], notConsidered: ['x'] },
  ...changes,
})

test('nothing gained, nothing lost', () => {
  expect(previewText(change())).toMatch(/nobody gains or loses anything in ECR\.\sNothing\swas\schanged\./)
})

test('losses come first; what one person loses is one row, and what all have in common is said once', () => {
  const gain = shift({ kind: 'account', names: ['account 444455556666'], before: 'denied', after: 'allowed' })
  const push = shift({ need: 'delete', actions: ['ecr:BatchDeleteImage'] })
  const text = previewText(change({ loses: [shift(), push], gains: [gain] }))
  expect(text.indexOf('LOSES')).toBeLessThan(text.indexOf('GAINS'))
  expect(text).toContain('LOSES on shop/api: no identity policy allows it\n')
  expect(text).toMatch(/role\/ci +pull, delete: BatchDeleteImage +yes -> no\n/)
})

test('conditions before and after, a lock-out, a deleted principal', () => {
  const text = previewText(
    change({
      changes: [shift({ before: 'conditional', after: 'conditional', onlyIfBefore: ['A'], onlyIf: ['B'] })],
      gains: [shift({ kind: 'dangling', names: ['AIDAGONEGONEGONE1'], before: 'denied', after: 'allowed' })],
      lockOut: {
        caller: `arn:aws:iam::${account}:user/ann`,
        action: 'ecr:SetRepositoryPolicy',
        decision: 'denied',
        reason: 'R',
      },
    }),
  )
  expect(text).toContain('now only if A; then only if B')
  expect(text).toContain('AIDAGONEGONEGONE1 (deleted)')
  expect(text).toMatch(/LOCK-OUT: user\/ann, who asks, could not set this policy again: R\. ECR refuses/)
})

test('long names, many people and many repositories stay within the width', () => {
  const names = Array.from(
    { length: 40 },
    (_, at) => `arn:aws:iam::${account}:role/a/long/path/of/a/role-${at}`,
  )
  const repositories = Array.from({ length: 300 }, (_, at) => `a/repository/with/a/long/name-${at}`)
  const loses = [
    shift({ names, repositories }),
    shift({ repositories: ['shop/web'], onlyIf: ['c'.repeat(300)], after: 'conditional' }),
  ]
  for (const width of [60, 100])
    for (const line of previewText(change({ loses }), { width }).split('\n'))
      expect(line.length).toBeLessThanOrEqual(width)
})
