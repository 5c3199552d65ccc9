import type { Digest } from '../core/digest.ts'
import type { RegistryIdentity, Skipped, SnapshotRoot } from '../vault/format.ts'

export interface BackupOptions {
  /** Globs. Repositories that match none stay as the parent snapshot had them. Absent or empty: all. */
  repositories?: readonly string[]
  /** Blobs in flight at once, default 8. Memory follows it. */
  concurrency?: number
  /**
   * Take images of the archive class that were never held out of it, wait for them, and archive them again. ECR
   * charges for it, and for 90 days of storage from then on (ecr-facts 2.11 and 10).
   */
  restoreArchived?: boolean
  /** How long to wait for them, in ms; default 25 minutes. */
  archivePatience?: number
  /** Who writes: `holdfast/1.2.3`. */
  tool?: string
}

/** An image that was taken out of the archive class for a backup. */
export interface RestoredImage {
  repository: string
  digest: Digest
  size?: number
  archivedAgain: boolean
  /** The way back, as a command, where the run could not take it. */
  undo: string
  trouble?: string
}

/** What a run sent to the registry. */
export interface RequestCounts {
  total: number
  /** Manifests that were asked for (each counts as a pull), and blob bodies that were opened. */
  manifestRequests: number
  blobRequests: number
  byOperation: Record<string, number>
}

export interface BackupReport {
  schema: 'holdfast.backup/1'
  snapshot: string
  parent?: string
  registry: RegistryIdentity
  time: string
  complete: boolean
  /** The registry sent bytes that were refused; `skipped` names them. */
  damaged: boolean
  /** What the snapshot holds. Manifests, blobs and bytes that two repositories share count in both. */
  repositories: number
  manifests: number
  tags: number
  blobs: number
  bytes: number
  /** What came over the wire into the vault; each blob once. */
  copied: { manifests: number; blobs: number; bytes: number }
  /** What needed no copying: repositories without any change, manifests and blobs that the vault had. */
  reused: { repositories: number; manifests: number; blobs: number }
  skipped: Skipped[]
  /** With `restoreArchived`: what was taken out of the archive class, by this run or by one that did not end. */
  restoredFromArchive?: RestoredImage[]
  requests: RequestCounts
  durationMs: number
}

export interface RepositoryBackupPlan {
  repository: string
  /** `unchanged` also when only pull times differ. `unreadable`: its listing failed; `reason` says why. */
  change: 'new' | 'changed' | 'unchanged' | 'unreadable'
  reason?: string
  /** `archived`: never held and skipped. `woken`: of the new ones those that would be taken out of the archive. */
  manifests: { new: number; known: number; archived: number; woken: number; gone: number }
  tags: { total: number; added: number; moved: number; removed: number }
  settingsChanged: boolean
  /** Sum of the new images' sizes where the listing tells them: shared layers count more than once. */
  estimatedBytes?: number
  /** Of them, what would be taken out of the archive. */
  wokenBytes?: number
}

export interface BackupEstimate {
  blobs: number
  /** Upper: shared layers count in every image. Absent when the listing has no sizes. */
  bytes?: number
  /** By operation, as the report of the backup will count them. */
  requests: Record<string, number>
  /** Requests a second that the budget allows, for those that it limits. */
  rates: Record<string, number>
  /** At the least. `limitedBy`: the operation whose rate decides, or `bytes`. */
  seconds: number
  limitedBy: string
  lineBytesPerSecond: number
  /** With `restoreArchived`: what is taken out of the archive and what ECR asks for that; it comes on top of the time. */
  archive?: { images: number; bytes: number; minutes: number; restoreUsd: number; note: string }
  /** For vaults in S3. */
  s3?: {
    puts: number
    requestsUsd: number
    /** What is added to the bill of each month. */
    storageUsdPerMonth?: number
    prices: { asOf: string; region: string }
    note: string
  }
}

/**
 * What a backup would do, from listings alone: reading a manifest would count as a pull and spoil the pull times.
 * Counts of manifests and tags are exact at that moment. Bytes are an upper estimate: which layers the vault has
 * already is known only once the manifests are read.
 */
export interface BackupPlan {
  schema: 'holdfast.backup-plan/1'
  registry: RegistryIdentity
  parent?: Pick<SnapshotRoot, 'id' | 'time' | 'complete'>
  repositories: RepositoryBackupPlan[]
  /** In the parent, but not in the registry any more. */
  repositoriesGone: string[]
  totals: {
    repositories: number
    manifestsNew: number
    manifestsKnown: number
    /** Absent when the registry's listing has no sizes. */
    estimatedBytes?: number
  }
  exact: string[]
  estimated: string[]
  /** What the backup would take. */
  estimate: BackupEstimate
  /** What making this plan took. */
  requests: RequestCounts
}
