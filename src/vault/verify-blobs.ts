import { type Digest, RunningDigest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import type { HashOptions, Store } from '../store/store.ts'
import { digestIn } from './blobs.ts'
import { keys } from './format.ts'
import { type Stray, strayReason } from './strays.ts'
import type { Vault } from './vault.ts'
import type { Problem } from './verify.ts'

export interface BadBlob {
  kind: Extract<Problem['kind'], 'blob-missing' | 'blob-size' | 'blob-content'>
  digest: Digest
  reason: string
}

/**
 * One listing of everything against what is needed: a head for each blob would cost a thousand times more requests.
 * Whatever else it shows and no vault writes is a stray.
 */
export async function checkListing(
  vault: Vault,
  live: Map<Digest, number>,
  run: Run,
): Promise<{ present: Map<Digest, number>; bad: BadBlob[]; strays: Stray[] }> {
  const present = new Map<Digest, number>()
  const bad: BadBlob[] = []
  const strays: Stray[] = []
  const now = run.clock.now()
  for await (const { key, size, modified } of vault.store.list('', run.signal)) {
    const digest = digestIn(key)
    const stray = strayReason(key, modified, now)
    if (stray) strays.push({ key, reason: stray })
    const wanted = digest && live.get(digest)
    if (!digest || wanted === undefined) continue
    present.set(digest, size)
    const reason = `It has ${size} bytes instead of ${wanted}.`
    if (size !== wanted) bad.push({ kind: 'blob-size', digest, reason })
  }
  for (const digest of live.keys()) {
    if (!present.has(digest)) bad.push({ kind: 'blob-missing', digest, reason: 'It is missing.' })
  }
  for (const { digest } of bad) present.delete(digest)
  return { present, bad, strays }
}

/** While one is hashed the others wait for the disk; a store that hashes in threads keeps four of them busy. */
const blobsAtOnce = 4

export async function hashBlobs(
  vault: Vault,
  blobs: Map<Digest, number>,
  run: Run,
): Promise<{ bad: BadBlob[]; bytes: number }> {
  const bad: BadBlob[] = []
  const total = [...blobs.values()].reduce((sum, size) => sum + size, 0)
  let bytes = 0
  run.progress.phase('hashing', { items: blobs.size, bytes: total })
  await inParallel(blobs.keys(), blobsAtOnce, async (digest) => {
    const found = await hashOne(vault, digest, run)
    bytes += found?.size ?? 0
    if (!found) bad.push({ kind: 'blob-missing', digest, reason: 'It is missing.' })
    else if (found.digest !== digest) {
      bad.push({ kind: 'blob-content', digest, reason: 'Its contents do not match its name.' })
    }
    run.progress.advance({ items: 1 })
  })
  return { bad, bytes }
}

/** Undefined when the blob is gone since the listing. */
async function hashOne(
  { store }: Vault,
  digest: Digest,
  run: Run,
): Promise<{ digest: Digest; size: number } | undefined> {
  const onBytes = (bytes: number) => run.progress.advance({ bytes })
  if (!store.sha256) return await hashStream(store, digest, { signal: run.signal, onBytes })
  const found = await store.sha256(keys.blob(digest), { signal: run.signal, onBytes })
  return found && { digest: `sha256:${found.sha256}`, size: found.size }
}

async function hashStream(store: Store, digest: Digest, options: Required<HashOptions>) {
  const body = await store.get(keys.blob(digest), { signal: options.signal })
  if (!body) return undefined
  const running = new RunningDigest()
  await new Promise<void>((resolve, reject) => {
    body.on('data', (chunk: Uint8Array) => {
      running.update(chunk)
      options.onBytes(chunk.byteLength)
    })
    body.on('end', resolve).on('error', reject)
    body.on('close', () => reject(closedEarly(digest)))
  })
  return { digest: running.digest(), size: running.size }
}

function closedEarly(digest: Digest): HoldfastError {
  return new HoldfastError('store-request-failed', {
    what: `Reading ${keys.blob(digest)} ended before its end.`,
    why: 'The store closed the stream.',
    next: 'Run the verification again.',
  })
}
