import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, codeOf, errorOf } from '../call.fixture.ts'
import { account, makeWorld, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
const repositoryName = 'team/app'
const allow = { Effect: 'Allow', Principal: { AWS: account }, Action: 'ecr:BatchGetImage' }
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const set = (policyText: string, more: Record<string, unknown> = {}) =>
  call(fixture, 'SetRepositoryPolicy', { repositoryName, policyText, ...more })

beforeEach(async () => {
  fixture = await makeWorld()
  await call(fixture, 'CreateRepository', { repositoryName })
})
afterEach(() => fixture.dispose())

test('a repository policy is kept as it was written', async () => {
  const policyText = policy(allow)
  const answer = { registryId: account, repositoryName, policyText }
  expect(await codeOf(call(fixture, 'GetRepositoryPolicy', { repositoryName }))).toBe(
    'RepositoryPolicyNotFoundException',
  )
  expect(await set(policyText)).toEqual(answer)
  expect(await call(fixture, 'GetRepositoryPolicy', { repositoryName })).toEqual(answer)
  expect(await call(fixture, 'DeleteRepositoryPolicy', { repositoryName })).toEqual(answer)
  expect(await codeOf(call(fixture, 'DeleteRepositoryPolicy', { repositoryName }))).toBe(
    'RepositoryPolicyNotFoundException',
  )
})

test('a registry policy needs resources', async () => {
  expect(await codeOf(call(fixture, 'GetRegistryPolicy'))).toBe('RegistryPolicyNotFoundException')
  expect(await codeOf(call(fixture, 'DeleteRegistryPolicy'))).toBe('RegistryPolicyNotFoundException')
  expect(await codeOf(call(fixture, 'PutRegistryPolicy', { policyText: policy(allow) }))).toBe(
    'InvalidParameterException',
  )
  const policyText = policy({ ...allow, Action: ['ecr:ReplicateImage'], Resource: 'arn:aws:ecr:nowhere' })
  expect(await call(fixture, 'PutRegistryPolicy', { policyText })).toEqual({
    registryId: account,
    policyText,
  })
  expect(await call(fixture, 'GetRegistryPolicy')).toEqual({ registryId: account, policyText })
  expect(await call(fixture, 'DeleteRegistryPolicy')).toEqual({ registryId: account, policyText })
})

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['an empty list', policy()],
  ['another version', JSON.stringify({ Version: '2020-01-01', Statement: [allow] })],
  ['an unknown member', JSON.stringify({ Statement: [allow], Extra: 1 })],
  ['an unknown statement member', policy({ ...allow, Actions: 'ecr:*' })],
  ['no effect', policy({ ...allow, Effect: 'Maybe' })],
  ['no principal', policy({ Effect: 'Allow', Action: 'ecr:*' })],
  ['two principals', policy({ ...allow, NotPrincipal: '*' })],
  ['an empty principal', policy({ ...allow, Principal: {} })],
  ['a strange principal', policy({ ...allow, Principal: { AWS: 'bob' } })],
  ['no action', policy({ Effect: 'Allow', Principal: '*' })],
  ['two kinds of action', policy({ ...allow, NotAction: 'ecr:*' })],
  ['an action of S3', policy({ ...allow, Action: ['ecr:PutImage', 's3:GetObject'] })],
  ['every action of AWS', policy({ ...allow, Action: '*' })],
  ['a bad condition', policy({ ...allow, Condition: { StringEquals: 'x' } })],
  ['too many characters', policy({ ...allow, Sid: 'x'.repeat(10_240) })],
])('refuses a policy with %s', async (_name, text) => {
  const { code, message } = await errorOf(set(text))
  expect(code).toBe('InvalidParameterException')
  expect(message).toMatch(/Invalid repository policy provided|less than or equal to 10240/)
})

test.each([
  ['one statement that is no list', JSON.stringify({ Version: '2008-10-17', Id: 'x', Statement: allow })],
  ['everybody', policy({ ...allow, Principal: '*' }, { ...allow, Principal: { AWS: '*' } })],
  [
    'a service, a resource, a condition',
    policy({
      Sid: 'with spaces',
      Effect: 'Deny',
      Principal: { Service: 'lambda.amazonaws.com' },
      NotAction: ['ecr:Batch*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  ],
])('accepts a policy with %s', async (_name, text) => {
  expect((await set(text)).policyText).toBe(text)
})

test.each([
  [true, { Effect: 'Deny', Principal: '*', Action: 'ecr:*' }],
  [true, { Effect: 'Deny', Principal: { AWS: [`arn:aws:iam::${account}:root`] }, Action: ['ecr:Set*'] }],
  [true, { Effect: 'Deny', NotPrincipal: { AWS: '444455556666' }, NotAction: 'ecr:BatchGetImage' }],
  [false, { Effect: 'Deny', Principal: { AWS: '444455556666' }, Action: 'ecr:*' }],
  [false, { Effect: 'Deny', Principal: '*', Action: 'ecr:BatchDeleteImage' }],
  [
    false,
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'ecr:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
  [false, { Effect: 'Allow', Principal: '*', Action: 'ecr:*' }],
])('lock-out guard says %s to %j', async (guarded, statement) => {
  const text = policy(statement)
  const code = await set(text).then(
    () => 'accepted',
    (error) => error.code,
  )
  expect(code).toBe(guarded ? 'InvalidParameterException' : 'accepted')
  expect((await set(text, { force: true })).policyText).toBe(text)
})
