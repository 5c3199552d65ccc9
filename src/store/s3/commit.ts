import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { hasCode } from '../../core/errors.ts'
import type { Bucket } from './bucket.ts'
import { nameOf, statusOf } from './errors.ts'

/** Metadata that tells one put from another: see `commitObject`. */
export const putIdName = 'holdfast-put'

export interface Commit {
  key: string
  /** Random; stored with the object. */
  putId: string
  ifAbsent: boolean
  /** The request that makes the object visible. Called again after a conflict. */
  send: () => Promise<unknown>
}

const waits = [100, 200, 400, 800, 1600]

/**
 * Makes an object visible and finds out what came of it. The hard case is the lost answer: the request was done, the
 * reply never came, and its repetition meets our own object (412), or no upload any more (404). Size or ETag cannot
 * tell our success from somebody else's equal bytes; so each put stores a random id with the object, and after
 * any doubtful answer HeadObject says whose it is. No abort signal is obeyed here: stopping would leave the
 * same doubt.
 */
export async function commitObject(bucket: Bucket, commit: Commit): Promise<'created' | 'exists'> {
  for (const wait of [...waits, undefined]) {
    try {
      await commit.send()
      return 'created'
    } catch (error) {
      if (!isDoubtful(error)) throw error
      const found = await whose(bucket, commit)
      if (found === 'ours') return 'created'
      if (commit.ifAbsent && (found === 'theirs' || (found === 'hidden' && isTaken(error)))) return 'exists'
      if (wait === undefined || !(isTaken(error) || isConflict(error))) throw error
    }
    await bucket.clock.sleep(wait)
  }
  throw new Error('unreachable: the last turn returns or throws')
}

/** 412; MinIO has answered 304. */
function isTaken(error: unknown): boolean {
  return statusOf(error) === 412 || statusOf(error) === 304
}

/** Two conditional writes or a delete at the same time; S3 asks for a repetition. */
function isConflict(error: unknown): boolean {
  return statusOf(error) === 409
}

/** Everything but a plain refusal: no answer, a server error, a conflict, an upload that is gone. */
function isDoubtful(error: unknown): boolean {
  const status = statusOf(error)
  return (
    status === undefined ||
    status >= 500 ||
    isTaken(error) ||
    isConflict(error) ||
    nameOf(error) === 'NoSuchUpload'
  )
}

/** An identity that may write but not read cannot ask; a 412 is then somebody else's, as it nearly always is. */
async function whose(
  bucket: Bucket,
  { key, putId }: Commit,
): Promise<'ours' | 'theirs' | 'nobody' | 'hidden' | 'unknown'> {
  const send = () => bucket.client.send(new HeadObjectCommand(bucket.at(key)))
  try {
    const { Metadata } = await bucket.ask('HeadObject', key, { send })
    return Metadata?.[putIdName] === putId ? 'ours' : 'theirs'
  } catch (error) {
    bucket.log.debug(`could not find out who wrote ${key}`)
    if (statusOf(error) === 404) return 'nobody'
    return hasCode(error, 'access-denied') ? 'hidden' : 'unknown'
  }
}
