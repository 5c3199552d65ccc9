import { type Digest, RunningDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { keys } from './format.ts'
import type { Vault } from './vault.ts'
import type { Problem } from './verify.ts'

export interface BadBlob {
  kind: Extract<Problem['kind'], 'blob-missing' | 'blob-size' | 'blob-content'>
  digest: Digest
  reason: string
}

/** One listing of all blobs against what is needed: a head for each would cost a thousand times more requests. */
export async function checkListing(
  vault: Vault,
  live: Map<Digest, number>,
  run: Run,
): Promise<{ present: Map<Digest, number>; bad: BadBlob[] }> {
  const present = new Map<Digest, number>()
  const bad: BadBlob[] = []
  for await (const { digest, size } of vault.blobs.list(run.signal)) {
    const wanted = live.get(digest)
    if (wanted === undefined) continue
    present.set(digest, size)
    const reason = `It has ${size} bytes instead of ${wanted}.`
    if (size !== wanted) bad.push({ kind: 'blob-size', digest, reason })
  }
  for (const digest of live.keys()) {
    if (!present.has(digest)) bad.push({ kind: 'blob-missing', digest, reason: 'It is missing.' })
  }
  for (const { digest } of bad) present.delete(digest)
  return { present, bad }
}

/**
 * While one stream is hashed the others wait for the disk. More streams bring nothing: hashing is the limit, and it
 * runs in this thread at about 2 GB/s.
 */
const streamsAtOnce = 4

export async function hashBlobs(
  vault: Vault,
  blobs: Map<Digest, number>,
  run: Run,
): Promise<{ bad: BadBlob[]; bytes: number }> {
  const bad: BadBlob[] = []
  const total = [...blobs.values()].reduce((sum, size) => sum + size, 0)
  let bytes = 0
  run.progress.phase('hashing', { items: blobs.size, bytes: total })
  await inParallel(blobs.keys(), streamsAtOnce, async (digest) => {
    const running = await hashOne(vault, digest, run)
    bytes += running?.size ?? 0
    if (!running) bad.push({ kind: 'blob-missing', digest, reason: 'It is missing.' })
    else if (running.digest() !== digest) {
      bad.push({ kind: 'blob-content', digest, reason: 'Its contents do not match its name.' })
    }
    run.progress.advance({ items: 1 })
  })
  return { bad, bytes }
}

/** Undefined when the blob is gone since the listing. */
async function hashOne(vault: Vault, digest: Digest, run: Run): Promise<RunningDigest | undefined> {
  const body = await vault.store.get(keys.blob(digest), { signal: run.signal })
  if (!body) return undefined
  const running = new RunningDigest()
  await new Promise<void>((resolve, reject) => {
    body.on('data', (chunk: Uint8Array) => {
      running.update(chunk)
      run.progress.advance({ bytes: chunk.byteLength })
    })
    body.on('end', resolve).on('error', reject)
    body.on('close', () => reject(closedEarly(digest)))
  })
  return running
}

function closedEarly(digest: Digest): HoldfastError {
  return new HoldfastError('store-request-failed', {
    what: `Reading ${keys.blob(digest)} ended before its end.`,
    why: 'The store closed the stream.',
    next: 'Run the verification again.',
  })
}
