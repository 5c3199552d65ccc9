import { expect, test } from 'vitest'
import { account, allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { repositoryPolicyPublic } from './control.ts'

const judge = (policy: Parameters<typeof repository>[0] & object) =>
  repositoryPolicyPublic.judge(repository(policy), inventory(), settings())
const withCondition = (condition: object, principal: unknown = '*') =>
  judge({ policy: allow(principal, 'ecr:BatchGetImage', condition) })
const organization = 'o-abcdefghij'
const partner = 'arn:aws:iam::444455556666:root'

test.each([['*'], [{ AWS: '*' }], [{ AWS: [partner, '*'] }], [{ AWS: 'arn:aws:iam::*:root' }]])(
  '%j is any AWS account',
  (principal) => {
    const verdict = judge({ policy: allow(principal) })
    expect(verdict.status).toBe('fail')
    expect(verdict.reason).toBe('Any AWS account may pull (statement Test).')
  },
)

test('NotPrincipal in an Allow is everybody but a few', () => {
  const text = policyText({ Effect: 'Allow', NotPrincipal: { AWS: partner }, Action: 'ecr:*' })
  const verdict = judge({ policy: { ok: text } })
  expect(verdict.status).toBe('fail')
  expect(verdict.reason).toContain('change the policy, delete or archive images, push')
})

test.each([
  [{ AWS: partner }],
  [{ AWS: account }],
  [{ AWS: '444455556666' }],
  [{ AWS: 'AROAABCDEFGHIJKLMNOPQ' }],
  [{ Service: 'lambda.amazonaws.com' }],
])('%j is not everybody', (principal) => {
  expect(judge({ policy: allow(principal) }).status).toBe('pass')
})

test.each([
  { StringEquals: { 'aws:PrincipalOrgID': organization } },
  { StringEquals: { 'AWS:principalorgid': [organization, 'o-zyxwvutsrq'] } },
  { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': [`${organization}/*`] } },
  { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/*' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/ci-?' } },
  { StringEquals: { 'aws:PrincipalAccount': ['444455556666'] } },
  { StringEquals: { 'aws:PrincipalOrgID': '\u0024{aws:ResourceOrgID}' } },
  { StringEquals: { 'aws:PrincipalAccount': '\u0024{aws:ResourceAccount}' } },
  { StringLike: { 'aws:userid': 'AROAABCDEFGHIJKLMNOPQ:*' } },
  { StringEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } },
  { StringEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } },
  { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } },
  { StringEquals: { 'aws:SourceAccount': account } },
  { ArnLike: { 'aws:SourceArn': `arn:aws:codebuild:eu-west-1:${account}:project/*` } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::my-bucket*' } },
  { ArnLike: { 'aws:SourceVpcArn': 'arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0123456789abcdef0' } },
  // Every request has this key, so IfExists changes nothing.
  { ArnLikeIfExists: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/*' } },
  // Null takes the hole out of the set operator.
  {
    'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': organization },
    Null: { 'aws:PrincipalOrgID': 'false' },
  },
  // An unusual operator: as a number or not at all, no other account equals it.
  { NumericEquals: { 'aws:PrincipalAccount': '444455556666' } },
  // One real restriction is enough, since all conditions must hold.
  { StringEquals: { 'aws:PrincipalOrgID': organization }, Bool: { 'aws:SecureTransport': 'true' } },
])('%j truly restricts', (condition) => {
  const verdict = withCondition(condition)
  expect(verdict).toMatchObject({ status: 'pass', reason: expect.stringContaining('limited by') })
})

test.each([
  [{ StringEqualsIfExists: { 'aws:PrincipalOrgID': organization } }, 'also holds when the key is absent'],
  [
    { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': organization } },
    'also holds when the key is absent',
  ],
  [{ StringNotEquals: { 'aws:PrincipalOrgID': organization } }, 'lets in all others'],
  [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'lets in all others'],
  [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:*' } }, 'lets in all others'],
  [{ StringLike: { 'aws:PrincipalOrgID': '*' } }, `accepts "*"`],
  [{ StringLike: { 'aws:PrincipalOrgID': [organization, 'o-*'] } }, `accepts "o-*"`],
  [{ StringLike: { 'aws:PrincipalOrgPaths': '*/r-ab12/*' } }, 'accepts'],
  [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } }, 'accepts'],
  [{ ArnEquals: { 'aws:PrincipalArn': '*' } }, 'accepts'],
  [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'accepts'],
  [{ IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } }, 'accepts "0.0.0.0/1"'],
  [{ IpAddress: { 'aws:SourceIp': '::/0' } }, 'accepts "::/0"'],
  [{ StringEquals: { 'aws:PrincipalAccount': '\u0024{aws:PrincipalAccount}' } }, 'accepts'],
  [{ Null: { 'aws:PrincipalOrgID': 'false' } }, 'only asks whether the key is there'],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'does not say who calls'],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, 'does not say who calls'],
  [{ StringEquals: { 'aws:PrincipalTag/team': 'shop' } }, 'does not say who calls'],
  [{ IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } }, 'does not say who calls'],
])('%j only looks restrictive', (condition, words) => {
  const verdict = withCondition(condition)
  expect(verdict.reason).toContain(`no restriction: ${Object.keys(condition)[0]}`)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe('fail')
})

test.each([
  [
    { StringEquals: { 'aws:PrincipalPlanet': 'earth' } },
    'the condition key aws:PrincipalPlanet is not known here',
  ],
  [{ StringSounds: { 'aws:PrincipalOrgID': organization } }, 'the operator StringSounds is not known here'],
])('%j is not known here', (condition, words) => {
  const verdict = withCondition(condition)
  expect(verdict).toEqual({ status: 'unknown', reason: `Not judged: ${words} (statement Test).` })
})

test('what is known decides, whatever stands beside it', () => {
  const strange = { StringEquals: { 'aws:PrincipalPlanet': 'earth', 'aws:PrincipalOrgID': organization } }
  expect(withCondition(strange).status).toBe('pass')
  expect(withCondition(strange, { AWS: partner }).status).toBe('pass')
})

const pullForAll = { Sid: 'All', Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage'] }
const denyStrangers = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'ecr:*',
  Condition: { StringNotEquals: { 'aws:PrincipalOrgID': organization } },
}

test.each([
  ['all but the organization', denyStrangers, 'pass'],
  [
    'a set operator',
    {
      ...denyStrangers,
      Condition: { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `${organization}/*` } },
    },
    'pass',
  ],
  [
    'services are spared',
    {
      ...denyStrangers,
      Condition: {
        StringNotEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    },
    'pass',
  ],
  ['everybody', { Effect: 'Deny', Principal: '*', Action: '*' }, 'pass'],
  ['NotPrincipal', { Effect: 'Deny', NotPrincipal: { AWS: partner }, Action: 'ecr:*' }, 'pass'],
  ['only pushes', { ...denyStrangers, Action: 'ecr:PutImage' }, 'fail'],
  ['only one account', { ...denyStrangers, Principal: { AWS: partner } }, 'fail'],
  [
    'absent key is not denied',
    {
      ...denyStrangers,
      Condition: { 'ForAnyValue:StringNotEquals': { 'aws:PrincipalOrgID': organization } },
    },
    'fail',
  ],
  [
    'anything else beside it',
    {
      ...denyStrangers,
      Condition: { ...denyStrangers.Condition, Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    },
    'fail',
  ],
  [
    'a positive operator',
    { ...denyStrangers, Condition: { StringEquals: { 'aws:PrincipalOrgID': organization } } },
    'fail',
  ],
  [
    'other resources',
    { ...denyStrangers, Resource: 'arn:aws:ecr:eu-west-1:111122223333:repository/other' },
    'fail',
  ],
])('a Deny for %s', (_name, deny, status) => {
  expect(judge({ policy: { ok: policyText(pullForAll, deny) } }).status).toBe(status)
})

test('what is no action of ECR gives nothing', () => {
  expect(judge({ policy: allow('*', 's3:GetObject') }).status).toBe('pass')
  expect(judge({ policy: allow('*', 'ecr:BrandNewAction') }).status).toBe('fail')
  expect(judge({ policy: allow('*', 'ECR:batchget?mage') }).status).toBe('fail')
})

test.each([
  ['not json'],
  ['[]'],
  ['null'],
  [policyText({ Effect: 'Perhaps', Principal: '*', Action: '*' })],
  [policyText({ Effect: 'Allow', Action: '*' })],
])('a policy that cannot be read is never a pass: %s', (text) => {
  expect(judge({ policy: { ok: text } }).status).toBe('unknown')
})

test('no policy passes, no answer does not', () => {
  expect(judge({ policy: { ok: null } }).status).toBe('pass')
  expect(judge({ policy: denied }).status).toBe('unknown')
})
