import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { BlobStore } from '../blobs.ts'
import { failure, outcome, startClient } from '../client.fixture.ts'
import type { Caller } from '../http.ts'
import { trusts } from './trust-policy.ts'

const RoleArn = 'arn:aws:iam::444455556666:role/holdfast-reader'

test('every key knows who it is', async () => {
  const { sts, signers } = await startClient()
  expect(await sts().send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/demo-admin',
    UserId: expect.stringMatching(/^AIDA/),
  })
  const partner = await sts({ signer: signers[1] }).send(new GetCallerIdentityCommand({}))
  expect(partner.Account).toBe('444455556666')
})

test('an assumed role is a session with its own name and end', async () => {
  const { sts } = await startClient()
  const input = { RoleArn, RoleSessionName: 'nightly', DurationSeconds: 900 }
  const { Credentials, AssumedRoleUser } = await sts().send(new AssumeRoleCommand(input))
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::444455556666:assumed-role/holdfast-reader/nightly')
  const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now()
  expect(left).toBeGreaterThan(890_000)
  const signer = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  const identity = await sts({ signer }).send(new GetCallerIdentityCommand({}))
  expect(identity).toMatchObject({
    Account: '444455556666',
    Arn: AssumedRoleUser?.Arn,
    UserId: AssumedRoleUser?.AssumedRoleId,
  })
})

test('only who is trusted may assume, and only what there is', async () => {
  const { sts, signers } = await startClient()
  const assume = (signer: number, more: object = {}) =>
    failure(
      sts({ signer: signers[signer as 0] }).send(
        new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test', ...more }),
      ),
    )
  expect(await assume(0)).toBe('success')
  expect(await assume(1)).toBe('403 AccessDenied')
  expect(await assume(0, { RoleArn: `${RoleArn}-2` })).toBe('403 AccessDenied')
  expect(await assume(0, { RoleArn: 'not an arn at all' })).toBe('400 ValidationError')
  expect(await assume(0, { RoleSessionName: 'a b' })).toBe('400 ValidationError')
  expect(await assume(0, { DurationSeconds: 899 })).toBe('400 ValidationError')
  expect(await assume(0, { DurationSeconds: 3601 })).toBe('400 ValidationError')
  expect(await assume(0, { Policy: '{}' })).toBe('501 NotImplementedInSandbox')
})

test('what is not there says so', async () => {
  const { sts, send } = await startClient()
  expect(await failure(sts().send(new GetSessionTokenCommand({})))).toBe('501 NotImplementedInSandbox')
  const form = (service: string, body: string) =>
    send({
      method: 'POST',
      path: '/',
      body,
      service,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  expect(await outcome(await form('sts', 'Action=MakeCoffee'))).toBe('400 InvalidAction')
  const other = await form('rds', 'Action=DescribeDBClusters')
  expect([other.status, await other.text()]).toEqual([501, expect.stringContaining('DescribeDBClusters')])
})

const caller: Caller = {
  account: '111122223333',
  region: 'eu-west-1',
  arn: 'arn:aws:sts::111122223333:assumed-role/backup/nightly',
  userId: 'AROA:nightly',
  accessKeyId: 'ASIA',
}
const allow = { Effect: 'Allow', Action: 'sts:AssumeRole' }
const external = { StringEquals: { 'sts:ExternalId': 'secret' } }
test.each<[boolean, string, object[], string?]>([
  [true, 'the account', [{ ...allow, Principal: { AWS: '111122223333' } }]],
  [true, 'its root', [{ ...allow, Principal: { AWS: ['arn:aws:iam::111122223333:root'] } }]],
  [
    true,
    'the role of the session',
    [{ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/backup' } }],
  ],
  [true, 'the session', [{ ...allow, Principal: { AWS: caller.arn } }]],
  [true, 'everybody', [{ ...allow, Principal: '*' }]],
  [false, 'another role', [{ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } }]],
  [false, 'a service', [{ ...allow, Principal: { Service: 'lambda.amazonaws.com' } }]],
  [false, 'another action', [{ ...allow, Action: 'sts:TagSession', Principal: '*' }]],
  [
    false,
    'a Deny beside',
    [
      { ...allow, Principal: '*' },
      { ...allow, Effect: 'Deny', Principal: '*' },
    ],
  ],
  [true, 'the external id', [{ ...allow, Principal: '*', Condition: external }], 'secret'],
  [false, 'another external id', [{ ...allow, Principal: '*', Condition: external }], 'other'],
  [false, 'no external id', [{ ...allow, Principal: '*', Condition: external }]],
  [
    false,
    'an unknown condition',
    [{ ...allow, Principal: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
  ],
])('%s: trust in %s', (expected, _, Statement, externalId) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement })
  const role = { name: 'deploy', arn: 'arn:aws:iam::444455556666:role/deploy', id: 'AROA', trustPolicy }
  const account = { id: '444455556666', keys: {}, roles: { deploy: role }, kmsKeys: {}, regions: [] }
  const state = { accounts: { [account.id]: account }, registries: {}, buckets: {} }
  const world = { state, blobs: new BlobStore(''), now: Date.now, endpoints: { aws: '', registry: '' } }
  const asked = { roleArn: role.arn, ...(externalId !== undefined && { externalId }) }
  expect(trusts(world, caller, asked)).toBe(expected)
})
