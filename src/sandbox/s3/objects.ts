import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket, StoredObjectState, World } from '../world.ts'

/** Sorted keys of a bucket, made when first asked for and dropped when a key comes or goes. */
const sortedKeys = new WeakMap<object, string[]>()

export function keysOf(bucket: Bucket): readonly string[] {
  const known = sortedKeys.get(bucket.objects)
  if (known) return known
  const keys = Object.keys(bucket.objects).sort(compareKeys)
  sortedKeys.set(bucket.objects, keys)
  return keys
}

/** S3 orders keys by their UTF-8 bytes, which differs from UTF-16 beyond the basic plane. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  if (!/[\ud800-\uffff]/.test(a + b)) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

export function findObject(bucket: Bucket, key: string): StoredObjectState | undefined {
  return Object.hasOwn(bucket.objects, key) ? bucket.objects[key] : undefined
}

export function noSuchKey(key: string): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, extra: { Key: key } })
}

/** From this moment on readers see the new object; the old one's bytes go. */
export async function storeObject(world: World, bucket: Bucket, object: StoredObjectState): Promise<void> {
  const old = findObject(bucket, object.key)
  bucket.objects[object.key] = object
  if (old) await world.blobs.remove(old.handle)
  else sortedKeys.delete(bucket.objects)
}

export async function removeObject(world: World, bucket: Bucket, key: string): Promise<void> {
  const old = findObject(bucket, key)
  if (!old) return
  delete bucket.objects[key]
  sortedKeys.delete(bucket.objects)
  await world.blobs.remove(old.handle)
}

export function checksumHeaders(object: {
  checksums: Record<string, string>
  checksumType?: string
}): Record<string, string> {
  const values = Object.entries(object.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value])
  return {
    ...Object.fromEntries(values),
    ...(object.checksumType !== undefined && { 'x-amz-checksum-type': object.checksumType }),
  }
}

export function emptyAnswer(status = 200, headers: Record<string, string> = {}): SandboxResponse {
  return { status, headers }
}
