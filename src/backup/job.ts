import { hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Vault } from '../vault/vault.ts'
import type { Archive } from './archive.ts'
import type { Copier } from './copy.ts'
import type { Previous } from './previous.ts'
import type { BackupReport } from './report.ts'
import type { Source } from './source.ts'

/** What every step of one backup run shares. Its signal fires on the caller's wish and on a failure that ends the run. */
export interface Job {
  source: Source
  vault: Vault
  run: Run
  previous: Previous
  copier: Copier
  tally: Tally
  /** Present when images may be taken out of the archive class. */
  archive?: Archive | undefined
  /** For work that the run cannot do without (all of the vault's): a failure stops everything, and is thrown. */
  orStop<T>(work: Promise<T>): Promise<T>
}

export interface Tally {
  copied: BackupReport['copied']
  reused: BackupReport['reused']
  manifestRequests: number
  blobRequests: number
}

export function newTally(): Tally {
  return {
    copied: { manifests: 0, blobs: 0, bytes: 0 },
    reused: { repositories: 0, manifests: 0, blobs: 0 },
    manifestRequests: 0,
    blobRequests: 0,
  }
}

/**
 * Why one image or repository is left out while the others go on. Throws what must end the whole run: a stop, a
 * failure of the vault, credentials that no longer work, and everything that was not foreseen.
 */
export function skippable(error: unknown, run: Run): { code: string; reason: string } {
  if (run.signal.aborted) throw error
  if (!hasCode(error, ...onlyOne)) throw error
  return { code: error.code, reason: error.why ? `${error.message} ${error.why}` : error.message }
}

const onlyOne = [
  'access-denied',
  'aws-request-failed',
  'endpoint-unreachable',
  'forbidden-address',
  'key-unusable',
  'registry-answer-invalid',
  'registry-content-mismatch',
  'registry-not-found',
  'registry-request-failed',
] as const
