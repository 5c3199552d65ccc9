import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket } from '../world.ts'
import type { Xml } from '../xml.ts'
import { isoTime, ownerOf, xmlAnswer } from './answer.ts'
import { bucketOf, type S3Call } from './call.ts'
import { type Page, pageOf } from './list-page.ts'

/** ListObjectsV2. The first version of the operation is not there. */
export function listObjects(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  const { query } = call.request
  const write = encoderOf(query.get('encoding-type'))
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? '']
  const startAfter = query.get('start-after') ?? ''
  const token = query.get('continuation-token') ?? undefined
  const maxKeys = readLimit(query.get('max-keys'))
  const after = token === undefined ? startAfter : readToken(token)
  const page = pageOf(bucket, { prefix, delimiter, after, maxKeys })
  return xmlAnswer('ListBucketResult', {
    Name: bucket.name,
    Prefix: write(prefix),
    Delimiter: delimiter ? write(delimiter) : undefined,
    StartAfter: startAfter ? write(startAfter) : undefined,
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: page.keys.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : makeToken(page.next),
    Contents: contents(bucket, page, { write, withOwner: query.get('fetch-owner') === 'true' }),
    CommonPrefixes: page.prefixes.map((each) => ({ Prefix: write(each) })),
  })
}

function contents(
  bucket: Bucket,
  page: Page,
  options: { write: (text: string) => string; withOwner: boolean },
): Xml[] {
  return page.keys.map((object) => ({
    Key: options.write(object.key),
    LastModified: isoTime(object.modifiedAt),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: Object.keys(object.checksums).map((name) => name.toUpperCase()),
    ChecksumType: object.checksumType,
    Size: object.size,
    Owner: options.withOwner ? ownerOf(bucket.account) : undefined,
    StorageClass: 'STANDARD',
  }))
}

export function encoderOf(type: string | null): (text: string) => string {
  if (type === null) return (text) => text
  if (type === 'url') return (text) => encodeURIComponent(text).replaceAll('%2F', '/')
  throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request')
}

export function readLimit(text: string | null): number {
  if (text === null) return 1000
  const limit = Number(text)
  if (!/^\d+$/.test(text) || limit > 2 ** 31 - 1)
    throw new AwsError('InvalidArgument', 'The limit of a list must be a number that is not negative.')
  return Math.min(limit, 1000)
}

const tokenHead = 'after:'

function makeToken(after: string): string {
  return Buffer.from(`${tokenHead}${after}`).toString('base64url')
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (text.startsWith(tokenHead)) return text.slice(tokenHead.length)
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect')
}
