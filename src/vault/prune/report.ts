import type { RetentionPolicy } from '../retention.ts'
import type { Totals } from './condemn.ts'

export interface PruneOptions {
  policy: RetentionPolicy
  /** Days for which nothing that was written is deleted, by the store's clock. Default 7. */
  grace?: number
  /** Everything up to the delete list, which is not written. */
  dryRun?: boolean
  /** The user's word that no backup is running: open runs are revoked at once, and the store need not be able to create conditionally. */
  offline?: boolean
  /** Revoke open runs at once instead of waiting for the young ones. */
  revoke?: boolean
  /** Ids of suspicious snapshots whose loss of images was intended. */
  acceptLoss?: readonly string[]
  /** Verify the structure afterwards, default true. */
  verify?: boolean
}

export interface PrunedSnapshot {
  id: string
  registry: string
  time: string
  complete: boolean
}

export interface PruneReport {
  schema: 'holdfast.prune/1'
  /** False: a run that may be alive was in the way and nothing was done, or verifying found damage. */
  ok: boolean
  dryRun: boolean
  simulated: boolean
  kept: (PrunedSnapshot & { reasons: string[] })[]
  /** In a dry run: what would be forgotten. */
  forgotten: PrunedSnapshot[]
  /** Lost more than 30 % of the images of the snapshot before, which is kept for that. */
  suspicious: (PrunedSnapshot & { predecessor: string; images: number; imagesBefore: number })[]
  /** What no kept snapshot needs and is older than the grace. */
  blobsCondemned: number
  bytesCondemned: number
  blobsDeleted: number
  /** Blobs, states and shards. */
  objectsDeleted: number
  bytesFreed: number
  /** What no kept snapshot needs but is younger than the grace. */
  young: Totals
  /** Runs that had not committed and must begin again. */
  revoked: string[]
  /** Lists of prunes that died, finished by this one. */
  finished: string[]
  /** Runs that have not ended and may be alive. */
  waitingFor: { run: string; root: string; since: string }[]
  /** When more can be deleted: the youngest garbage comes of age, or the run counts as dead. */
  nextPossible?: string
  verified?: { ok: boolean; problems: number }
  durationMs: number
}
