import * as s3 from '@aws-sdk/client-s3'
import { S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import type { Permissions } from '../../../test/support/restricted.ts'
import { failure } from '../client.fixture.ts'
import { type Door, guarded } from './door.fixture.ts'

const Bucket = 'vault'
const Key = 'a/one'
const object = { Bucket, Key }
const denied = '403 AccessDenied'

/** A bucket with versions and one object in two of them. */
async function filled(): Promise<{ door: Door; admin: S3Client; VersionId: string; UploadId: string }> {
  const door = await guarded()
  const admin = door.s3()
  await admin.send(new s3.CreateBucketCommand({ Bucket }))
  const VersioningConfiguration = { Status: 'Enabled' as const }
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  const { VersionId = '' } = await admin.send(new s3.PutObjectCommand({ ...object, Body: 'one' }))
  await admin.send(new s3.PutObjectCommand({ ...object, Body: 'two' }))
  const { UploadId = '' } = await admin.send(
    new s3.CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'CRC32' }),
  )
  return { door, admin, VersionId, UploadId }
}

/** Allowed with that action alone, on its own ARN alone; denied with every other action of S3. */
const table: [
  string,
  'bucket' | 'object' | 'all',
  (now: { VersionId: string; UploadId: string }) => object,
][] = [
  ['s3:ListAllMyBuckets', 'all', () => new s3.ListBucketsCommand({})],
  ['s3:ListBucket', 'bucket', () => new s3.HeadBucketCommand({ Bucket })],
  ['s3:ListBucket', 'bucket', () => new s3.ListObjectsV2Command({ Bucket })],
  ['s3:ListBucketVersions', 'bucket', () => new s3.ListObjectVersionsCommand({ Bucket })],
  ['s3:ListBucketMultipartUploads', 'bucket', () => new s3.ListMultipartUploadsCommand({ Bucket })],
  ['s3:GetBucketVersioning', 'bucket', () => new s3.GetBucketVersioningCommand({ Bucket })],
  ['s3:GetEncryptionConfiguration', 'bucket', () => new s3.GetBucketEncryptionCommand({ Bucket })],
  ['s3:GetBucketPublicAccessBlock', 'bucket', () => new s3.GetPublicAccessBlockCommand({ Bucket })],
  ['s3:GetObject', 'object', () => new s3.HeadObjectCommand(object)],
  ['s3:GetObject', 'object', () => new s3.GetObjectCommand(object)],
  ['s3:GetObjectVersion', 'object', ({ VersionId }) => new s3.GetObjectCommand({ ...object, VersionId })],
  ['s3:PutObject', 'object', () => new s3.PutObjectCommand({ ...object, Body: 'three' })],
  ['s3:PutObject', 'object', () => new s3.CreateMultipartUploadCommand(object)],
  [
    's3:PutObject',
    'object',
    ({ UploadId }) => new s3.UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'part' }),
  ],
  [
    's3:ListMultipartUploadParts',
    'object',
    ({ UploadId }) => new s3.ListPartsCommand({ ...object, UploadId }),
  ],
  [
    's3:AbortMultipartUpload',
    'object',
    ({ UploadId }) => new s3.AbortMultipartUploadCommand({ ...object, UploadId }),
  ],
  ['s3:DeleteObject', 'object', () => new s3.DeleteObjectCommand(object)],
  [
    's3:DeleteObjectVersion',
    'object',
    ({ VersionId }) => new s3.DeleteObjectCommand({ ...object, VersionId }),
  ],
]
const arns = { bucket: `arn:aws:s3:::${Bucket}`, object: `arn:aws:s3:::${Bucket}/*`, all: '*' }

test('each action opens what it names, and no other does', async () => {
  const { door, VersionId, UploadId } = await filled()
  for (const [action, on, make] of table) {
    const command = make({ VersionId, UploadId })
    const others = {
      Statement: [
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Deny', Action: action, Resource: '*' },
      ],
    }
    expect([action, await refusedTo(door, others, command)]).toEqual([action, denied])
    const exactly = { Statement: [{ Effect: 'Allow', Action: action, Resource: arns[on] }] }
    expect([action, await door.asked(exactly, S3Client, command)]).toEqual([action, 'success'])
  }
})

/** The answer to a HEAD has no body: the SDK only sees its status. */
async function refusedTo(door: Door, permissions: Permissions, command: object): Promise<string> {
  const outcome = await door.asked(permissions, S3Client, command)
  return outcome.startsWith('403') ? denied : outcome
}

test('of many objects each is asked about', async () => {
  const { door, admin } = await filled()
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: 'b/one', Body: 'x' }))
  const policy = {
    Statement: [{ Effect: 'Allow', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${Bucket}/a/*` }],
  }
  const client = await door.as(policy, S3Client)
  const Objects = [{ Key }, { Key: 'b/one' }]
  const answer = await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(answer.Deleted).toMatchObject([{ Key }])
  expect(answer.Errors).toMatchObject([{ Key: 'b/one', Code: 'AccessDenied' }])
})

test('what is not there is only told to whom may list the bucket', async () => {
  const { door } = await filled()
  const missing = new s3.GetObjectCommand({ Bucket, Key: 'none' })
  expect(await door.asked(['s3:GetObject'], S3Client, missing)).toBe(denied)
  expect(await door.asked(['s3:GetObject', 's3:ListBucket'], S3Client, missing)).toBe('404 NoSuchKey')
})

test('a condition on the prefix of a list', async () => {
  const { door } = await filled()
  const Condition = { StringLike: { 's3:prefix': 'a/*' } }
  const client = await door.as(
    { Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: arns.bucket, Condition }] },
    S3Client,
  )
  const list = (Prefix?: string) =>
    failure(client.send(new s3.ListObjectsV2Command({ Bucket, ...(Prefix && { Prefix }) })))
  expect(await list('a/')).toBe('success')
  expect(await list('b/')).toBe(denied)
  expect(await list()).toBe(denied)
})
