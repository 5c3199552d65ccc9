import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr'
import * as iam from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { type RestrictedCredentials, restrictedRole } from '../../../test/support/restricted.ts'
import { failure } from '../client.fixture.ts'
import { type Door, guarded } from './door.fixture.ts'

const denied = '400 AccessDeniedException'
const account = '111122223333'
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })
const readOnly = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly'

function iamOf({ awsEndpoint: endpoint, signers }: Door, credentials: object = signers[0]) {
  const config = { endpoint, region: 'eu-west-1', maxAttempts: 1 }
  return new iam.IAMClient({ ...config, credentials: credentials as RestrictedCredentials })
}

/** What a signer is answered by ECR. */
const listed = (door: Door, signer: RestrictedCredentials) =>
  failure(door.ecr({ signer }).send(new DescribeRepositoriesCommand({})))

async function user(door: Door, UserName = 'nora') {
  const client = iamOf(door)
  await client.send(new iam.CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'shop' }] }))
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { client, UserName, signer: { accessKeyId, secretAccessKey } }
}

test('a user has the managed policies that are attached and no longer', async () => {
  const door = await guarded()
  const { client, UserName, signer } = await user(door)
  expect(await listed(door, signer)).toBe(denied)
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: readOnly }))
  expect(await listed(door, signer)).toBe('success')
  await client.send(new iam.DetachUserPolicyCommand({ UserName, PolicyArn: readOnly }))
  expect(await listed(door, signer)).toBe(denied)
})

test('the members of a group have its policies', async () => {
  const door = await guarded({ seed: 'demo' })
  const client = iamOf(door)
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'alice' }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  const signer = { accessKeyId, secretAccessKey }
  expect(await listed(door, signer)).toBe('success')
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser'
  await client.send(new iam.DetachGroupPolicyCommand({ GroupName: 'developers', PolicyArn }))
  expect(await listed(door, signer)).toBe(denied)
})

test('a boundary allows nothing and limits everything', async () => {
  const door = await guarded()
  const { client, UserName, signer } = await user(door)
  const PermissionsBoundary = readOnly
  await client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }))
  expect(await listed(door, signer)).toBe(denied)
  const all = { UserName, PolicyName: 'all', PolicyDocument: document(allow('*')) }
  await client.send(new iam.PutUserPolicyCommand(all))
  expect(await listed(door, signer)).toBe('success')
  const me = iamOf(door, signer)
  await expect(me.send(new iam.ListUsersCommand({}))).rejects.toThrow(
    'because no permissions boundary allows the iam:ListUsers action',
  )
  await client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName }))
  expect(await failure(me.send(new iam.ListUsersCommand({})))).toBe('success')
})

test('keys of a user: two at most, and gone with the next request', async () => {
  const door = await guarded()
  const { client, UserName, signer } = await user(door)
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: readOnly }))
  expect(await failure(client.send(new iam.CreateAccessKeyCommand({ UserName })))).toBe('success')
  expect(await failure(client.send(new iam.CreateAccessKeyCommand({ UserName })))).toBe(
    '409 LimitExceededException',
  )
  expect(await failure(client.send(new iam.DeleteUserCommand({ UserName })))).toBe(
    '409 DeleteConflictException',
  )
  await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: signer.accessKeyId }))
  expect(await listed(door, signer)).toBe('400 UnrecognizedClientException')
  expect(await failure(client.send(new iam.CreateUserCommand({ UserName: 'NORA' })))).toBe(
    '409 EntityAlreadyExistsException',
  )
})

