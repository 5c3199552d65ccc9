import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure, outcome, region } from '../../client.fixture.ts'
import { Bucket, startBucket } from '../bucket.fixture.ts'
import { startChecksum } from '../checksum.ts'

const Key = 'big/object'
const part = Buffer.alloc(5 * 1024 * 1024, 'p')
const end = Buffer.from('the end')
const whole = Buffer.concat([part, end])

const fullObject = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const

interface Begun {
  UploadId: string
  upload(number: number, body: Buffer): Promise<CompletedPart>
  complete(parts: CompletedPart[], more?: Partial<CompleteMultipartUploadCommandInput>): Promise<unknown>
}

async function begin(
  client: S3Client,
  checksum: { ChecksumAlgorithm: ChecksumAlgorithm; ChecksumType?: ChecksumType } = fullObject,
): Promise<Begun> {
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...checksum }))
  const { ChecksumAlgorithm } = checksum
  return {
    UploadId,
    upload: async (PartNumber, Body) => {
      const input = {
        Bucket,
        Key,
        UploadId,
        PartNumber,
        Body,
        ...(ChecksumAlgorithm && { ChecksumAlgorithm }),
      }
      const { $metadata, ...rest } = await client.send(new UploadPartCommand(input))
      return { PartNumber, ...rest }
    },
    complete: (Parts, more) =>
      client.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
      ),
  }
}

test('parts become one object with a composite ETag; a part may be sent again', async () => {
  const { client } = await startBucket()
  const upload = await begin(client)
  await upload.upload(7, Buffer.from('overwritten'))
  const parts = [await upload.upload(2, part), await upload.upload(7, end)]
  const done = (await upload.complete(parts)) as { ETag: string; Location: string }
  const md5 = (data: Buffer) => createHash('md5').update(data).digest()
  const etag = `"${createHash('md5')
    .update(Buffer.concat([md5(part), md5(end)]))
    .digest('hex')}-2"`
  expect(done.ETag).toBe(etag)
  const got = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(got.ETag).toBe(etag)
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true)
  expect(await failure(upload.complete(parts))).toBe('404 NoSuchUpload')
})

