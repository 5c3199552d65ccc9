import { expect, test } from 'vitest'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { account, allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { policyWildcardActions } from './control.ts'

const judge = (policy: RepositoryInventory['policy']) =>
  policyWildcardActions.judge(repository({ policy }), inventory(), settings())
const role = { AWS: `arn:aws:iam::${account}:role/scanner` }
const statement = (changes: object) => ({
  Effect: 'Allow',
  Principal: role,
  Action: 'ecr:BatchGetImage',
  ...changes,
})
const without = (name: string, changes: object) => {
  const entries = Object.entries(statement(changes)).filter(([key]) => key !== name)
  return { ok: policyText(Object.fromEntries(entries)) }
}

test.each<[string, RepositoryInventory['policy'], string, string]>([
  ['no policy', { ok: null }, 'pass', 'No policy'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
  ['no JSON', { ok: '{' }, 'unknown', 'not JSON'],
  ['named actions', allow(role), 'pass', 'names its actions'],
  [
    'everything of ECR',
    allow(role, 'ecr:*'),
    'fail',
    'Statement Test allows ecr:*, which covers SetRepositoryPolicy and BatchDeleteImage',
  ],
  ['everything', allow(role, '*'), 'fail', 'SetRepositoryPolicy'],
  ['in capitals', allow(role, 'ECR:PUT*'), 'fail', 'PutImage'],
  ['a verb that also deletes', allow(role, 'ecr:Batch*'), 'fail', 'BatchDeleteImage'],
  ['one letter', allow(role, 'ecr:PutImag?'), 'fail', 'PutImage (1 actions)'],
  ['a pattern that covers nothing yet', allow(role, 'ecr:Teleport*'), 'fail', 'no action known here'],
  ['reading only', allow(role, ['ecr:Get*', 'ecr:Describe*']), 'pass', 'ecr:Get* and ecr:Describe*'],
  ['pulling only', allow(role, 'ecr:BatchGet*'), 'pass', 'ecr:BatchGet*'],
  ['all but one action', without('Action', { NotAction: 'ecr:PutImage' }), 'fail', 'NotAction'],
  ['all but one principal', without('Principal', { NotPrincipal: role }), 'fail', 'NotPrincipal'],
  // The account's identity policies decide, whatever stands here.
  ['the account itself', allow({ AWS: account }, 'ecr:*'), 'pass', 'names its actions'],
  ['its root', allow({ AWS: `arn:aws:iam::${account}:root` }, 'ecr:*'), 'pass', 'names its actions'],
  ['another account', allow({ AWS: 'arn:aws:iam::444455556666:root' }, 'ecr:*'), 'fail', 'ecr:*'],
  ['somebody who is gone', allow({ AWS: 'AIDAABCDEFGHIJKLMNOPQ' }, 'ecr:*'), 'pass', 'names its actions'],
  ['a Deny may be wide', { ok: policyText(statement({ Effect: 'Deny', Action: 'ecr:*' })) }, 'pass', 'names'],
  [
    'taken away again',
    { ok: policyText(statement({ Action: 'ecr:*' }), { Effect: 'Deny', Principal: '*', Action: '*' }) },
    'pass',
    'names its actions',
  ],
])('%s', (_name, policy, status, words) => {
  const verdict = judge(policy)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('counts the others', () => {
  const { reason } = judge({ ok: policyText(statement({ Action: '*' }), statement({ Action: 'ecr:P*' })) })
  expect(reason).toMatch(/^Statement 1 allows \*.*; 1 more such\.$/)
})