test('users and roles come and go, and their documents are read back', async () => {
  const door = await guarded({ enforceIam: false })
  const client = iamOf(door)
  await client.send(new iam.CreateUserCommand({ UserName: 'otto', Path: '/team/' }))
  const { User } = await client.send(new iam.GetUserCommand({ UserName: 'otto' }))
  expect(User?.Arn).toBe(`arn:aws:iam::${account}:user/team/otto`)
  await client.send(new iam.DeleteUserCommand({ UserName: 'otto' }))
  expect(await failure(client.send(new iam.GetUserCommand({ UserName: 'otto' })))).toBe(
    '404 NoSuchEntityException',
  )
  const AssumeRolePolicyDocument = document({
    ...allow('sts:AssumeRole'),
    Resource: undefined,
    Principal: { AWS: account },
  })
  const made = { RoleName: 'ship', AssumeRolePolicyDocument, Description: 'Ships', MaxSessionDuration: 7200 }
  await client.send(new iam.CreateRoleCommand(made))
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'ship' }))
  expect(Role).toMatchObject({ Description: 'Ships', MaxSessionDuration: 7200 })
  const refused = new iam.CreateRoleCommand({ ...made, RoleName: 'other', MaxSessionDuration: 60 })
  expect(await failure(client.send(refused))).toBe('400 ValidationError')
  await client.send(new iam.DeleteRoleCommand({ RoleName: 'ship' }))
  expect(await failure(client.send(new iam.GetRoleCommand({ RoleName: 'ship' })))).toBe(
    '404 NoSuchEntityException',
  )
})

async function assumed(door: Door, RoleArn: string, more: object = {}, signer = door.signers[0]) {
  const { Credentials } = await door
    .sts({ signer })
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'one', ...more }))
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = Credentials ?? {}
  return { accessKeyId, secretAccessKey, sessionToken }
}

test('a session has what its role has, and no more than its own policy', async () => {
  const door = await guarded()
  const RoleArn = await restrictedRole(door, ['ecr:*'])
  expect(await listed(door, await assumed(door, RoleArn))).toBe('success')
  const Policy = document(allow('ecr:ListImages'))
  const limited = await assumed(door, RoleArn, { Policy })
  await expect(door.ecr({ signer: limited }).send(new DescribeRepositoriesCommand({}))).rejects.toThrow(
    'because no session policy allows the ecr:DescribeRepositories action',
  )
})

test('sessions have no second factor, and keys of users do not say', async () => {
  const door = await guarded()
  const asks = (operator: string, wanted: string) => ({
    Statement: [allow('ecr:*', { Condition: { [operator]: { 'aws:MultiFactorAuthPresent': wanted } } })],
  })
  const all = new DescribeRepositoriesCommand({})
  expect(await door.asked(asks('Bool', 'false'), ECRClient, all)).toBe(denied)
  expect(await door.asked(asks('BoolIfExists', 'true'), ECRClient, all)).toBe('success')
  const session = async (permissions: { Statement: object[] }) =>
    listed(door, await assumed(door, await restrictedRole(door, permissions)))
  expect(await session(asks('Bool', 'false'))).toBe('success')
  expect(await session(asks('BoolIfExists', 'true'))).toBe(denied)
})

test('a role is assumed by whom it trusts, and by whom the account lets', async () => {
  const door = await guarded()
  const RoleArn = await restrictedRole(door, ['ecr:*'])
  const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'one' })
  // It trusts the account: who may then is for the account's policies to say.
  expect(await door.asked(['ecr:*'], STSClient, assume)).toBe('403 AccessDenied')
  expect(await door.asked(['sts:AssumeRole'], STSClient, assume)).toBe('success')
  // Another account has to trust, and the caller's own has to let it.
  const reader = new AssumeRoleCommand({
    RoleArn: 'arn:aws:iam::444455556666:role/holdfast-reader',
    RoleSessionName: 'one',
  })
  expect(await door.asked(['ecr:*'], STSClient, reader)).toBe('403 AccessDenied')
  expect(await door.asked(['sts:AssumeRole'], STSClient, reader)).toBe('success')
  expect(await failure(door.sts({ signer: door.signers[1] }).send(assume))).toBe('403 AccessDenied')
  expect(await door.asked(['none:Nothing'], STSClient, new GetCallerIdentityCommand({}))).toBe('success')
})

test.each<[string, object, string]>([
  ['the name', { StringEquals: { 'aws:username': '$' + '{aws:username}' } }, 'success'],
  ['another Region', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, denied],
  ['this machine', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, 'success'],
  ['an address elsewhere', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, denied],
  ['no endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, denied],
  ['an account', { StringEquals: { 'aws:PrincipalAccount': account } }, 'success'],
  ['the time', { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, denied],
  ['what nobody knows', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, denied],
])('a condition on %s', async (_, Condition, expected) => {
  const door = await guarded()
  const policy = { Statement: [allow('ecr:*', { Condition })] }
  expect(await door.asked(policy, ECRClient, new DescribeRepositoriesCommand({}))).toBe(expected)
})
