import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket, StoredObjectState } from '../world.ts'

/** Sorted keys of a bucket, made when first asked for and dropped when a key comes or goes. */
const sortedKeys = new WeakMap<object, string[]>()

export function keysOf(bucket: Bucket): readonly string[] {
  const known = sortedKeys.get(bucket.objects)
  if (known) return known
  const keys = Object.keys(bucket.objects).sort(compareKeys)
  sortedKeys.set(bucket.objects, keys)
  return keys
}

/** Keys that have any version, hidden ones too. */
export function allKeysOf(bucket: Bucket): readonly string[] {
  const { older } = bucket
  if (!older) return keysOf(bucket)
  const known = sortedKeys.get(older)
  if (known) return known
  const keys = [...new Set([...Object.keys(bucket.objects), ...Object.keys(older)])].sort(compareKeys)
  sortedKeys.set(older, keys)
  return keys
}

/** A key came or went. */
export function forgetKeys(bucket: Bucket): void {
  sortedKeys.delete(bucket.objects)
  if (bucket.older) sortedKeys.delete(bucket.older)
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

export function noSuchKey(key: string, headers: Record<string, string> = {}): AwsError {
  const options = { status: 404, extra: { Key: key }, headers }
  return new AwsError('NoSuchKey', 'The specified key does not exist.', options)
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
