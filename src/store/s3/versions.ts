import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3'
import { HoldfastError } from '../../core/errors.ts'
import { isKey } from '../key.ts'
import type { StoredVersion } from '../store.ts'
import type { Bucket } from './bucket.ts'
import { decoded } from './list.ts'

interface Position {
  key: string
  version: string
}

/** S3 lists versions by key, the newest first. The two lists of a page are merged again, the one that counts first. */
export async function* listVersions(
  bucket: Bucket,
  prefix: string,
  signal?: AbortSignal,
): AsyncIterable<StoredVersion> {
  let after: Position | undefined
  do {
    const page = await askPage(bucket, prefix, { after, signal })
    yield* versionsOf(page, bucket.prefix, prefix)
    after = next(bucket, page, after)
  } while (after)
}

async function askPage(
  bucket: Bucket,
  prefix: string,
  { after, signal }: { after: Position | undefined; signal: AbortSignal | undefined },
): Promise<ListObjectVersionsCommandOutput> {
  const command = new ListObjectVersionsCommand({
    Bucket: bucket.name,
    Prefix: bucket.prefix + prefix,
    EncodingType: 'url',
    ...(after && { KeyMarker: after.key }),
    ...(after?.version && { VersionIdMarker: after.version }),
  })
  const send = (options: { abortSignal?: AbortSignal }) => bucket.client.send(command, options)
  return await bucket.ask('ListObjectVersions', prefix, { send, signal })
}

interface Entry {
  Key?: string | undefined
  VersionId?: string | undefined
  IsLatest?: boolean | undefined
  LastModified?: Date | undefined
  Size?: number | undefined
}

function versionsOf(page: ListObjectVersionsCommandOutput, base: string, prefix: string): StoredVersion[] {
  const entries = (list: readonly Entry[] | undefined, marker: boolean) =>
    (list ?? []).flatMap((entry) => versionOf(entry, { marker, base, prefix }))
  const all = [...entries(page.Versions, false), ...entries(page.DeleteMarkers, true)]
  // Stable: within the two lists S3's own order stays.
  return all.sort((a, b) => (a.key === b.key ? Number(b.latest) - Number(a.latest) : a.key < b.key ? -1 : 1))
}

/** What is no key of ours is left out, as from `list`. */
function versionOf(
  { Key = '', VersionId, IsLatest, LastModified, Size = 0 }: Entry,
  { marker, base, prefix }: { marker: boolean; base: string; prefix: string },
): StoredVersion[] {
  const whole = decoded(Key)
  const key = whole.slice(base.length)
  if (!whole.startsWith(base + prefix) || !isKey(key) || !VersionId) return []
  const modified = LastModified ?? new Date(0)
  return [{ key, size: Size, modified, version: VersionId, latest: IsLatest === true, marker }]
}

/** The same position twice would go on for ever. */
function next(
  bucket: Bucket,
  page: ListObjectVersionsCommandOutput,
  last: Position | undefined,
): Position | undefined {
  if (!page.IsTruncated) return undefined
  const position = { key: decoded(page.NextKeyMarker ?? ''), version: page.NextVersionIdMarker ?? '' }
  const moved = position.key !== last?.key || position.version !== last.version
  if (position.key && moved) return position
  throw new HoldfastError('store-request-failed', {
    what: `ListObjectVersions of ${bucket.urlOf('')} does not come to an end.`,
    why: 'The store said that there is more, and gave no way to ask for it.',
    next: 'Check the endpoint: it does not answer like S3.',
  })
}

/** Named after its permission, which is another one than that of a plain delete. */
export async function deleteVersionOf(
  bucket: Bucket,
  { key, version }: { key: string; version: string },
  signal?: AbortSignal,
): Promise<void> {
  const command = new DeleteObjectCommand({ ...bucket.at(key), VersionId: version })
  const send = (options: { abortSignal?: AbortSignal }) => bucket.client.send(command, options)
  await bucket.ask('DeleteObjectVersion', key, { send, signal })
}
