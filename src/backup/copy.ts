import type { Readable } from 'node:stream'
import pLimit from 'p-limit'
import type { Digest } from '../core/digest.ts'
import { HoldfastError, hasCode } from '../core/errors.ts'
import type { Job } from './job.ts'
import type { Presence } from './presence.ts'
import { resuming } from './resume.ts'

export interface WantedBlob {
  repository: string
  /** The manifest that names it, for messages. */
  image: Digest
  digest: Digest
  size?: number
}

/** Brings blobs into the vault, each once in a run however many images share it. Answers the size. */
export type Copier = (job: Job, wanted: WantedBlob) => Promise<number>

export function blobCopier(presence: Presence, concurrency: number): Copier {
  const limit = pLimit(concurrency)
  const flights = new Map<Digest, Promise<number>>()
  const failures = new Map<string, unknown>()
  return async (job, wanted) => {
    for (let flight = flights.get(wanted.digest); flight !== undefined; flight = flights.get(wanted.digest)) {
      const size = await flight.catch(() => undefined)
      if (size !== undefined) return sizeChecked(size, wanted)
    }
    // The same blob may be whole in another repository, or named with another size: then it is tried again.
    const trial = `${wanted.repository} ${wanted.digest} ${wanted.size}`
    if (failures.has(trial)) throw failures.get(trial)
    const own = limit(() => copyBlob(job, wanted, presence))
    flights.set(wanted.digest, own)
    try {
      return await own
    } catch (error) {
      failures.set(trial, error)
      flights.delete(wanted.digest)
      throw error
    }
  }
}

async function copyBlob(job: Job, wanted: WantedBlob, presence: Presence): Promise<number> {
  job.run.signal.throwIfAborted()
  const held = await job.orStop(presence(wanted.digest))
  if (held !== undefined && (wanted.size === undefined || wanted.size === held)) {
    job.tally.reused.blobs++
    return held
  }
  // Held with another size: either the vault's blob is cut, or the descriptor lies. Copying tells.
  const replace = held !== undefined
  if (wanted.size !== undefined) job.run.progress.expect({ bytes: wanted.size })
  try {
    return await download(job, wanted, replace)
  } catch (error) {
    if (!hasCode(error, 'registry-content-mismatch') || job.run.signal.aborted) throw error
    // Once more from the start: a byte that flipped on the way is no damage in the registry.
    return await download(job, wanted, replace).catch((again: unknown) => {
      throw named(again, wanted)
    })
  }
}

async function download(job: Job, wanted: WantedBlob, replace: boolean): Promise<number> {
  const { source, run, tally, vault } = job
  const { repository, digest, size } = wanted
  const open = (from: number) => {
    tally.blobRequests++
    return source.blob(repository, digest, from, run.signal)
  }
  const onBytes = (bytes: number) => run.progress.advance({ bytes })
  const what = `${repository} ${digest}`
  const body = resuming({ open, what, size, onBytes, clock: run.clock, signal: run.signal })
  const put = vault.blobs.put(digest, { body, size, replace, signal: run.signal })
  const stored = await fromEitherSide(job, body, put)
  if (stored.created) {
    tally.copied.blobs++
    tally.copied.bytes += stored.size
  }
  return stored.size
}

/** The source's failures concern one image; the vault's end the run. */
async function fromEitherSide<T>(job: Job, body: Readable, put: Promise<T>): Promise<T> {
  try {
    return await put
  } catch (error) {
    if (body.errored) throw body.errored
    if (hasCode(error, 'registry-content-mismatch')) throw error
    return job.orStop(Promise.reject(error))
  }
}

/** Two images may name one blob with different sizes: then one of them lies, and is not taken. */
function sizeChecked(size: number, wanted: WantedBlob): number {
  if (wanted.size === undefined || wanted.size === size) return size
  throw new HoldfastError('registry-content-mismatch', {
    what: `${wanted.repository}@${wanted.image} names blob ${wanted.digest} with ${wanted.size} bytes; it has ${size}.`,
    why: 'The image is damaged, or was made by a broken tool.',
    next: 'Push the image anew.',
  })
}

function named(error: unknown, wanted: WantedBlob): unknown {
  if (!hasCode(error, 'registry-content-mismatch')) return error
  const { repository, image, digest } = wanted
  return new HoldfastError('registry-content-mismatch', {
    what: `${repository}@${image}: blob ${digest} was refused twice. ${error.message}`,
    ...(error.why && { why: error.why }),
    next: error.next,
    cause: error,
  })
}
