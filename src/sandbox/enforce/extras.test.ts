import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as ecr from '@aws-sdk/client-ecr'
import { ECRClient } from '@aws-sdk/client-ecr'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { restrictedUser } from '../../../test/support/restricted.ts'
import { failure } from '../client.fixture.ts'
import { type Door, guarded } from './door.fixture.ts'

const account = '111122223333'
const key = `arn:aws:kms:eu-west-1:${account}:key/5f0c2a34-9d1e-4b67-8a52-000000000001`
const role = `arn:aws:iam::${account}:role/registry-templates`
const name = 'new/app'
const create = (more: object = {}) => new ecr.CreateRepositoryCommand({ repositoryName: name, ...more })
const encryptionConfiguration = { encryptionType: 'KMS' as const, kmsKey: key }
const destinations = [{ region: 'us-east-1', registryId: account }]
const replicate = new ecr.PutReplicationConfigurationCommand({
  replicationConfiguration: { rules: [{ destinations }] },
})
const template = (more: object = {}) =>
  new ecr.CreateRepositoryCreationTemplateCommand({ prefix: 'new', appliedFor: ['REPLICATION'], ...more })

/** One fewer each time is denied, and names what is missing; all together succeed. */
async function exactly(door: Door, needed: string[], client: Parameters<Door['as']>[1], command: object) {
  for (const gone of needed) {
    const denied = await door.as(
      needed.filter((each) => each !== gone),
      client,
    )
    await expect(denied.send(command)).rejects.toThrow(`is not authorized to perform: ${gone} on resource: `)
  }
  expect(await door.asked(needed, client, command)).toBe('success')
}

test.each<[string, string[], object]>([
  ['a repository', ['ecr:CreateRepository'], create()],
  ['with tags', ['ecr:CreateRepository', 'ecr:TagResource'], create({ tags: [{ Key: 'a', Value: 'b' }] })],
  [
    'with a key',
    ['ecr:CreateRepository', 'kms:DescribeKey', 'kms:CreateGrant'],
    create({ encryptionConfiguration }),
  ],
  [
    'with the key of AWS',
    ['ecr:CreateRepository'],
    create({ encryptionConfiguration: { encryptionType: 'KMS' } }),
  ],
  ['the first replication', ['ecr:PutReplicationConfiguration', 'iam:CreateServiceLinkedRole'], replicate],
  [
    'the first cache rule',
    ['ecr:CreatePullThroughCacheRule', 'iam:CreateServiceLinkedRole'],
    new ecr.CreatePullThroughCacheRuleCommand({
      ecrRepositoryPrefix: 'quay',
      upstreamRegistryUrl: 'quay.io',
    }),
  ],
  [
    'the first template',
    ['ecr:CreateRepositoryCreationTemplate', 'ecr:CreateRepository', 'iam:CreateServiceLinkedRole'],
    template(),
  ],
  [
    'a template with a role of its own',
    ['ecr:CreateRepositoryCreationTemplate', 'ecr:CreateRepository', 'iam:PassRole'],
    template({ customRoleArn: role }),
  ],
  [
    'enhanced scanning',
    ['ecr:PutRegistryScanningConfiguration', 'inspector2:Enable'],
    new ecr.PutRegistryScanningConfigurationCommand({ scanType: 'ENHANCED', rules: [] }),
  ],
])('%s needs %j', async (_, needed, command) => {
  await exactly(await guarded(), needed, ECRClient, command)
})

test('a second replication needs no role any more', async () => {
  const door = await guarded()
  await door.ecr().send(replicate)
  await exactly(door, ['ecr:PutReplicationConfiguration'], ECRClient, replicate)
})

test('what KMS refuses in the name of the caller is told as an error of KMS', async () => {
  const door = await guarded()
  const command = create({ encryptionConfiguration })
  expect(await door.asked(['ecr:CreateRepository'], ECRClient, command)).toBe('400 KmsException')
})

