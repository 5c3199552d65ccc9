import { expect, test } from 'vitest'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { account, allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { policyNetworkGuard } from './control.ts'

const vpce = 'vpce-0123456789abcdef0'
const vpc = 'vpc-0123456789abcdef0'
const judge = (policy: RepositoryInventory['policy'], changes: Partial<Inventory> = {}) =>
  policyNetworkGuard.judge(
    repository({ policy }),
    inventory(changes),
    settings({ requireNetworkGuard: ['shop/*'] }),
  )
const deny = (condition: object, changes: object = {}) => ({
  Sid: 'Guard',
  Effect: 'Deny',
  Principal: '*',
  Action: 'ecr:*',
  Condition: condition,
  ...changes,
})
const denyText = (condition: object, changes: object = {}) => ({ ok: policyText(deny(condition, changes)) })
const fromVpce = { StringNotEquals: { 'aws:SourceVpce': vpce } }
const sparing = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' } }
const admin = `arn:aws:iam::${account}:role/break-glass`

test.each<[string, RepositoryInventory['policy'], string, string]>([
  ['an endpoint', denyText(fromVpce), 'pass', `Used from aws:SourceVpce ${vpce} only.`],
  ['services are spared', denyText({ ...fromVpce, ...sparing }), 'pass', vpce],
  ['a VPC', denyText({ StringNotEqualsIfExists: { 'aws:SourceVpc': [vpc] } }), 'pass', vpc],
  [
    'addresses, which calls through an endpoint do not have',
    denyText({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
    'pass',
    'aws:SourceIp is absent from calls through a VPC endpoint: those are refused.',
  ],
  [
    'an endpoint or addresses',
    denyText({ ...fromVpce, NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
    'pass',
    '203.0.113.0/24',
  ],
  [
    'one role from anywhere',
    denyText({ ...fromVpce, ArnNotEquals: { 'aws:PrincipalArn': admin } }),
    'pass',
    `but ${admin} from anywhere`,
  ],
  ['no policy', { ok: null }, 'fail', 'No Deny refuses'],
  [
    'an Allow with the condition',
    allow('*', 'ecr:*', { StringEquals: { 'aws:SourceVpce': vpce } }),
    'fail',
    'conditions of an Allow bind no user or role of this account',
  ],
  [
    'pulls only',
    denyText(fromVpce, { Action: ['ecr:BatchGet*', 'ecr:GetDownload*'] }),
    'fail',
    'but not PutImage',
  ],
  ['one account only', denyText(fromVpce, { Principal: { AWS: account } }), 'fail', 'No Deny'],
  [
    'another repository',
    denyText(fromVpce, { Resource: 'arn:aws:ecr:*:*:repository/other' }),
    'fail',
    'No Deny',
  ],
  ['this repository', denyText(fromVpce, { Resource: 'arn:aws:ecr:*:*:repository/shop/*' }), 'pass', vpce],
  [
    'private addresses, which anybody can choose',
    denyText({ NotIpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } }),
    'fail',
    'NotIpAddress aws:VpcSourceIp does not single out',
  ],
  [
    'a VPC or private addresses',
    denyText({
      StringNotEquals: { 'aws:SourceVpc': vpc },
      NotIpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' },
    }),
    'fail',
    'aws:VpcSourceIp',
  ],
  ['any endpoint at all', denyText({ Null: { 'aws:SourceVpc': 'true' } }), 'fail', 'Null aws:SourceVpc'],
  ['half the internet', denyText({ NotIpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }), 'fail', 'aws:SourceIp'],
  ['a positive operator', denyText({ StringEquals: { 'aws:SourceVpce': vpce } }), 'fail', 'StringEquals'],
  [
    'ForAnyValue',
    denyText({ 'ForAnyValue:StringNotEquals': { 'aws:SourceVpce': vpce } }),
    'fail',
    'ForAnyValue:StringNotEquals',
  ],
  [
    'every role of the account is spared',
    denyText({ ...fromVpce, ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/*` } }),
    'fail',
    'spares more than a network',
  ],
  [
    'an operator that is not known here',
    denyText({ StringNotSimilar: { 'aws:SourceVpce': vpce } }),
    'unknown',
    'StringNotSimilar',
  ],
  ['no JSON', { ok: 'x' }, 'unknown', 'not JSON'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
])('%s', (_name, policy, status, words) => {
  const verdict = judge(policy)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

const registryPolicy = {
  ok: policyText(deny(fromVpce, { Resource: `arn:aws:ecr:*:${account}:repository/*` })),
}

test.each<[string, Partial<Inventory>, string]>([
  ['guards too', { registryPolicy }, 'pass'],
  ['has no say in the old scope', { registryPolicy, registryPolicyScope: { ok: 'V1' } }, 'fail'],
  ['in a scope of the future', { registryPolicy, registryPolicyScope: { ok: 'V3' } }, 'unknown'],
  ['in a scope that nobody may read', { registryPolicy, registryPolicyScope: denied }, 'unknown'],
  ['may not be read', { registryPolicy: denied }, 'unknown'],
  ['has nothing to do with it', { registryPolicyScope: denied }, 'fail'],
])('the policy of the registry %s', (_name, changes, status) => {
  expect(judge({ ok: null }, changes).status).toBe(status)
})

test('a guard that is there is enough, whatever cannot be read', () => {
  expect(judge(denied, { registryPolicy }).status).toBe('pass')
  expect(judge(denyText(fromVpce), { registryPolicy: denied }).status).toBe('pass')
})

test('it applies where it is asked for', () => {
  const verdict = policyNetworkGuard.judge(repository(), inventory(), settings())
  expect(verdict.status).toBe('not-applicable')
})
