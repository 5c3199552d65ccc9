import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import { allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { danglingPrincipals } from './control.ts'

const gone = 'AIDAABCDEFGHIJKLMNOPQ'
const judge = (changes: Partial<Inventory>) =>
  danglingPrincipals
    .judge(inventory(changes), settings())
    .map(({ repository: name = 'registry', verdict: { status, reason } }) => [name, status, reason])
const policies = (...found: ({ ok: string | null } | typeof denied)[]) => ({
  ok: found.map((policy, at) => repository({ name: `shop/${at}`, policy })),
})

test('one finding for the registry and one for each repository', () => {
  const repositories = policies({ ok: null }, allow({ AWS: [gone, '444455556666'] }), denied, { ok: '[' })
  expect(judge({ repositories })).toEqual([
    ['registry', 'pass', 'The registry has no policy.'],
    ['shop/0', 'pass', 'No policy.'],
    ['shop/1', 'fail', `${gone} is the id of a user or role that was deleted (Allow, statement Test).`],
    ['shop/2', 'unknown', expect.stringContaining('AccessDenied')],
    ['shop/3', 'unknown', 'Not judged: the policy is not JSON.'],
  ])
})

test.each<[string, boolean]>([
  [gone, true],
  ['AROAABCDEFGHIJKLMNOPQ', true],
  ['arn:aws:iam::111122223333:user/AIDAABCDEFGHIJKLMNOPQ', false],
  ['AKIAABCDEFGHIJKLMNOPQ', false],
  ['aidaabcdefghijklmnopq', false],
  ['AIDA', false],
  ['*', false],
])('%s', (id, isGone) => {
  const [, [, status] = []] = judge({ repositories: policies(allow({ AWS: id })) })
  expect(status).toBe(isGone ? 'fail' : 'pass')
})

test('in a Deny and as an exception too', () => {
  const text = policyText(
    { Effect: 'Deny', Principal: { AWS: gone }, Action: '*' },
    { Effect: 'Deny', NotPrincipal: { AWS: 'AROAABCDEFGHIJKLMNOPQ' }, Action: '*' },
  )
  const [, [, , reason] = []] = judge({ repositories: policies({ ok: text }) })
  expect(reason).toContain('AROAABCDEFGHIJKLMNOPQ are the ids of users or roles that were deleted (Deny')
})

test('the policy of the registry', () => {
  expect(judge({ registryPolicy: allow({ AWS: gone }) })[0]).toEqual([
    'registry',
    'fail',
    expect.stringContaining(gone),
  ])
})

test('repositories that could not be listed may name anybody', () => {
  expect(judge({ repositories: denied })).toEqual([['registry', 'unknown', expect.any(String)]])
  expect(judge({ repositories: denied, registryPolicy: allow({ AWS: gone }) })[0]?.[1]).toBe('fail')
})
