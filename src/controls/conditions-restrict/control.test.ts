import { expect, test } from 'vitest'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { conditionsRestrict } from './control.ts'

const judge = (policy: RepositoryInventory['policy']) =>
  conditionsRestrict.judge(repository({ policy }), inventory(), settings())
const organization = 'o-abcdefghij'
const partner = { AWS: 'arn:aws:iam::444455556666:root' }
const mfa = { 'aws:MultiFactorAuthPresent': 'true' }

test.each<[string, unknown, object, string, string]>([
  [
    'an organization',
    '*',
    { StringEquals: { 'aws:PrincipalOrgID': organization } },
    'pass',
    'Every condition',
  ],
  [
    'all of no values',
    '*',
    { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*` } },
    'fail',
    'also holds when the key is absent',
  ],
  [
    'the same for a partner',
    partner,
    { 'ForAllValues:StringLike': { 'aws:TagKeys': 'a' } },
    'fail',
    'absent',
  ],
  [
    'with Null beside it',
    '*',
    {
      'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*` },
      Null: { 'aws:PrincipalOrgPaths': 'false' },
    },
    'pass',
    'Every condition',
  ],
  ['if it exists', '*', { StringEqualsIfExists: { 'aws:PrincipalOrgID': organization } }, 'fail', 'absent'],
  ['MFA if it exists', partner, { BoolIfExists: mfa }, 'fail', 'absent'],
  ['MFA for a partner', partner, { Bool: mfa }, 'pass', 'Every condition'],
  ['MFA for everybody', '*', { Bool: mfa }, 'fail', 'does not say who calls'],
  [
    'a key that is always there',
    '*',
    { ArnLikeIfExists: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/*' } },
    'pass',
    'Every condition',
  ],
  ['anything', partner, { StringLike: { 'aws:PrincipalTag/team': '*' } }, 'fail', 'accepts "*"'],
  ['the whole internet', partner, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'fail', '0.0.0.0/0'],
  ['a list of exceptions', partner, { NotIpAddress: { 'aws:SourceIp': '192.0.2.1' } }, 'fail', 'all others'],
  ['a tag', partner, { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }, 'pass', 'Every condition'],
  [
    'a real one beside it',
    '*',
    { StringEquals: { 'aws:PrincipalOrgID': organization }, Bool: { 'aws:SecureTransport': 'true' } },
    'pass',
    'Every condition',
  ],
  [
    'a key of the future',
    '*',
    { StringEquals: { 'aws:PrincipalPlanet': 'earth' } },
    'unknown',
    'PrincipalPlanet',
  ],
  [
    'an operator of the future',
    partner,
    { StringSounds: { 'aws:PrincipalOrgID': 'x' } },
    'unknown',
    'Sounds',
  ],
])('%s', (_name, principal, condition, status, words) => {
  const verdict = judge(allow(principal, 'ecr:BatchGetImage', condition))
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test.each<[object, string]>([
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 'fail'],
  [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, 'pass'],
  [{ 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgPaths': `${organization}/*` } }, 'fail'],
  [{ StringNotEquals: { 'aws:PrincipalOrgID': organization } }, 'pass'],
])('a Deny with %j: %s', (condition, status) => {
  const text = policyText({ Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition: condition })
  expect(judge({ ok: text }).status).toBe(status)
})

test('a condition is named once, and those beside it after the statement', () => {
  const paths = { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': `${organization}/*` } }
  expect(judge(allow('*', 'ecr:BatchGetImage', paths)).reason).toBe(
    'Only seems to restrict: ForAllValues:StringLike aws:PrincipalOrgPaths also holds when the key is absent (statement Test).',
  )
  const beside = { ...paths, Bool: { 'aws:SecureTransport': 'true' } }
  expect(judge(allow('*', 'ecr:BatchGetImage', beside)).reason).toContain(
    '(statement Test, beside Bool aws:SecureTransport)',
  )
})

test('without conditions, without a policy, without an answer', () => {
  expect(judge(allow(partner)).status).toBe('pass')
  expect(judge({ ok: null }).status).toBe('not-applicable')
  expect(judge(denied).status).toBe('unknown')
})

test('one that is certain is a fail, whatever else is not known', () => {
  const open = { Effect: 'Allow', Principal: '*', Action: 'ecr:*', Condition: { Bool: mfa } }
  const strange = { ...open, Condition: { StringSounds: { 'aws:PrincipalOrgID': 'x' } } }
  expect(judge({ ok: policyText(strange, open) }).status).toBe('fail')
})
