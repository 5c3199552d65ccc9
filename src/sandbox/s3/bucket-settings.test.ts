import * as sdk from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'
import { complaintsAboutXml } from '../xml-schema.fixture.ts'
import { startBucket } from './bucket.fixture.ts'
import { isPublicPolicy } from './public-policy.ts'

const settings = {
  GetBucketAcl: 'acl',
  GetBucketEncryption: 'encryption',
  GetBucketLogging: 'logging',
  GetBucketOwnershipControls: 'ownershipControls',
  GetBucketPolicyStatus: 'policyStatus',
  GetPublicAccessBlock: 'publicAccessBlock',
}

test.each([
  ['demo', ['GetBucketOwnershipControls', 'GetPublicAccessBlock']],
  ['clean', []],
] as const)('the trail bucket of the %s seed, as the SDK expects it', async (seed, mayMiss) => {
  const { send } = await startClient({ seed })
  for (const [operation, name] of Object.entries(settings)) {
    const response = await send({ path: '/shop-audit-logs', query: [[name, '']] })
    const text = await response.text()
    if (response.status === 404) expect(mayMiss).toContain(operation)
    else expect([response.status, ...complaintsAboutXml(sdk, operation, text)]).toEqual([200])
  }
})

test('a bucket that is made today is closed', async () => {
  const { client } = await startBucket()
  const Bucket = 'bucket'
  const { PublicAccessBlockConfiguration } = await client.send(
    new sdk.GetPublicAccessBlockCommand({ Bucket }),
  )
  expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true])
  const { OwnershipControls } = await client.send(new sdk.GetBucketOwnershipControlsCommand({ Bucket }))
  expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
  const { Grants } = await client.send(new sdk.GetBucketAclCommand({ Bucket }))
  expect(Grants).toMatchObject([{ Permission: 'FULL_CONTROL', Grantee: { Type: 'CanonicalUser' } }])
  const { ServerSideEncryptionConfiguration } = await client.send(
    new sdk.GetBucketEncryptionCommand({ Bucket }),
  )
  expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ])
  expect(await client.send(new sdk.GetBucketLoggingCommand({ Bucket }))).not.toHaveProperty(
    'LoggingEnabled.TargetBucket',
  )
  expect(await failure(client.send(new sdk.GetBucketPolicyCommand({ Bucket })))).toBe(
    '404 NoSuchBucketPolicy',
  )
  expect(await failure(client.send(new sdk.GetBucketPolicyStatusCommand({ Bucket })))).toBe(
    '404 NoSuchBucketPolicy',
  )
})

test('the demo’s trail bucket is open, the clean one’s is not', async () => {
  const Bucket = 'shop-audit-logs'
  const demo = await startClient({ seed: 'demo' })
  const status = async (client: sdk.S3Client) =>
    (await client.send(new sdk.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic
  expect(await status(demo.s3())).toBe(true)
  expect(await failure(demo.s3().send(new sdk.GetPublicAccessBlockCommand({ Bucket })))).toBe(
    '404 NoSuchPublicAccessBlockConfiguration',
  )
  const { Grants = [] } = await demo.s3().send(new sdk.GetBucketAclCommand({ Bucket }))
  expect(Grants[1]?.Grantee?.URI).toBe('http://acs.amazonaws.com/groups/global/AuthenticatedUsers')
  const clean = await startClient({ seed: 'clean' })
  expect(await status(clean.s3())).toBe(false)
  const { Policy } = await clean.s3().send(new sdk.GetBucketPolicyCommand({ Bucket }))
  expect(JSON.parse(Policy ?? '')).toHaveProperty('Statement')
  expect(await clean.s3().send(new sdk.GetBucketVersioningCommand({ Bucket }))).toMatchObject({
    Status: 'Enabled',
    MFADelete: 'Enabled',
  })
  clean.addFault({ service: 's3', operation: 'GetBucketAcl', kind: 'denied' })
  expect(await failure(clean.s3().send(new sdk.GetBucketAclCommand({ Bucket })))).toBe('403 AccessDenied')
})

test('public access is blocked; a switch that is not named is off', async () => {
  const { s3, send } = await startClient({ seed: 'demo' })
  const Bucket = 'shop-audit-logs'
  const put = (PublicAccessBlockConfiguration: sdk.PublicAccessBlockConfiguration) =>
    s3().send(new sdk.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
  const of = async () =>
    Object.values(
      (await s3().send(new sdk.GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration ?? {},
    )
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true }
  await put({ ...all, RestrictPublicBuckets: true })
  expect(await of()).toEqual([true, true, true, true])
  await put(all)
  expect(await of()).toEqual([true, true, true, false])
  const method = {
    method: 'PUT',
    path: `/${Bucket}`,
    query: [['publicAccessBlock', '']] as [string, string][],
  }
  expect((await send({ ...method, body: '<Wrong/>' })).status).toBe(400)
})

const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }
test.each<[boolean, string, object]>([
  [true, 'everybody', open],
  [true, 'everybody, in a list', { ...open, Principal: { AWS: ['*'] } }],
  [true, 'everybody but one', { ...open, Principal: undefined, NotPrincipal: { AWS: '111122223333' } }],
  [false, 'one account', { ...open, Principal: { AWS: '111122223333' } }],
  [false, 'a service', { ...open, Principal: { Service: 'cloudtrail.amazonaws.com' } }],
  [false, 'nobody', { ...open, Effect: 'Deny' }],
  [false, 'one account’s resources', { ...open, Condition: { StringEquals: { 'AWS:SourceAccount': '1' } } }],
  [true, 'accounts of any name', { ...open, Condition: { StringLike: { 'aws:SourceAccount': '*' } } }],
  [false, 'one network', { ...open, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }],
  [true, 'every network', { ...open, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }],
  [true, 'whoever comes by TLS', { ...open, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  [true, 'all but one account', { ...open, Condition: { StringNotEquals: { 'aws:SourceAccount': '1' } } }],
])('%s: a policy for %s', (expected, _, statement) => {
  expect(isPublicPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }))).toBe(expected)
})
