import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, outcome } from '../client.fixture.ts'
import { Bucket, startBucket } from './bucket.fixture.ts'

const Key = 'a/key'

test('an object comes back as it was put: bytes, type, metadata, headers', async () => {
  const { client } = await startBucket()
  const put = await client.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: 'hello',
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentEncoding: 'identity',
      Metadata: { One: '1' },
    }),
  )
  const etag = `"${createHash('md5').update('hello').digest('hex')}"`
  expect(put.ETag).toBe(etag)
  const got = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(await got.Body?.transformToString()).toBe('hello')
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }))
  for (const each of [got, head]) {
    expect(each).toMatchObject({
      ETag: etag,
      ContentLength: 5,
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentEncoding: 'identity',
      Metadata: { one: '1' },
      AcceptRanges: 'bytes',
    })
  }
})

test.each([
  'plain',
  'with space',
  'ü/日本/😀',
  '__proto__',
  'a//b',
  '..',
  'a?b&c=d#e%20',
  '<&>"\'',
  '%2F',
  '1',
  '.',
])('the key %j is as good as any', async (name) => {
  const { client } = await startBucket()
  await client.send(new PutObjectCommand({ Bucket, Key: `${name}/`, Body: name }))
  await client.send(new PutObjectCommand({ Bucket, Key: `x${name}`, Body: 'other' }))
  const got = await client.send(new GetObjectCommand({ Bucket, Key: `${name}/` }))
  expect(await got.Body?.transformToString()).toBe(name)
  const deleted = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: `${name}/` }, { Key: 'not there' }] } }),
  )
  expect(deleted.Deleted).toEqual([{ Key: `${name}/` }, { Key: 'not there' }])
  expect(await failure(client.send(new GetObjectCommand({ Bucket, Key: `${name}/` })))).toBe('404 NoSuchKey')
  expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: `${name}/` })))).toBe('404 NotFound')
})

test('deleting twice succeeds twice; a delete may depend on the ETag', async () => {
  const { client } = await startBucket()
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body: '1' }))
  const wrong = client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: '"other"' }))
  expect(await failure(wrong)).toBe('412 PreconditionFailed')
  await client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: ETag }))
  await client.send(new DeleteObjectCommand({ Bucket, Key }))
})

test.each<[string, string | undefined, string]>([
  ['bytes=0-1', 'he', 'bytes 0-1/5'],
  ['bytes=3-', 'lo', 'bytes 3-4/5'],
  ['bytes=-2', 'lo', 'bytes 3-4/5'],
  ['bytes=-99', 'hello', 'bytes 0-4/5'],
  ['bytes=4-99', 'o', 'bytes 4-4/5'],
  ['bytes=5-', undefined, '416 InvalidRange'],
  ['bytes=-0', undefined, '416 InvalidRange'],
  ['bytes=2-1', 'hello', ''],
  ['bytes=0-0,2-2', 'hello', ''],
  ['lines=1-2', 'hello', ''],
])('Range %s', async (Range, text, range) => {
  const { client } = await startBucket()
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
  const asked = client.send(new GetObjectCommand({ Bucket, Key, Range, ChecksumMode: 'ENABLED' }))
  if (text === undefined) return expect(await failure(asked)).toBe(range)
  const { Body, ContentRange, ContentLength, $metadata } = await asked
  expect(await Body?.transformToString()).toBe(text)
  expect([ContentRange ?? '', ContentLength]).toEqual([range, text.length])
  expect($metadata.httpStatusCode).toBe(range ? 206 : 200)
})

const past = new Date('2029-01-01T00:00:00Z')
const future = new Date('2031-01-01T00:00:00Z')
test.each<[string, Partial<GetObjectCommandInput>]>([
  ['success', { IfMatch: '"5d41402abc4b2a76b9719d911017c592"' }],
  ['success', { IfMatch: '*' }],
  ['412 PreconditionFailed', { IfMatch: '"x"' }],
  ['success', { IfNoneMatch: '"x"' }],
  ['304 NotModified', { IfNoneMatch: '"5d41402abc4b2a76b9719d911017c592"' }],
  ['success', { IfModifiedSince: past }],
  ['304 NotModified', { IfModifiedSince: future }],
  ['success', { IfUnmodifiedSince: future }],
  ['412 PreconditionFailed', { IfUnmodifiedSince: past }],
])('%s for %j', async (expected, condition) => {
  const { client } = await startBucket({ now: () => new Date('2030-01-01T00:00:00Z') })
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }))
  const asked = await failure(client.send(new GetObjectCommand({ Bucket, Key, ...condition })))
  expect(asked.replace(/ (Unknown.*|304)$/, ' NotModified')).toBe(expected)
})

