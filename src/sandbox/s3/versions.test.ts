import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { failure } from '../client.fixture.ts'
import { Bucket, startBucket } from './bucket.fixture.ts'

const Key = 'a/key'

async function startVersioned() {
  const sandbox = await startBucket()
  await setVersioning(sandbox.client, 'Enabled')
  return { ...sandbox, ...calls(sandbox.client) }
}

function setVersioning(client: S3Client, Status: 'Enabled' | 'Suspended') {
  return client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
}

function calls(client: S3Client) {
  return {
    put: async (Body: string, IfNoneMatch?: string) =>
      (await client.send(new PutObjectCommand({ Bucket, Key, Body, ...(IfNoneMatch && { IfNoneMatch }) })))
        .VersionId ?? 'none',
    remove: (VersionId?: string) =>
      client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) })),
    read: async (VersionId?: string) => {
      const got = await client.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }))
      return `${await got.Body?.transformToString()} ${got.VersionId}`
    },
    /** `id` of a version, `-id` of a marker, `*` behind the one that counts. */
    versions: async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
      )
      const star = (latest: boolean | undefined) => (latest ? '*' : '')
      return [
        ...Versions.map((each) => `${each.VersionId}${star(each.IsLatest)}`),
        ...DeleteMarkers.map((each) => `-${each.VersionId}${star(each.IsLatest)}`),
      ]
    },
  }
}

test('off until it is switched on; then it can only be suspended', async () => {
  const { client } = await startBucket()
  const status = async () => (await client.send(new GetBucketVersioningCommand({ Bucket }))).Status
  expect(await status()).toBeUndefined()
  await setVersioning(client, 'Enabled')
  expect(await status()).toBe('Enabled')
  await setVersioning(client, 'Suspended')
  expect(await status()).toBe('Suspended')
  expect(await failure(setVersioning(client, 'Off' as 'Enabled'))).toBe('400 MalformedXML')
})

test('without versioning nothing speaks of versions but their list', async () => {
  const { client } = await startBucket()
  const { put, read, versions, remove } = calls(client)
  expect(await put('x')).toBe('none')
  expect(await read()).toBe('x undefined')
  expect(await versions()).toEqual(['null*'])
  expect((await remove()).DeleteMarker).toBeUndefined()
  expect(await versions()).toEqual([])
})

test('a put keeps what was there; each version can be read', async () => {
  const { put, read, versions } = await startVersioned()
  const [one, two] = [await put('one'), await put('two')]
  expect(one).toMatch(/^[A-Za-z0-9._]{32}$/)
  expect(await read()).toBe(`two ${two}`)
  expect(await read(one)).toBe(`one ${one}`)
  expect(await versions()).toEqual([`${two}*`, one])
})

test('a delete hides, whether something is there or not; a put brings the key back', async () => {
  const { client, put, read, remove, versions } = await startVersioned()
  const one = await put('one')
  const { DeleteMarker, VersionId: marker } = await remove()
  expect(DeleteMarker).toBe(true)
  expect(await failure(read())).toBe('404 NoSuchKey')
  expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key })))).toMatch(/^404/)
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).toEqual([])
  expect(await read(one)).toBe(`one ${one}`)
  expect(await failure(read(marker))).toBe('405 MethodNotAllowed')
  const { VersionId: second } = await remove()
  expect(await versions()).toEqual([one, `-${second}*`, `-${marker}`])
  const two = await put('two')
  expect(await versions()).toEqual([`${two}*`, one, `-${second}`, `-${marker}`])
  expect(await read()).toBe(`two ${two}`)
})

test('the answer about a hidden key names the marker', async () => {
  const { send, put, remove } = await startVersioned()
  await put('one')
  const { VersionId } = await remove()
  const { headers } = await send({ method: 'GET', path: `/${Bucket}/${Key}` })
  expect(headers.get('x-amz-delete-marker')).toBe('true')
  expect(headers.get('x-amz-version-id')).toBe(VersionId)
})

test('a delete that names a version removes it and nothing else, however often and late it comes', async () => {
  const { put, read, remove, versions } = await startVersioned()
  const [one, two] = [await put('one'), await put('two')]
  expect(await remove(two)).toMatchObject({ VersionId: two })
  expect(await read()).toBe(`one ${one}`)
  await remove(one)
  expect(await versions()).toEqual([])
  const three = await put('three')
  await remove(one)
  await remove(two)
  expect(await read()).toBe(`three ${three}`)
})

