import { AwsError } from '../http.ts'
import type { Bucket, StoredObjectState } from '../world.ts'
import { findObject, noSuchKey } from './objects.ts'

type Headers = Record<string, string | undefined>

/**
 * The conditions of a write. Called in the same tick as the write itself, so that of any number of racers with
 * `If-None-Match: *` exactly one wins.
 */
export function checkWrite(headers: Headers, bucket: Bucket, key: string): void {
  const current = findObject(bucket, key)
  const absent = headers['if-none-match']
  if (absent !== undefined && absent.trim() !== '*')
    throw new AwsError('NotImplemented', 'If-None-Match of a write must be *.', { status: 501 })
  if (absent !== undefined && current) throw failed('If-None-Match')
  const same = headers['if-match']
  if (same === undefined) return
  if (!current) throw noSuchKey(key)
  if (!matches(same, current.etag)) throw failed('If-Match')
}

/** The conditions of a read: throws 412, or answers that the client has it already (304). */
export function checkRead(headers: Headers, object: StoredObjectState): 'modified' | 'not-modified' {
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000
  const same = headers['if-match']
  if (same !== undefined && !matches(same, object.etag)) throw failed('If-Match')
  const before = Date.parse(headers['if-unmodified-since'] ?? '')
  if (same === undefined && modifiedAt > before) throw failed('If-Unmodified-Since')
  const other = headers['if-none-match']
  if (other !== undefined) return matches(other, object.etag) ? 'not-modified' : 'modified'
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return modifiedAt <= since ? 'not-modified' : 'modified'
}

function matches(header: string, etag: string): boolean {
  const listed = header.split(',').map((part) => part.trim().replace(/^W\//, '').replace(/^"|"$/g, ''))
  return listed.includes('*') || listed.includes(etag)
}

function failed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    extra: { Condition: condition },
  })
}
