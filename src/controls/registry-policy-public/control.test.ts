import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import { allow, denied, inventory, settings } from '../inventory.fixture.ts'
import { registryPolicyPublic } from './control.ts'

const judge = (registryPolicy: Inventory['registryPolicy'], scope: Inventory['registryPolicyScope']) =>
  registryPolicyPublic.judge(inventory({ registryPolicy, registryPolicyScope: scope }), settings())
const replicate = allow('*', ['ecr:ReplicateImage', 'ecr:CreateRepository'])
const pull = allow('*', 'ecr:BatchGetImage')
const v1 = { ok: 'V1' }
const v2 = { ok: 'V2' }

test.each<[string, Inventory['registryPolicy'], Inventory['registryPolicyScope'], string]>([
  ['no policy', { ok: null }, v2, 'pass'],
  ['no policy, scope unknown', { ok: null }, denied, 'pass'],
  ['open replication', replicate, v2, 'fail'],
  ['open replication in the old scope', replicate, v1, 'fail'],
  ['open replication, scope unknown', replicate, denied, 'fail'],
  ['open pulls', pull, v2, 'fail'],
  ['open pulls in the old scope', pull, v1, 'pass'],
  ['open pulls, scope unknown', pull, denied, 'unknown'],
  ['all of ECR in the old scope', allow('*', 'ecr:*'), v1, 'fail'],
  ['one account', allow({ AWS: '444455556666' }, 'ecr:ReplicateImage'), v2, 'pass'],
  [
    'an organization',
    allow('*', 'ecr:ReplicateImage', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }),
    v2,
    'pass',
  ],
  ['no answer', denied, v2, 'unknown'],
  ['no JSON', { ok: 'x' }, v2, 'unknown'],
])('%s', (_name, policy, scope, status) => {
  expect(judge(policy, scope).status).toBe(status)
})

test('says what a stranger may do and which statement lets him', () => {
  expect(judge(replicate, v2).reason).toBe(
    'Any AWS account may push and create repositories (statement Test).',
  )
})

const partner = '444455556666'
const judgeWith = (policy: Inventory['registryPolicy'], trustedAccounts: string[] = []) =>
  registryPolicyPublic.judge(inventory({ registryPolicy: policy }), settings({ trustedAccounts }))

test('strangers are graver than a wildcard for somebody known', () => {
  expect(judgeWith(replicate).severity).toBe('critical')
  const broad = judgeWith(allow({ AWS: partner }, ['ecr:*']))
  expect(broad.severity).toBeUndefined()
  expect(broad).toMatchObject({
    status: 'fail',
    reason: expect.stringMatching(/^A wildcard lets 444455556666 /),
  })
})

test.each<[unknown, string]>([
  ['ecr:ReplicateImage', 'pass'],
  ['ecr:BatchGet*', 'pass'],
  ['ecr:Replicate*', 'fail'],
])('%s for one account: %s', (action, status) => {
  expect(judgeWith(allow({ AWS: partner }, action)).status).toBe(status)
})

test('accounts have to be trusted, where any is', () => {
  const policy = allow({ AWS: partner }, ['ecr:ReplicateImage'])
  expect(judgeWith(policy, [partner]).status).toBe('pass')
  expect(judgeWith(policy, ['777788889999']).reason).toBe(
    'Not trusted, and may push: 444455556666 (statement Test).',
  )
})

test('a scope of the future decides nothing', () => {
  expect(judge(pull, { ok: 'V3' }).status).toBe('unknown')
  expect(judge(replicate, { ok: 'V3' }).status).toBe('fail')
})
