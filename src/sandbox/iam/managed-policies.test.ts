import * as sdk from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { startClient } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'

const document = (Action: string) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const [pull, push] = [document('ecr:BatchGetImage'), document('ecr:PutImage')]
const PolicyArn = 'arn:aws:iam::111122223333:policy/team/pullers'
const make = { PolicyName: 'pullers', Path: '/team/', PolicyDocument: pull, Description: 'May pull' }

async function started() {
  const client = await startClient({ seed: 'demo' })
  const { ask } = askerOf(client, 'iam', sdk)
  const all = () => ask('GetAccountAuthorizationDetails', { MaxItems: '1000' })
  const withoutId = (text: string) => text.replace(/<RequestId>[^<]+<\/RequestId>/, '')
  return { ask, all: async () => withoutId(await all()) }
}

test('a policy is made, attached, replaced by a version to return from, and deleted', async () => {
  const { ask, all } = await started()
  const before = await all()
  expect(await ask('CreatePolicy', make)).toContain(`<Arn>${PolicyArn}</Arn>`)
  await ask('AttachUserPolicy', { UserName: 'bob', PolicyArn })
  await ask('CreatePolicyVersion', { PolicyArn, PolicyDocument: push, SetAsDefault: 'true' })
  expect(await ask('GetPolicy', { PolicyArn })).toContain('<DefaultVersionId>v2<')
  const conflict = '409 DeleteConflict'
  expect(await ask('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })).toBe(conflict)
  await ask('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' })
  expect(await ask('DeletePolicy', { PolicyArn })).toBe(conflict)
  await ask('DetachUserPolicy', { UserName: 'bob', PolicyArn })
  expect(await ask('DeletePolicy', { PolicyArn })).toBe(conflict)
  await ask('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })
  await ask('DeletePolicy', { PolicyArn })
  expect(await all()).toBe(before)
  expect(await ask('GetPolicy', { PolicyArn })).toBe('404 NoSuchEntity')
})

test('five versions, and no number twice', async () => {
  const { ask } = await started()
  await ask('CreatePolicy', make)
  const version = () => ask('CreatePolicyVersion', { PolicyArn, PolicyDocument: push })
  for (let at = 2; at <= 5; at++) expect(await version()).toContain(`<VersionId>v${at}<`)
  expect(await version()).toBe('409 LimitExceeded')
  await ask('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' })
  expect(await version()).toContain('<VersionId>v6<')
  const first = await ask('ListPolicyVersions', { PolicyArn, MaxItems: '2' })
  const ids = (text: string) => [...text.matchAll(/<VersionId>([^<]+)/g)].map((match) => match[1])
  expect(ids(first)).toEqual(['v6', 'v4'])
  const Marker = /<Marker>([^<]+)/.exec(first)?.[1] ?? ''
  expect(ids(await ask('ListPolicyVersions', { PolicyArn, Marker }))).toEqual(['v3', 'v2', 'v1'])
})

const aws = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly'
test.each<[string, Record<string, string>, string]>([
  ['CreatePolicy', { ...make, PolicyName: 'a b' }, '400 ValidationError'],
  ['CreatePolicy', { ...make, Path: 'team' }, '400 ValidationError'],
  ['CreatePolicy', { ...make, PolicyDocument: '{}' }, '400 MalformedPolicyDocument'],
  ['CreatePolicy', { ...make, PolicyDocument: document('x'.repeat(6200)) }, '409 LimitExceeded'],
  ['CreatePolicy', { ...make, 'Tags.member.1.Key': 'a' }, '501 NotImplementedInSandbox'],
  ['CreatePolicyVersion', { PolicyArn: aws, PolicyDocument: push }, '403 AccessDenied'],
  ['CreatePolicyVersion', { PolicyArn, PolicyDocument: push }, '404 NoSuchEntity'],
  ['DeletePolicy', { PolicyArn: aws }, '403 AccessDenied'],
  ['SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' }, '404 NoSuchEntity'],
])('%s %j: %s', async (operation, input, expected) => {
  const { ask } = await started()
  expect(await ask(operation, input)).toBe(expected)
})

test('a policy of that name is refused a second time', async () => {
  const { ask } = await started()
  await ask('CreatePolicy', make)
  expect(await ask('CreatePolicy', { ...make, Path: '/' })).toBe('409 EntityAlreadyExists')
  expect(await ask('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v9' })).toBe('404 NoSuchEntity')
  expect(await ask('SetDefaultPolicyVersion', { PolicyArn, VersionId: '9' })).toBe('400 ValidationError')
})
