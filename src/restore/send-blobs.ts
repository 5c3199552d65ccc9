import pLimit from 'p-limit'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { RestoreReport, Route } from './report.ts'
import { repositorySetback } from './setback.ts'

export interface BlobToSend {
  /** At the target. */
  repository: string
  digest: Digest
  size: number
  /** The repository was made by this run: it has nothing yet, so it is not asked. */
  fresh: boolean
}

export interface BlobSender {
  send(blob: BlobToSend): Promise<void>
  /** The manifests of a repository are in: from now on its blobs can be mounted elsewhere. */
  committed(repository: string, digests: Iterable<Digest>): void
  readonly counts: RestoreReport['blobs'] & { bytes: number }
}

/** Mounts that may fail before they are no longer tried: where mounting is off, it is off for all (ecr-facts 4.5). */
const vainMounts = 3
const tries = 4

/** Brings blobs to the target: already there, mounted, or streamed from the vault with the hash checked on the way. */
export function blobSender({ vault, target }: Route, concurrency: number, run: Run): BlobSender {
  const limit = pLimit(concurrency)
  const homes = new Map<Digest, string>()
  const counts = { sent: 0, mounted: 0, present: 0, bytes: 0 }
  let vain = 0

  const mount = async ({ repository, digest }: BlobToSend) => {
    const home = homes.get(digest)
    if (!home || home === repository || vain >= vainMounts) return false
    const worked = await target.mountBlob(repository, digest, home, run.signal).catch((error: unknown) => {
      // Mounting needs rights at the other repository too (ecr-facts 4.5); sending the bytes does not.
      repositorySetback(error, run)
      return false
    })
    vain = worked ? Number.NEGATIVE_INFINITY : vain + 1
    return worked
  }
  const stream = async ({ repository, digest, size }: BlobToSend) => {
    const onBytes = (bytes: number) => run.progress.advance({ bytes })
    const body = await vault.blobs.get(digest, { signal: run.signal, onBytes })
    try {
      await target.putBlob(repository, digest, size, body, run.signal)
    } catch (error) {
      // When the vault's bytes are wrong the target only sees a stream that broke off.
      throw body.errored && hasCode(body.errored, 'vault-damaged') ? body.errored : error
    } finally {
      body.destroy()
    }
  }
  /** The answer may have been lost, and not the upload. */
  const again = async (blob: BlobToSend) => {
    if (!(await target.hasBlob(blob.repository, blob.digest, run.signal))) await stream(blob)
  }
  const sendOne = async (blob: BlobToSend) => {
    run.signal.throwIfAborted()
    if (!blob.fresh && (await target.hasBlob(blob.repository, blob.digest, run.signal))) counts.present++
    else if (await mount(blob)) counts.mounted++
    else {
      await severalTimes((attempt) => (attempt === 1 ? stream(blob) : again(blob)), run)
      counts.sent++
      counts.bytes += blob.size
    }
  }
  return {
    counts,
    send: (blob) => limit(() => sendOne(blob)),
    committed: (repository, digests) => {
      for (const digest of digests) if (!homes.has(digest)) homes.set(digest, repository)
    },
  }
}

/** A stream cannot be sent twice, so the client cannot repeat an upload; we can. */
async function severalTimes(upload: (attempt: number) => Promise<void>, run: Run): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await upload(attempt)
    } catch (error) {
      const again = hasCode(error, 'registry-request-failed', 'endpoint-unreachable') && attempt < tries
      if (!again || run.signal.aborted) throw error
      await run.clock.sleep(200 * 2 ** attempt, run.signal)
    }
  }
}
