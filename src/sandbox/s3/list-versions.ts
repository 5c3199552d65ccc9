import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket } from '../world.ts'
import type { Xml } from '../xml.ts'
import { isoTime, ownerOf, xmlAnswer } from './answer.ts'
import { bucketOf, type S3Call } from './call.ts'
import { encoderOf, readLimit } from './list-objects.ts'
import { allKeysOf, compareKeys } from './objects.ts'
import { idOf, isMarker, type Version, versionsOf } from './versions.ts'

interface Listed {
  version: Version
  latest: boolean
}

/** Where a page begins: after this version of this key, or after all of the key. */
interface After {
  key: string
  id: string
}

/**
 * ListObjectVersions: by key, the newest first. Assumption: markers name the last version of the page before. Versions
 * and delete markers come in two blocks, not mixed as from S3; clients read them as two lists anyway.
 */
export function listObjectVersions(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  const { query } = call.request
  const write = encoderOf(query.get('encoding-type'))
  const prefix = query.get('prefix') ?? ''
  const after = { key: query.get('key-marker') ?? '', id: query.get('version-id-marker') ?? '' }
  if (after.id !== '' && after.key === '')
    throw new AwsError('InvalidArgument', 'A version-id marker cannot be specified without a key marker.')
  const limit = readLimit(query.get('max-keys'))
  const found = versionsAfter(bucket, { prefix, after, limit })
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1)?.version : undefined
  const markers = page.filter(({ version }) => isMarker(version))
  return xmlAnswer('ListVersionsResult', {
    Name: bucket.name,
    Prefix: write(prefix),
    KeyMarker: write(after.key),
    VersionIdMarker: after.id,
    NextKeyMarker: last && write(last.key),
    NextVersionIdMarker: last && idOf(last),
    MaxKeys: limit,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: last !== undefined,
    Version: page.filter((each) => !markers.includes(each)).map((each) => entryOf(bucket, each, write)),
    DeleteMarker: markers.map((each) => entryOf(bucket, each, write)),
  })
}

/** One more than the page takes, when there is one. */
function versionsAfter(
  bucket: Bucket,
  { prefix, after, limit }: { prefix: string; after: After; limit: number },
): Listed[] {
  const found: Listed[] = []
  for (const key of allKeysOf(bucket)) {
    if (found.length > limit) break
    if (!key.startsWith(prefix) || (after.key !== '' && compareKeys(key, after.key) < 0)) continue
    const all = versionsOf(bucket, key).map((version, at) => ({ version, latest: at === 0 }))
    found.push(...(key === after.key ? rest(all, after.id) : all))
  }
  return limit === 0 ? [] : found
}

function rest(all: Listed[], id: string): Listed[] {
  const at = id === '' ? -1 : all.findIndex(({ version }) => idOf(version) === id)
  return at < 0 ? [] : all.slice(at + 1)
}

function entryOf(bucket: Bucket, { version, latest }: Listed, write: (text: string) => string): Xml {
  const common = {
    Key: write(version.key),
    VersionId: idOf(version),
    IsLatest: latest,
    LastModified: isoTime(version.modifiedAt),
    Owner: ownerOf(bucket.account),
  }
  if (isMarker(version)) return common
  return { ...common, ETag: `"${version.etag}"`, Size: version.size, StorageClass: 'STANDARD' }
}
