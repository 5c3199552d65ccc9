import type { Readable } from 'node:stream'
import { eachChunk } from '../chunks.ts'
import { Sent, throwIfAborted } from '../commit.ts'
import type { PutOptions } from '../store.ts'
import type { Bucket } from './bucket.ts'
import { headObject } from './head.ts'
import { MultipartUpload } from './multipart.ts'
import { PartLane } from './parts.ts'
import { putSingle } from './single.ts'

/** Up to here one request does, and the bytes are kept in memory meanwhile. */
export const singleLimit = 8 * 1024 * 1024
/** S3 allows 10,000 parts. */
const partsLimit = 9000

/** Without a size it is 8 MiB: enough for 78 GiB, more than a layer in ECR can have (ecr-facts 4.6). */
function partSizeFor(size: number | undefined): number {
  return Math.max(singleLimit, Math.ceil((size ?? 0) / partsLimit))
}

/**
 * Streams a body into an object. The sha256 over all of it is accepted by `beforeCommit` before the request that
 * makes it visible is sent (law 4).
 */
export async function upload(
  bucket: Bucket,
  key: string,
  { body, options }: { body: Uint8Array | Readable; options: PutOptions },
): Promise<'created' | 'exists'> {
  const { signal, ifAbsent = false, size } = options
  const sent = new Sent(key, options)
  const lane = new PartLane(() => MultipartUpload.create(bucket, key, signal), {
    buffers: bucket.buffers,
    partSize: partSizeFor(size),
    firstPart: Math.min(size ?? Number.POSITIVE_INFINITY, partSizeFor(size)),
    signal,
  })
  let answer: 'created' | 'exists' | undefined
  try {
    const take = (chunk: Uint8Array) => {
      sent.update(chunk)
      return lane.take(chunk)
    }
    await eachChunk(body, take, signal)
    const { sha256 } = sent.finish()
    const { bytes, multipart } = await lane.finish()
    throwIfAborted(signal)
    if (multipart) answer = await completed(bucket, key, { multipart, ifAbsent })
    else answer = await putSingle(bucket, key, { payload: { bytes, sha256 }, ifAbsent })
    return answer
  } finally {
    if (answer !== 'created') await lane.abort()
    lane.release()
  }
}

/**
 * Where CompleteMultipartUpload does not honour `If-None-Match`, looking first is all that can be done: two racers
 * may then both be told 'created', and the later one stays. Harmless for blobs, whose bytes are their name;
 * everything that must be created once is small and goes by PutObject.
 */
async function completed(
  bucket: Bucket,
  key: string,
  { multipart, ifAbsent }: { multipart: MultipartUpload; ifAbsent: boolean },
): Promise<'created' | 'exists'> {
  const unsure = ifAbsent && !bucket.capabilities.conditionalComplete
  if (unsure && (await headObject(bucket, key))) return 'exists'
  return await multipart.complete(ifAbsent)
}