test('of twenty racers with If-None-Match: * exactly one wins, and its bytes stay', async () => {
  const { client } = await startBucket()
  const racers = Array.from({ length: 20 }, (_, at) =>
    failure(client.send(new PutObjectCommand({ Bucket, Key, Body: `racer ${at}`, IfNoneMatch: '*' }))),
  )
  const results = await Promise.all(racers)
  expect(results.filter((each) => each === 'success')).toHaveLength(1)
  expect(results.filter((each) => each === '412 PreconditionFailed')).toHaveLength(19)
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(await Body?.transformToString()).toBe(`racer ${results.indexOf('success')}`)
})

test('If-Match replaces only what the writer has seen', async () => {
  const { client } = await startBucket()
  const put = (Body: string, IfMatch?: string) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...(IfMatch && { IfMatch }) }))
  expect(await failure(put('0', '"x"'))).toBe('404 NoSuchKey')
  const { ETag } = await put('1')
  await put('2', ETag)
  expect(await failure(put('3', ETag))).toBe('412 PreconditionFailed')
})

test('100 MB go up and down as a stream, and memory stays low', { timeout: 120_000 }, async () => {
  const { client } = await startBucket()
  const size = 100 * 1024 * 1024
  const block = Buffer.alloc(1 << 20, 'holdfast')
  const before = process.memoryUsage().rss
  let peak = before
  const watch = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const blocks = Readable.from(
    (function* () {
      for (let sent = 0; sent < size; sent += block.length) {
        watch()
        yield block
      }
    })(),
  )
  await client.send(new PutObjectCommand({ Bucket, Key, Body: blocks, ContentLength: size }))
  const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(ContentLength).toBe(size)
  const hash = createHash('sha256')
  for await (const piece of Body as Readable) {
    watch()
    hash.update(piece as Buffer)
  }
  const expected = createHash('sha256')
  for (let at = 0; at < size; at += block.length) expected.update(block)
  expect(hash.digest('hex')).toBe(expected.digest('hex'))
  expect(peak - before).toBeLessThan(150 * 1024 * 1024)
})

test('a reader gets the whole old object although it is replaced meanwhile', async () => {
  const { client } = await startBucket()
  const old = Buffer.alloc(8 << 20, 'old')
  await client.send(new PutObjectCommand({ Bucket, Key, Body: old }))
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'new' }))
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(old)).toBe(true)
})

test.each<[string, string, Record<string, string>]>([
  ['501 NotImplemented', 'x-amz-server-side-encryption', { 'x-amz-server-side-encryption': 'aws:kms' }],
  ['200', 'the default encryption', { 'x-amz-server-side-encryption': 'AES256' }],
  ['501 NotImplemented', 'a storage class', { 'x-amz-storage-class': 'GLACIER' }],
  ['501 NotImplemented', 'tags', { 'x-amz-tagging': 'a=b' }],
  ['400 MetadataTooLarge', 'much metadata', { 'x-amz-meta-a': 'x'.repeat(2048) }],
  ['501 NotImplemented', 'another If-None-Match', { 'if-none-match': '"etag"' }],
  ['403 AccessDenied', 'another owner', { 'x-amz-expected-bucket-owner': '444455556666' }],
])('%s for %s', async (expected, _, headers) => {
  const { send } = await startBucket()
  expect(await outcome(await send({ method: 'PUT', path: '/bucket/key', body: 'x', headers }))).toBe(expected)
})

test('a key of more than 1024 bytes is refused', async () => {
  const { send } = await startBucket()
  const sent = await send({ method: 'PUT', path: `/bucket/${'ü'.repeat(513)}`, body: 'x' })
  expect(await outcome(sent)).toBe('400 KeyTooLongError')
})