test('a marker that is deleted by its version shows the key again', async () => {
  const { put, read, remove } = await startVersioned()
  const one = await put('one')
  const { VersionId: marker } = await remove()
  expect(await remove(marker)).toMatchObject({ DeleteMarker: true, VersionId: marker })
  expect(await read()).toBe(`one ${one}`)
})

test('ids that name nothing', async () => {
  const { put, read, remove } = await startVersioned()
  await put('one')
  const other = 'x'.repeat(32)
  expect(await failure(read(other))).toBe('404 NoSuchVersion')
  expect(await failure(remove(other))).toBe('success')
  expect(await failure(read('../x'))).toBe('400 InvalidArgument')
  expect(await failure(remove('../x'))).toBe('400 InvalidArgument')
})

test('suspended: what is written is `null` and replaces what was `null`; what has an id stays', async () => {
  const { client } = await startBucket()
  const { put, read, remove, versions } = calls(client)
  await put('before')
  await setVersioning(client, 'Enabled')
  const one = await put('one')
  expect(await versions()).toEqual([`${one}*`, 'null'])
  await setVersioning(client, 'Suspended')
  expect(await put('two')).toBe('null')
  expect(await read()).toBe('two null')
  expect(await versions()).toEqual(['null*', one])
  expect(await remove()).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
  expect(await versions()).toEqual([one, '-null*'])
})

test('create-if-absent looks at the version that counts: a hidden key is free', async () => {
  const { put, remove } = await startVersioned()
  await put('one', '*')
  expect(await failure(put('two', '*'))).toBe('412 PreconditionFailed')
  await remove()
  const racers = await Promise.all(Array.from({ length: 10 }, (_, at) => failure(put(`${at}`, '*'))))
  expect(racers.filter((each) => each === 'success')).toHaveLength(1)
})

test('a multipart upload makes a version, conditionally too', async () => {
  const { client, read, versions } = await startVersioned()
  const checksum = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const
  const upload = async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...checksum }))
    const part = { Bucket, Key, UploadId, PartNumber: 1, Body: 'part', ChecksumAlgorithm: 'CRC32' as const }
    const { ETag } = await client.send(new UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    return client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload, IfNoneMatch: '*' }),
    )
  }
  const { VersionId } = await upload()
  expect(await read()).toBe(`part ${VersionId}`)
  expect(await failure(upload())).toBe('412 PreconditionFailed')
  expect(await versions()).toEqual([`${VersionId}*`])
})

test('DeleteObjects hides, removes versions, and says of each what was done', async () => {
  const { client, put, versions } = await startVersioned()
  const one = await put('one')
  const Objects = [{ Key, VersionId: one }, { Key: 'other' }, { Key, VersionId: '../x' }]
  const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  expect(answer.Deleted).toMatchObject([
    { Key, VersionId: one },
    { Key: 'other', DeleteMarker: true },
  ])
  expect(answer.Errors).toMatchObject([{ Key, VersionId: '../x', Code: 'InvalidArgument' }])
  expect(await versions()).toEqual([])
})

test('versions are listed in pages, by key', async () => {
  const { client } = await startVersioned()
  for (const name of ['b', 'a', 'a', 'c/ü', 'a'])
    await client.send(new PutObjectCommand({ Bucket, Key: name, Body: name }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'b' }))
  const found: string[] = []
  let at: { KeyMarker?: string; VersionIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, EncodingType: 'url', ...at }),
    )
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
    found.push(...all.map((each) => `${each.Key}${each.IsLatest ? '*' : ''}`))
    if (!page.IsTruncated) break
    at = { KeyMarker: page.NextKeyMarker ?? '', VersionIdMarker: page.NextVersionIdMarker ?? '' }
  }
  expect(found).toEqual(['a*', 'a', 'a', 'b*', 'b', 'c/%C3%BC*'])
})

test('a bucket with old versions is not empty', async () => {
  const { client, put, remove } = await startVersioned()
  const one = await put('one')
  const { VersionId: marker } = await remove()
  expect(await failure(client.send(new DeleteBucketCommand({ Bucket })))).toBe('409 BucketNotEmpty')
  await remove(one)
  expect(await failure(client.send(new DeleteBucketCommand({ Bucket })))).toBe('409 BucketNotEmpty')
  await remove(marker)
  expect(await failure(client.send(new DeleteBucketCommand({ Bucket })))).toBe('success')
})
