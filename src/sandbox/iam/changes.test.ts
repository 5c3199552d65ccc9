import * as sdk from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, startClient } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'

const push = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }] })
const trust = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }],
})
const readOnly = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly'
const member = {
  User: { UserName: 'bob' },
  Group: { GroupName: 'developers' },
  Role: { RoleName: 'ecs-execution' },
}

/** What is refused changes nothing: one sandbox is enough. */
let demo: Sandbox
let refusing: ReturnType<typeof askerOf>['ask']
beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo' })
  refusing = askerOf(clientOf(demo), 'iam', sdk).ask
})
afterAll(() => demo.close())

async function started() {
  const client = await startClient({ seed: 'demo' })
  const { ask } = askerOf(client, 'iam', sdk)
  const all = async () =>
    decodeURIComponent(await ask('GetAccountAuthorizationDetails', { MaxItems: '1000' }))
  const partOf = async (name: string) =>
    (await all()).split('<member>').find((part) => part.includes(`Name>${name}<`)) ?? ''
  return { client, ask, all, partOf }
}

test.each(['User', 'Group', 'Role'] as const)(
  '%s: policies are put, attached, detached and deleted',
  async (kind) => {
    const { ask, all } = await started()
    const holder = member[kind]
    const uses = async (text: string) => (await all()).split(text).length - 1
    const before = [await uses(push), await uses(readOnly)]
    await ask(`Put${kind}Policy`, { ...holder, PolicyName: 'own', PolicyDocument: push })
    await ask(`Put${kind}Policy`, { ...holder, PolicyName: 'own', PolicyDocument: push })
    await ask(`Attach${kind}Policy`, { ...holder, PolicyArn: readOnly })
    expect([await uses(push), await uses(readOnly)]).toEqual([(before[0] ?? 0) + 1, (before[1] ?? 0) + 1])
    await ask(`Delete${kind}Policy`, { ...holder, PolicyName: 'own' })
    await ask(`Detach${kind}Policy`, { ...holder, PolicyArn: readOnly })
    expect([await uses(push), await uses(readOnly)]).toEqual(before)
    const gone = '404 NoSuchEntity'
    expect(await ask(`Delete${kind}Policy`, { ...holder, PolicyName: 'own' })).toBe(gone)
    expect(await ask(`Detach${kind}Policy`, { ...holder, PolicyArn: readOnly })).toBe(gone)
  },
)

test('a trust policy is replaced', async () => {
  const { ask } = await started()
  await ask('UpdateAssumeRolePolicy', { RoleName: 'etl', PolicyDocument: trust })
  expect(decodeURIComponent(await ask('GetRole', { RoleName: 'etl' }))).toContain(trust)
})

test('a key that is switched off signs nothing until it is switched on', async () => {
  const { client, ask } = await started()
  const [own] = client.signers
  const key = { UserName: 'demo-admin', AccessKeyId: own?.accessKeyId ?? '' }
  await ask('UpdateAccessKey', {
    UserName: 'ci-publisher',
    AccessKeyId: 'AKIAHOLDFASTDEMO0011',
    Status: 'Inactive',
  })
  expect(await ask('ListAccessKeys', { UserName: 'ci-publisher' })).not.toContain('<Status>Active')
  expect(await ask('UpdateAccessKey', { ...key, Status: 'Inactive' })).toContain('<')
  expect(await ask('ListUsers')).toBe('403 InvalidClientTokenId')
})

const bob = { UserName: 'bob', PolicyName: 'own' }
test.each<[string, Record<string, string>, string]>([
  ['PutUserPolicy', { ...bob, UserName: 'nobody', PolicyDocument: push }, '404 NoSuchEntity'],
  ['PutUserPolicy', { ...bob, PolicyName: 'a b', PolicyDocument: push }, '400 ValidationError'],
  ['PutUserPolicy', { ...bob, PolicyDocument: 'x' }, '400 MalformedPolicyDocument'],
  ['PutUserPolicy', { ...bob, PolicyDocument: trust }, '400 MalformedPolicyDocument'],
  [
    'PutUserPolicy',
    { ...bob, PolicyDocument: push.replace('PutImage', 'x'.repeat(2100)) },
    '409 LimitExceeded',
  ],
  ['PutGroupPolicy', { GroupName: 'none', PolicyName: 'a', PolicyDocument: push }, '404 NoSuchEntity'],
  ['AttachUserPolicy', { UserName: 'bob', PolicyArn: 'arn:aws:iam::aws:policy/None' }, '404 NoSuchEntity'],
  ['UpdateAssumeRolePolicy', { RoleName: 'etl', PolicyDocument: push }, '400 MalformedPolicyDocument'],
  ['UpdateAccessKey', { AccessKeyId: 'AKIANOBODY', Status: 'Inactive' }, '404 NoSuchEntity'],
  ['UpdateAccessKey', { AccessKeyId: 'AKIAHOLDFASTDEMO0011', Status: 'Off' }, '400 ValidationError'],
])('%s %j: %s', async (operation, input, expected) => {
  expect(await refusing(operation, input)).toBe(expected)
})