test.each<[ChecksumAlgorithm, ChecksumType]>([
  ['CRC32', 'COMPOSITE'],
  ['CRC32C', 'COMPOSITE'],
  ['SHA1', 'COMPOSITE'],
  ['SHA256', 'COMPOSITE'],
  ['CRC32', 'FULL_OBJECT'],
  ['CRC32C', 'FULL_OBJECT'],
])('%s %s: checked by part, checked on completion, given back', async (ChecksumAlgorithm, ChecksumType) => {
  const { client } = await startBucket()
  const upload = await begin(client, { ChecksumAlgorithm, ChecksumType })
  const parts = [await upload.upload(1, part), await upload.upload(2, end)]
  const name = `Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32'
  expect(parts[0]?.[name]).toBe(checksumOf(ChecksumAlgorithm, part))
  const expected =
    ChecksumType === 'COMPOSITE' ? composite(ChecksumAlgorithm) : checksumOf(ChecksumAlgorithm, whole)
  if (ChecksumType === 'FULL_OBJECT') {
    const wrong = upload.complete(parts, { [name]: checksumOf(ChecksumAlgorithm, end), ChecksumType })
    expect(await failure(wrong)).toBe('400 BadDigest')
  }
  const swapped = parts.map((each) => ({ ...each, [name]: parts[0]?.[name] }))
  expect(await failure(upload.complete(swapped))).toBe('400 InvalidPart')
  await upload.complete(parts, ChecksumType === 'FULL_OBJECT' ? { [name]: expected, ChecksumType } : {})
  const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
  expect(head).toMatchObject({ [name]: expected, ChecksumType })
})

function checksumOf(name: ChecksumAlgorithm, data: Buffer): string {
  const running = startChecksum(name.toLowerCase() as 'crc32')
  running.update(data)
  return running.digest().toString('base64')
}

function composite(name: ChecksumAlgorithm): string {
  const parts = [part, end].map((each) => Buffer.from(checksumOf(name, each), 'base64'))
  return `${checksumOf(name, Buffer.concat(parts))}-2`
}

test('a composite upload cannot be completed without the checksums of its parts', async () => {
  const { client } = await startBucket()
  const upload = await begin(client, { ChecksumAlgorithm: 'SHA256' })
  const { ETag } = await upload.upload(1, end)
  expect(await failure(upload.complete([{ PartNumber: 1, ETag }]))).toBe('400 InvalidRequest')
})

test.each<[ChecksumAlgorithm, ChecksumType]>([
  ['SHA256', 'FULL_OBJECT'],
  ['SHA1', 'FULL_OBJECT'],
  ['CRC64NVME', 'COMPOSITE'],
])('%s %s does not exist', async (ChecksumAlgorithm, ChecksumType) => {
  const { client } = await startBucket()
  expect(await failure(begin(client, { ChecksumAlgorithm, ChecksumType }))).toBe('400 InvalidRequest')
})

test.each<[string, ChecksumAlgorithm | undefined, ChecksumAlgorithm | undefined]>([
  ['success', undefined, undefined],
  ['success', 'SHA256', 'SHA256'],
  ['400 InvalidRequest', 'SHA256', 'CRC32'],
  ['400 InvalidRequest', 'SHA256', undefined],
  ['400 InvalidRequest', undefined, 'CRC32'],
])('%s: an upload begun with the checksum %s gets a part with %s', async (expected, begun, given) => {
  const { awsEndpoint, signers } = await startBucket()
  const client = new S3Client({
    endpoint: awsEndpoint,
    region,
    credentials: signers[0],
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const create = { Bucket, Key, ...(begun && { ChecksumAlgorithm: begun }) }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(create))
  const input = {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    Body: end,
    ...(given && { ChecksumAlgorithm: given }),
  }
  expect(await failure(client.send(new UploadPartCommand(input)))).toBe(expected)
})

test('what does not fit together is refused, and the upload can still be completed', async () => {
  const { client } = await startBucket()
  const upload = await begin(client)
  const first = await upload.upload(1, end)
  const second = await upload.upload(2, part)
  const missing = { ...second, PartNumber: 3 }
  const wrongTag = { ...second, ETag: '"0123456789abcdef0123456789abcdef"' }
  const tries: [string, CompletedPart[], Partial<CompleteMultipartUploadCommandInput>?][] = [
    ['400 EntityTooSmall', [first, second]],
    ['400 InvalidPartOrder', [second, first]],
    ['400 InvalidPartOrder', [second, second]],
    ['400 InvalidPart', [second, missing]],
    ['400 InvalidPart', [wrongTag]],
    ['400 MalformedXML', []],
    ['400 InvalidRequest', [second], { MpuObjectSize: 1 }],
    ['404 NoSuchKey', [second], { IfMatch: '"x"' }],
  ]
  for (const [expected, parts, more] of tries)
    expect(await failure(upload.complete(parts, more))).toBe(expected)
  await upload.complete([second], { MpuObjectSize: part.length })
})

test('part numbers are 1 to 10,000', async () => {
  const { client, send } = await startBucket()
  const { UploadId } = await begin(client)
  for (const number of ['0', '10001', 'x', '-1', '1.5']) {
    const query: [string, string][] = [
      ['partNumber', number],
      ['uploadId', UploadId],
    ]
    const sent = await send({ method: 'PUT', path: `/${Bucket}/${Key}`, query, body: 'x' })
    expect(await outcome(sent)).toBe('400 InvalidArgument')
  }
})

test('of twenty uploads completed with If-None-Match: * exactly one wins', async () => {
  const { client } = await startBucket()
  const uploads = await Promise.all(Array.from({ length: 20 }, () => begin(client)))
  const racers = uploads.map(async (upload, at) => {
    const parts = [await upload.upload(1, Buffer.from(`racer ${at}`))]
    return () => failure(upload.complete(parts, { IfNoneMatch: '*' }))
  })
  const ready = await Promise.all(racers)
  const results = await Promise.all(ready.map((complete) => complete()))
  expect(results.filter((each) => each === 'success')).toHaveLength(1)
  expect(results.filter((each) => each === '412 PreconditionFailed')).toHaveLength(19)
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(await Body?.transformToString()).toBe(`racer ${results.indexOf('success')}`)
})

test('one upload completed many times at once is completed once', async () => {
  const { client } = await startBucket()
  const upload = await begin(client)
  const parts = [await upload.upload(1, part), await upload.upload(2, end)]
  const results = await Promise.all(Array.from({ length: 8 }, () => failure(upload.complete(parts))))
  expect(results.filter((each) => each === 'success')).toHaveLength(1)
  expect(results.filter((each) => each === '404 NoSuchUpload')).toHaveLength(7)
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key }))
  expect(ContentLength).toBe(whole.length)
})

test('an aborted upload is gone; an object of that key is not touched', async () => {
  const { client } = await startBucket()
  await client.send(new PutObjectCommand({ Bucket, Key, Body: 'before' }))
  const upload = await begin(client)
  const parts = [await upload.upload(1, end)]
  const input = { Bucket, Key, UploadId: upload.UploadId }
  await client.send(new AbortMultipartUploadCommand(input))
  expect(await failure(upload.complete(parts))).toBe('404 NoSuchUpload')
  expect(await failure(upload.upload(2, end))).toBe('404 NoSuchUpload')
  expect(await failure(client.send(new AbortMultipartUploadCommand(input)))).toBe('404 NoSuchUpload')
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  expect(await Body?.transformToString()).toBe('before')
})

test('parts are listed in pages', async () => {
  const { client } = await startBucket()
  const upload = await begin(client, { ChecksumAlgorithm: 'CRC32' })
  for (const number of [30, 1, 2]) await upload.upload(number, Buffer.from(String(number)))
  const list = (marker?: string) =>
    client.send(
      new ListPartsCommand({
        Bucket,
        Key,
        UploadId: upload.UploadId,
        MaxParts: 2,
        ...(marker && { PartNumberMarker: marker }),
      }),
    )
  const first = await list()
  expect(first).toMatchObject({ IsTruncated: true, ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' })
  expect(first.Parts?.map((each) => [each.PartNumber, each.Size])).toEqual([
    [1, 1],
    [2, 1],
  ])
  const second = await list(first.NextPartNumberMarker)
  expect(second.IsTruncated).toBe(false)
  expect(second.Parts?.map((each) => each.PartNumber)).toEqual([30])
  expect(second.Parts?.[0]?.ChecksumCRC32).toBe(checksumOf('CRC32', Buffer.from('30')))
})

test('uploads are listed by key, in pages', async () => {
  const { client } = await startBucket()
  const keys = ['b', 'a/1', 'a/2', 'a/2', 'c']
  for (const each of keys) await client.send(new CreateMultipartUploadCommand({ Bucket, Key: each }))
  const found: string[] = []
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2, ...marker }))
    found.push(...(page.Uploads ?? []).map((each) => each.Key ?? ''))
    if (!page.IsTruncated) break
    marker = { KeyMarker: page.NextKeyMarker ?? '', UploadIdMarker: page.NextUploadIdMarker ?? '' }
  }
  expect(found).toEqual(['a/1', 'a/2', 'a/2', 'b', 'c'])
  const some = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'a/' }))
  expect(some.Uploads).toHaveLength(3)
})
