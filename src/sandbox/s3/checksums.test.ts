import { createHash } from 'node:crypto'
import {
  type ChecksumAlgorithm,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, outcome, region } from '../client.fixture.ts'
import { Bucket, startBucket } from './bucket.fixture.ts'

const Key = 'key'
const text = 'Holdfast keeps what it is given.'

const kinds = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
const wrong: Record<(typeof kinds)[number], string> = {
  CRC32: Buffer.alloc(4).toString('base64'),
  CRC32C: Buffer.alloc(4).toString('base64'),
  CRC64NVME: Buffer.alloc(8).toString('base64'),
  SHA1: Buffer.alloc(20).toString('base64'),
  SHA256: Buffer.alloc(32).toString('base64'),
}

test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] satisfies ChecksumAlgorithm[])(
  'the SDK computes %s; it is checked, kept and given back',
  async (ChecksumAlgorithm) => {
    const { client } = await startBucket()
    const put = await client.send(new PutObjectCommand({ Bucket, Key, Body: text, ChecksumAlgorithm }))
    const name = `Checksum${ChecksumAlgorithm}` as const
    expect(put[name]).toMatch(/=$/)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ [name]: put[name], ChecksumType: 'FULL_OBJECT' })
    const quiet = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(quiet[name]).toBeUndefined()
    // Here the SDK compares what it reads.
    const got = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(await got.Body?.transformToString()).toBe(text)
  },
)

test.each(kinds)('a wrong %s in a header is refused, and nothing is stored', async (kind) => {
  const { send, client } = await startBucket()
  const headers = { [`x-amz-checksum-${kind.toLowerCase()}`]: wrong[kind] }
  const sent = await send({ method: 'PUT', path: '/bucket/key', body: text, headers })
  expect(await outcome(sent)).toBe('400 BadDigest')
  expect(await failure(client.send(new GetObjectCommand({ Bucket, Key })))).toBe('404 NoSuchKey')
})

const md5 = (value: string) => createHash('md5').update(value).digest('base64')
const sha256 = createHash('sha256').update(text).digest('base64')
test.each<[string, string, Record<string, string>]>([
  ['a right Content-MD5', '200', { 'content-md5': md5(text) }],
  ['a wrong Content-MD5', '400 BadDigest', { 'content-md5': md5('other') }],
  ['a Content-MD5 that is none', '400 InvalidDigest', { 'content-md5': 'abc' }],
  ['a right SHA256', '200', { 'x-amz-checksum-sha256': sha256 }],
  ['a checksum of the wrong length', '400 InvalidRequest', { 'x-amz-checksum-sha256': wrong.SHA1 }],
  [
    'two checksums',
    '400 InvalidRequest',
    { 'x-amz-checksum-sha256': sha256, 'x-amz-checksum-crc32': wrong.CRC32 },
  ],
  [
    'an announced checksum that does not come',
    '400 InvalidRequest',
    { 'x-amz-sdk-checksum-algorithm': 'SHA1' },
  ],
  ['an algorithm that is none', '400 InvalidRequest', { 'x-amz-sdk-checksum-algorithm': 'MD4' }],
])('%s: %s', async (_, expected, headers) => {
  const { send } = await startBucket()
  const sent = await send({ method: 'PUT', path: '/bucket/key', body: text, headers })
  expect(await outcome(sent)).toBe(expected)
})

test('without a checksum of the client S3 has its own: CRC64NVME', async () => {
  const { awsEndpoint, signers } = await startBucket()
  const client = new S3Client({
    endpoint: awsEndpoint,
    region,
    credentials: signers[0],
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  await client.send(new PutObjectCommand({ Bucket, Key, Body: '123456789' }))
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
  expect(head.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'))
})

test('DeleteObjects needs a checksum, and a right one', async () => {
  const { client, send } = await startBucket()
  await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }], Quiet: true } }))
  const body = '<Delete><Object><Key>key</Key></Object></Delete>'
  const post = (headers: Record<string, string>) =>
    send({ method: 'POST', path: '/bucket', query: [['delete', '']], body, headers })
  expect(await outcome(await post({}))).toBe('400 InvalidRequest')
  expect(await outcome(await post({ 'content-md5': md5('other') }))).toBe('400 BadDigest')
  expect(await outcome(await post({ 'content-md5': md5(body) }))).toBe('200')
})

test.each([
  ['<Delete></Delete>'],
  ['<Delete><Object></Object></Delete>'],
  ['<Other/>'],
  ['not XML'],
  ['<!DOCTYPE a [<!ENTITY b "c">]><Delete><Object><Key>&b;</Key></Object></Delete>'],
])('DeleteObjects refuses %s', async (body) => {
  const { send } = await startBucket()
  const headers = { 'content-md5': md5(body) }
  const sent = await send({ method: 'POST', path: '/bucket', query: [['delete', '']], body, headers })
  expect(await outcome(sent)).toBe('400 MalformedXML')
})