test('who hands a role to a service needs PassRole', async () => {
  const door = await guarded({ seed: 'demo' })
  const trail = new cloudtrail.UpdateTrailCommand({
    Name: 'shop-trail',
    CloudWatchLogsLogGroupArn: `arn:aws:logs:eu-west-1:${account}:log-group:CloudTrail/shop:*`,
    CloudWatchLogsRoleArn: `arn:aws:iam::${account}:role/cloudtrail-to-logs`,
  })
  await exactly(door, ['cloudtrail:UpdateTrail', 'iam:PassRole'], cloudtrail.CloudTrailClient, trail)
})

test('the policy of a key must let the account in before its own policies count', async () => {
  const door = await guarded()
  const rotate = new kms.EnableKeyRotationCommand({ KeyId: key })
  expect(await door.asked(['kms:EnableKeyRotation'], kms.KMSClient, rotate)).toBe('success')
  const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
  const policy = (Principal: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Principal }] })
  const put = (Principal: object) =>
    door.kms().send(
      new kms.PutKeyPolicyCommand({
        KeyId: key,
        Policy: policy(Principal),
        BypassPolicyLockoutSafetyCheck: true,
      }),
    )
  await put({ AWS: `arn:aws:iam::${account}:user/demo-admin` })
  expect(await door.asked(['kms:EnableKeyRotation'], kms.KMSClient, rotate)).toBe('400 AccessDeniedException')
  await put({ AWS: '*' })
  expect(await door.asked(['none:Nothing'], kms.KMSClient, rotate)).toBe('success')
})

test('keys are asked for by their ARN, whatever name the request has for them', async () => {
  const door = await guarded()
  const policy = { Statement: [{ Effect: 'Allow', Action: 'kms:DescribeKey', Resource: key }] }
  const describe = (KeyId: string) => door.asked(policy, kms.KMSClient, new kms.DescribeKeyCommand({ KeyId }))
  expect(await describe('alias/holdfast-demo')).toBe('success')
  expect(await describe('5f0c2a34-9d1e-4b67-8a52-000000000001')).toBe('success')
  expect(await describe('alias/shop-worker')).toBe('400 AccessDeniedException')
})

test('REST services refuse with 403', async () => {
  const door = await guarded({ seed: 'demo' })
  const command = new lambda.GetFunctionCommand({ FunctionName: 'ecr-cleanup' })
  expect(await door.asked(['lambda:ListFunctions'], lambda.LambdaClient, command)).toBe(
    '403 AccessDeniedException',
  )
  const one = `arn:aws:lambda:eu-west-1:${account}:function:ecr-cleanup`
  const policy = { Statement: [{ Effect: 'Allow', Action: 'lambda:GetFunction', Resource: one }] }
  expect(await door.asked(policy, lambda.LambdaClient, command)).toBe('success')
})

test('tags decide: of the repository, and of the request', async () => {
  const door = await guarded()
  await door.ecr().send(create({ tags: [{ Key: 'team', Value: 'shop' }] }))
  const where = (Condition: object) => ({
    Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*', Condition }],
  })
  const list = new ecr.ListImagesCommand({ repositoryName: name })
  expect(await door.asked(where({ StringEquals: { 'aws:ResourceTag/team': 'shop' } }), ECRClient, list)).toBe(
    'success',
  )
  expect(
    await door.asked(where({ StringEquals: { 'ecr:ResourceTag/team': 'other' } }), ECRClient, list),
  ).toBe('400 AccessDeniedException')
  const tag = (Key: string) =>
    new ecr.TagResourceCommand({
      resourceArn: `arn:aws:ecr:eu-west-1:${account}:repository/${name}`,
      tags: [{ Key, Value: 'x' }],
    })
  const signer = await restrictedUser(
    door,
    where({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }),
  )
  expect(await failure(door.ecr({ signer }).send(tag('team')))).toBe('success')
  expect(await failure(door.ecr({ signer }).send(tag('cost')))).toBe('400 AccessDeniedException')
})
