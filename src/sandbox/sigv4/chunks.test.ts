import { Readable } from 'node:stream'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { type Client, failure, outcome, signByHand, startClient } from '../client.fixture.ts'
import { sha256Hex } from './canonical.ts'
import { hmac } from './sign.ts'

interface Upload {
  chunks: string[]
  kind: string
  trailer?: [string, string]
  /** Changes the finished body. */
  spoil?: (body: string) => string
  declaredLength?: number
}

/** What a client does that signs its body chunk by chunk. */
async function put(client: Client, upload: Upload): Promise<Response> {
  const { chunks, kind, trailer, spoil = (body) => body } = upload
  const length = chunks.reduce((sum, each) => sum + each.length, 0)
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': String(upload.declaredLength ?? length),
    ...(trailer && { 'x-amz-trailer': trailer[0] }),
  }
  const [signer] = client.signers
  const request = { method: 'PUT', path: '/bucket/key', headers, payloadHash: kind, signer }
  const signed = signByHand(client, request)
  const body = spoil(encode(upload, signed))
  return fetch(`${client.awsEndpoint}/bucket/key`, { method: 'PUT', headers: signed.headers, body })
}

function encode({ chunks, kind, trailer }: Upload, seed: ReturnType<typeof signByHand>): string {
  const signing = !kind.includes('UNSIGNED')
  let previous = seed.signature
  const sign = (name: string, ...hashes: string[]) => {
    const text = [`AWS4-HMAC-SHA256-${name}`, seed.date, seed.scope, previous, ...hashes].join('\n')
    previous = hmac(seed.key, text).toString('hex')
    return previous
  }
  const head = (data: string) =>
    data.length.toString(16) +
    (signing ? `;chunk-signature=${sign('PAYLOAD', sha256Hex(''), sha256Hex(data))}` : '')
  const lines = chunks.map((data) => `${head(data)}\r\n${data}\r\n`)
  const end = `${head('')}\r\n`
  if (!trailer) return `${lines.join('')}${end}\r\n`
  const signature = signing
    ? `x-amz-trailer-signature:${sign('TRAILER', sha256Hex(`${trailer.join(':')}\n`))}\r\n`
    : ''
  return `${lines.join('')}${end}${trailer.join(':')}\r\n${signature}\r\n`
}

async function withBucket(): Promise<{ client: Client; stored: () => Promise<string> }> {
  const client = await startClient()
  const s3 = client.s3()
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }))
  const get = async () => (await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }))).Body
  return { client, stored: async () => (await (await get())?.transformToString()) ?? '' }
}

const signedKind = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const signedTrailer = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
const unsignedTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
const big = 'a'.repeat(10_000)
const chunks = [big, 'the end']
const trailer: [string, string] = ['x-amz-checksum-crc32', crcOf(chunks.join(''))]

/** CRC32 by its definition, one bit at a time. */
function crcOf(text: string): string {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const out = Buffer.alloc(4)
  out.writeUInt32BE(~crc >>> 0)
  return out.toString('base64')
}

test.each<Upload>([
  { chunks, kind: signedKind },
  { chunks, kind: signedTrailer, trailer },
  { chunks, kind: unsignedTrailer, trailer },
  { chunks: [], kind: signedKind },
])('$kind with $chunks.length chunks is decoded', async (upload) => {
  const { client, stored } = await withBucket()
  expect(await outcome(await put(client, upload))).toBe('200')
  expect(await stored()).toBe(upload.chunks.join(''))
})

const flipped = (body: string) => body.replace('the end', 'the eNd')
const wrongCrc: [string, string] = ['x-amz-checksum-crc32', 'AAAAAA==']
test.each<[string, string, Upload]>([
  ['a changed chunk', '403 SignatureDoesNotMatch', { chunks, kind: signedKind, spoil: flipped }],
  [
    'a changed chunk, by its checksum',
    '400 BadDigest',
    { chunks, kind: unsignedTrailer, trailer, spoil: flipped },
  ],
  [
    'a changed trailer',
    '403 SignatureDoesNotMatch',
    { chunks, kind: signedTrailer, trailer, spoil: (body) => body.replace(trailer[1], wrongCrc[1]) },
  ],
  [
    'a trailer without its signature',
    '400 MalformedTrailerError',
    {
      chunks,
      kind: signedTrailer,
      trailer,
      spoil: (body) => body.replace(/x-amz-trailer-signature.*\r\n/, ''),
    },
  ],
  ['a wrong checksum in the trailer', '400 BadDigest', { chunks, kind: signedTrailer, trailer: wrongCrc }],
  [
    'a trailer that is not there',
    '400 MalformedTrailerError',
    {
      chunks,
      kind: unsignedTrailer,
      trailer,
      spoil: (body) => body.replace(`${trailer.join(':')}\r\n`, ''),
    },
  ],
  ['a body that is too short', '400 IncompleteBody', { chunks, kind: signedKind, declaredLength: 20_000 }],
  ['a body that is too long', '400 IncompleteBody', { chunks, kind: signedKind, declaredLength: 10_001 }],
  [
    'a small chunk before the last',
    '403 InvalidChunkSizeError',
    { chunks: ['small', 'end'], kind: signedKind },
  ],
  ['no chunks at all', '400 InvalidRequest', { chunks, kind: signedKind, spoil: () => 'plain\r\n\r\n' }],
  [
    'a body cut off',
    '400 IncompleteBody',
    { chunks, kind: signedKind, spoil: (body) => body.slice(0, 5000) },
  ],
])('%s: %s, and nothing is stored', async (_, expected, upload) => {
  const { client, stored } = await withBucket()
  expect(await outcome(await put(client, upload))).toBe(expected)
  expect(await failure(stored())).toBe('404 NoSuchKey')
})

test('the SDK sends streams in chunks with a trailing checksum', async () => {
  const { client, stored } = await withBucket()
  const s3 = client.s3()
  const Body = Readable.from([Buffer.alloc(70_000, 'x'), Buffer.alloc(3, 'y')])
  const answer = await s3.send(
    new PutObjectCommand({
      Bucket: 'bucket',
      Key: 'key',
      Body,
      ContentLength: 70_003,
      ChecksumAlgorithm: 'SHA256',
    }),
  )
  expect(answer.ChecksumSHA256).toMatch(/=$/)
  expect(await stored()).toBe(`${'x'.repeat(70_000)}yyy`)
})
