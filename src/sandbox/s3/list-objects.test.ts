import { ListObjectsV2Command, type ListObjectsV2CommandInput, PutObjectCommand } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { failure, outcome } from '../client.fixture.ts'
import type { Bucket as State } from '../world.ts'
import { Bucket, startBucket } from './bucket.fixture.ts'
import { pageOf } from './list-page.ts'

async function withKeys(keys: string[]) {
  const sandbox = await startBucket()
  await Promise.all(keys.map((Key) => sandbox.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))))
  const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
    sandbox.client.send(new ListObjectsV2Command({ Bucket, ...input }))
  return { ...sandbox, list }
}

test('keys come in the order of their bytes, with what a listing tells', async () => {
  const { list } = await withKeys(['b', 'a', 'ü', 'B', 'a/b', '\u{ffff}', '\u{10000}'])
  const { Contents, KeyCount, IsTruncated } = await list({ FetchOwner: true })
  expect(Contents?.map(({ Key }) => Key)).toEqual(['B', 'a', 'a/b', 'b', 'ü', '\u{ffff}', '\u{10000}'])
  expect([KeyCount, IsTruncated]).toEqual([7, false])
  expect(Contents?.[0]).toMatchObject({
    Size: 1,
    ETag: '"9d5ed678fe57bcca610140957afab571"',
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: ['CRC32'],
    ChecksumType: 'FULL_OBJECT',
    Owner: { DisplayName: '111122223333' },
  })
})

test('a delimiter folds what lies below it', async () => {
  const { list } = await withKeys(['a/1', 'a/2', 'a/x/1', 'b', 'c/1'])
  const top = await list({ Delimiter: '/' })
  expect(top.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'c/' }])
  expect(top.Contents?.map(({ Key }) => Key)).toEqual(['b'])
  const below = await list({ Delimiter: '/', Prefix: 'a/' })
  expect(below.CommonPrefixes).toEqual([{ Prefix: 'a/x/' }])
  expect(below.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2'])
})

test('pages follow each other by tokens; start-after begins in the middle', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e']
  const { list } = await withKeys(keys)
  const found: (string | undefined)[] = []
  let token: string | undefined
  do {
    const page = await list({ MaxKeys: 2, ...(token && { ContinuationToken: token }) })
    found.push(...(page.Contents ?? []).map(({ Key }) => Key))
    token = page.NextContinuationToken
  } while (token)
  expect(found).toEqual(keys)
  expect((await list({ StartAfter: 'c' })).Contents?.map(({ Key }) => Key)).toEqual(['d', 'e'])
  expect((await list({ MaxKeys: 0 })).IsTruncated).toBe(false)
})

test('a listing sees every change at once', async () => {
  const { client, list } = await withKeys(['a'])
  expect((await list()).KeyCount).toBe(1)
  await client.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' }))
  expect((await list()).KeyCount).toBe(2)
})

test('names that XML cannot hold come encoded when asked for', async () => {
  const odd = 'a\u0001b <&>\u2028 +%'
  const { list } = await withKeys([odd])
  const { Contents } = await list({ EncodingType: 'url' })
  expect(decodeURIComponent(Contents?.[0]?.Key ?? '')).toBe(odd)
})

test('what cannot be is refused', async () => {
  const { list, send } = await withKeys([])
  expect(await failure(list({ ContinuationToken: 'made up' }))).toBe('400 InvalidArgument')
  const ask = (name: string, value: string) =>
    send({
      path: '/bucket',
      query: [
        ['list-type', '2'],
        [name, value],
      ],
    })
  expect(await outcome(await ask('max-keys', '-1'))).toBe('400 InvalidArgument')
  expect(await outcome(await ask('encoding-type', 'base64'))).toBe('400 InvalidArgument')
})

/** All pages of a listing, straight from the function, against what the definition says. */
test('whatever the page size, a listing is complete, in order and without doubles', () => {
  const key = fc.stringMatching(/^[ab/]{1,6}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 30 }),
      fc.stringMatching(/^[ab/]{0,2}$/),
      fc.constantFrom('', '/', 'a', 'b/'),
      fc.integer({ min: 1, max: 5 }),
      (keys, prefix, delimiter, maxKeys) => {
        const bucket = stateOf(keys)
        const entries: string[] = []
        for (let after: string | undefined = ''; after !== undefined; ) {
          const page = pageOf(bucket, { prefix, delimiter, after, maxKeys })
          const found = [...page.keys.map((object) => object.key), ...page.prefixes]
          expect(found.length).toBeLessThanOrEqual(maxKeys)
          entries.push(...found.sort())
          after = page.next
        }
        expect(entries).toEqual(byDefinition(keys, prefix, delimiter))
      },
    ),
  )
})

function byDefinition(keys: string[], prefix: string, delimiter: string): string[] {
  const folded = keys
    .filter((each) => each.startsWith(prefix))
    .map((each) => {
      const at = delimiter === '' ? -1 : each.slice(prefix.length).indexOf(delimiter)
      return at < 0 ? each : each.slice(0, prefix.length + at + delimiter.length)
    })
  return [...new Set(folded)].sort()
}

function stateOf(keys: string[]): State {
  const objects = keys.map((key) => ({
    key,
    handle: '',
    size: 0,
    etag: '',
    modifiedAt: 0,
    contentType: '',
    metadata: {},
    checksums: {},
  }))
  return {
    name: Bucket,
    account: '',
    region: '',
    createdAt: 0,
    objects: Object.fromEntries(objects.map((each) => [each.key, each])),
    uploads: {},
  }
}
