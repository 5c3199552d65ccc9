import { randomBytes } from 'node:crypto'
import { AwsError } from '../http.ts'
import type { Bucket, DeleteMarker, OlderVersion, StoredObjectState, World } from '../world.ts'
import { findObject, forgetKeys } from './objects.ts'

export type Version = OlderVersion

/** What S3 calls the version of an object that was written while versioning was off or suspended. */
const nullVersion = 'null'

export function isMarker(version: Version): version is DeleteMarker {
  return 'marker' in version
}

export function idOf(version: Version): string {
  return version.versionId ?? nullVersion
}

/** Every version of a key, newest first: the first is the one that counts. */
export function versionsOf(bucket: Bucket, key: string): Version[] {
  const current = findObject(bucket, key)
  return current ? [current, ...olderOf(bucket, key)] : [...olderOf(bucket, key)]
}

function olderOf(bucket: Bucket, key: string): readonly Version[] {
  return bucket.older && Object.hasOwn(bucket.older, key) ? (bucket.older[key] ?? []) : []
}

/** The marker that hides a key. */
export function markerOn(bucket: Bucket, key: string): DeleteMarker | undefined {
  const [newest] = versionsOf(bucket, key)
  return newest && isMarker(newest) ? newest : undefined
}

export function findVersion(bucket: Bucket, key: string, id: string): Version {
  checkVersionId(id)
  const found = versionsOf(bucket, key).find((version) => idOf(version) === id)
  if (found) return found
  throw new AwsError('NoSuchVersion', 'The specified version does not exist.', {
    status: 404,
    extra: { Key: key, VersionId: id },
  })
}

/** Assumption: what cannot be an id is refused; an id that names nothing is only refused when it is read. */
export function checkVersionId(id: string): void {
  if (id === nullVersion || /^[A-Za-z0-9._]{32}$/.test(id)) return
  throw new AwsError('InvalidArgument', 'Invalid version id specified', {
    extra: { ArgumentName: 'versionId', ArgumentValue: id },
  })
}

/** The id that what is written now gets; none in a bucket whose versioning was never on, or is suspended. */
export function newVersionId(bucket: Bucket): { versionId?: string } {
  return bucket.versioning === 'Enabled' ? { versionId: randomBytes(24).toString('hex').slice(0, 32) } : {}
}

/** Puts a version on top. What was there stays below, unless both are `null`. */
export async function addVersion(world: World, bucket: Bucket, version: Version): Promise<void> {
  const before = versionsOf(bucket, version.key)
  const replaced = before.find((each) => idOf(each) === idOf(version))
  setVersions(bucket, version.key, [version, ...before.filter((each) => each !== replaced)])
  if (replaced) await removeBytes(world, replaced)
}

/** Removes one version for good; the one below becomes the current one. */
export async function removeVersion(
  world: World,
  bucket: Bucket,
  { key, id }: { key: string; id: string },
): Promise<Version | undefined> {
  const before = versionsOf(bucket, key)
  const gone = before.find((each) => idOf(each) === id)
  if (!gone) return undefined
  setVersions(
    bucket,
    key,
    before.filter((each) => each !== gone),
  )
  await removeBytes(world, gone)
  return gone
}

function setVersions(bucket: Bucket, key: string, versions: Version[]): void {
  const [newest] = versions
  const current: StoredObjectState | undefined = newest && !isMarker(newest) ? newest : undefined
  const older = current ? versions.slice(1) : versions
  const known = versionsOf(bucket, key).length > 0
  const visible = findObject(bucket, key) !== undefined
  if (current) bucket.objects[key] = current
  else delete bucket.objects[key]
  // No prototype: a key may be called `__proto__`.
  if (older.length > 0) bucket.older ??= Object.create(null) as NonNullable<Bucket['older']>
  if (older.length > 0 && bucket.older) bucket.older[key] = older
  else delete bucket.older?.[key]
  if (visible !== (current !== undefined) || known !== versions.length > 0) forgetKeys(bucket)
}

async function removeBytes(world: World, version: Version): Promise<void> {
  if (!isMarker(version)) await world.blobs.remove(version.handle)
}

/** Only a bucket that has or had versioning speaks of versions. */
export function versionHeader(bucket: Bucket, version: Version): Record<string, string> {
  return bucket.versioning ? { 'x-amz-version-id': idOf(version) } : {}
}

export function markerHeaders(bucket: Bucket, marker: DeleteMarker): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, marker) }
}
