import { request } from 'node:http'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, outcome, signByHand, startClient } from '../client.fixture.ts'
import { Bucket, startBucket } from './bucket.fixture.ts'

test('a bucket from its creation to its end', async () => {
  const { client } = await startBucket()
  expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('eu-west-1')
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1')
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined()
  const { Buckets } = await client.send(new ListBucketsCommand({}))
  expect(Buckets).toMatchObject([{ Name: Bucket, BucketRegion: 'eu-west-1' }])
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  expect(await failure(client.send(new DeleteBucketCommand({ Bucket })))).toBe('409 BucketNotEmpty')
  const own = client.send(new CreateBucketCommand({ Bucket }))
  expect(await failure(own)).toBe('409 BucketAlreadyOwnedByYou')
})

test('an empty bucket goes, and is not there then', async () => {
  const { client } = await startBucket()
  await client.send(new DeleteBucketCommand({ Bucket }))
  expect(await failure(client.send(new HeadBucketCommand({ Bucket })))).toBe('404 NotFound')
  expect(await failure(client.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('404 NoSuchBucket')
})

test('another account sees neither the bucket nor its objects, and cannot take the name', async () => {
  const { client, s3, signers } = await startBucket()
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const other = s3({ signer: signers[1] })
  expect((await other.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
  expect(await failure(other.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('403 AccessDenied')
  expect(await failure(other.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'y' })))).toBe(
    '403 AccessDenied',
  )
  expect(await failure(other.send(new HeadBucketCommand({ Bucket })))).toMatch(/^403/)
  expect(await failure(other.send(new DeleteBucketCommand({ Bucket })))).toBe('403 AccessDenied')
  expect(await failure(other.send(new CreateBucketCommand({ Bucket })))).toBe('409 BucketAlreadyExists')
})

test('a request signed for another Region is told the right one', async () => {
  const { s3, awsEndpoint, signers } = await startBucket()
  const abroad = s3({ region: 'us-east-1' })
  const error = (await abroad
    .send(new GetObjectCommand({ Bucket, Key: 'k' }))
    .catch((thrown: unknown) => thrown)) as { name: string; Region?: string }
  expect(error).toMatchObject({ name: 'PermanentRedirect', Region: 'eu-west-1' })
  const follows = new S3Client({
    endpoint: awsEndpoint,
    region: 'us-east-1',
    credentials: signers[0],
    followRegionRedirects: true,
  })
  expect(await failure(follows.send(new GetObjectCommand({ Bucket, Key: 'none' })))).toBe('404 NoSuchKey')
  expect(await failure(follows.send(new HeadBucketCommand({ Bucket })))).toBe('success')
})

test('us-east-1 has no location constraint and lets its owner create a bucket again', async () => {
  const { s3 } = await startClient()
  const client = s3({ region: 'us-east-1' })
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new CreateBucketCommand({ Bucket }))
  const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }))
  expect(LocationConstraint ?? '').toBe('')
})

test('the location must be the Region that the request is signed for', async () => {
  const { send } = await startClient()
  const body =
    '<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>'
  const refused = '400 IllegalLocationConstraintException'
  expect(await outcome(await send({ method: 'PUT', path: '/bucket', body }))).toBe(refused)
  expect(await outcome(await send({ method: 'PUT', path: '/bucket' }))).toBe(refused)
})

test.each([
  ['Bucket', '400 InvalidBucketName'],
  ['ab', '400 InvalidBucketName'],
  ['192.168.0.1', '400 InvalidBucketName'],
  ['a..b', '400 InvalidBucketName'],
  ['-ab', '400 InvalidBucketName'],
  ['prod-eu-west-1-starport-layer-bucket', '409 BucketAlreadyExists'],
  ['a.b-c', 'success'],
])('the name %s: %s', async (name, expected) => {
  const { s3 } = await startClient()
  expect(await failure(s3().send(new CreateBucketCommand({ Bucket: name })))).toBe(expected)
})

test.each([
  ['DELETE', '/bucket', 'cors', 'DeleteBucketCors'],
  ['PUT', '/bucket', 'ownershipControls', 'PutBucketOwnershipControls'],
  ['PUT', '/bucket', 'acl', 'PutBucketAcl'],
  ['PUT', '/bucket', 'lifecycle', 'PutBucketLifecycleConfiguration'],
  ['DELETE', '/bucket', 'ownershipControls', 'DeleteBucketOwnershipControls'],
  ['GET', '/bucket', 'object-lock', 'GetObjectLockConfiguration'],
  ['GET', '/bucket', 'prefix', 'ListObjects'],
  ['GET', '/bucket/key', 'tagging', 'GetObjectTagging'],
  ['PUT', '/bucket/key', 'retention', 'PutObjectRetention'],
  ['GET', '/bucket/key', 'attributes', 'GetObjectAttributes'],
  ['POST', '/bucket/key', 'restore', 'RestoreObject'],
  ['GET', '/bucket/key', 'partNumber', 'GetObject with partNumber'],
])('%s %s?%s is %s: 501', async (method, path, name, operation) => {
  const sandbox = await startBucket()
  const response = await sandbox.send({ method, path, query: [[name, '']] })
  expect(response.status).toBe(501)
  expect(await response.text()).toContain(`${operation} is not simulated`)
  expect(sandbox.requestLog().at(-1)).toEqual({ service: 's3', operation, status: 501 })
})

test('a copy is not mistaken for an upload', async () => {
  const { send } = await startBucket()
  const headers = { 'x-amz-copy-source': '/bucket/other' }
  const response = await send({ method: 'PUT', path: '/bucket/key', headers })
  expect([response.status, await response.text()]).toEqual([501, expect.stringContaining('CopyObject')])
})

test('virtual-host style works for names under localhost', async () => {
  const { client, awsEndpoint, signers } = await startBucket()
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const endpoint = awsEndpoint.replace('127.0.0.1', `${Bucket}.localhost`)
  const { headers } = signByHand({ awsEndpoint: endpoint }, { path: '/k', signer: signers[0] })
  const text = await new Promise<string>((done, failed) => {
    const { port, host } = new URL(endpoint)
    const sent = request({ host: '127.0.0.1', port, path: '/k', headers: { ...headers, host } }, (answer) => {
      answer.setEncoding('utf8').on('data', done)
    })
    sent.on('error', failed).end()
  })
  expect(text).toBe('x')
})
