import * as sdk from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, startClient } from '../client.fixture.ts'
import { startBucket } from './bucket.fixture.ts'

// After each change of a bucket and its inverse, everything that can be read of it is as before.

const Bucket = 'bucket'
const trail = { Service: 'cloudtrail.amazonaws.com' }
const policyFor = (more: object = {}) =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: trail,
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        ...more,
      },
    ],
  })

async function started() {
  const { client } = await startBucket()
  const reads = [
    new sdk.GetBucketPolicyCommand({ Bucket }),
    new sdk.GetPublicAccessBlockCommand({ Bucket }),
    new sdk.GetBucketEncryptionCommand({ Bucket }),
    new sdk.GetBucketVersioningCommand({ Bucket }),
  ] as unknown as sdk.GetBucketPolicyCommand[]
  const read = () =>
    Promise.all(
      reads.map(async (command) => {
        const answer: object = await client.send(command).catch((error: Error) => ({ error: error.name }))
        return { ...answer, $metadata: undefined }
      }),
    )
  return { client, read }
}

const encryption = (SSEAlgorithm: sdk.ServerSideEncryption, KMSMasterKeyID?: string) =>
  new sdk.PutBucketEncryptionCommand({
    Bucket,
    ServerSideEncryptionConfiguration: {
      Rules: [
        { ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID }, BucketKeyEnabled: true },
      ],
    },
  })
const block = new sdk.PutPublicAccessBlockCommand({
  Bucket,
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
})

test('policy, encryption and the public access block come and go', async () => {
  const { client, read } = await started()
  const before = await read()
  await client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: policyFor() }))
  expect((await client.send(new sdk.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policyFor())
  await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  await client.send(new sdk.DeleteBucketPolicyCommand({ Bucket }))
  await client.send(encryption('aws:kms', 'alias/holdfast-demo'))
  const { ServerSideEncryptionConfiguration: found } = await client.send(
    new sdk.GetBucketEncryptionCommand({ Bucket }),
  )
  expect(found?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { KMSMasterKeyID: 'alias/holdfast-demo' }, BucketKeyEnabled: true },
  ])
  await client.send(new sdk.DeleteBucketEncryptionCommand({ Bucket }))
  await client.send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
  expect(await read()).not.toEqual(before)
  await client.send(block)
  expect(await read()).toEqual(before)
})

test('a bucket goes when it is empty, with all that was set', async () => {
  const { client, read } = await started()
  await client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy: policyFor() }))
  await client.send(
    new sdk.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  await client.send(new sdk.DeleteBucketCommand({ Bucket }))
  const gone = await read()
  expect(gone.every((each) => 'error' in each)).toBe(true)
})

const everybody = { Principal: '*' }
test.each<[string, string, string]>([
  ['open, where that is blocked', policyFor(everybody), '403 AccessDenied'],
  ['no JSON', 'x', '400 MalformedPolicy'],
  ['no statement', '{}', '400 MalformedPolicy'],
  ['no principal', policyFor({ Principal: undefined }), '400 MalformedPolicy'],
  ['an effect of its own', policyFor({ Effect: 'Maybe' }), '400 MalformedPolicy'],
  ['another bucket', policyFor({ Resource: 'arn:aws:s3:::other/*' }), '400 MalformedPolicy'],
  ['good', policyFor(), 'success'],
])('a policy: %s', async (_name, Policy, expected) => {
  const { client } = await started()
  expect(await failure(client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy })))).toBe(expected)
})

test('where nothing blocks it, a policy may be open', async () => {
  const { client } = await started()
  await client.send(new sdk.DeletePublicAccessBlockCommand({ Bucket }))
  const Policy = policyFor(everybody)
  expect(await failure(client.send(new sdk.PutBucketPolicyCommand({ Bucket, Policy })))).toBe('success')
})

test('encryption that does not fit together is refused', async () => {
  const { client } = await started()
  expect(await failure(client.send(encryption('AES256', 'alias/x')))).toBe('400 InvalidArgument')
  expect(await failure(client.send(encryption('ROT13' as sdk.ServerSideEncryption)))).toBe('400 MalformedXML')
  const { s3 } = await startClient()
  expect(await failure(s3().send(encryption('AES256')))).toBe('404 NoSuchBucket')
})
