import type { Digest } from '../core/digest.ts'

/**
 * The documents of vault format 1 (`docs/design/vault-format.md`). States and shards are named by the sha256 of
 * their text, so their tables are sorted by digest and their text is canonical (`canonical.ts`): equal contents
 * give equal bytes and equal names.
 */

export const formatVersion = 1

export interface Capabilities {
  /** The store refused to create a key twice. */
  conditionalCreate: boolean
  /** The store kept versions when the vault was made. A prune looks for itself: it can be switched on later. */
  versions?: boolean
}

/** `holdfast.json`: written once by init. */
export interface VaultHeader {
  schema: 'holdfast.vault/1'
  format: number
  id: string
  createdAt: string
  capabilities: Capabilities
}

export interface RegistryIdentity {
  /** Path-safe and unique: `ecr-111122223333-eu-west-1`, `oci-127.0.0.1_5000`. */
  key: string
  url: string
  kind: 'ecr' | 'oci'
  account?: string
  region?: string
  /** Law 9: made from the sandbox. */
  simulated: boolean
}

/** What ECR lets one set on a repository. Texts of policies are kept exactly as read. */
export interface RepositorySettings {
  arn?: string
  createdAt?: string
  encryption?: { type: string; kmsKey?: string }
  tagMutability?: { mode: string; exclusions: string[] }
  scanOnPush?: boolean
  policy?: string
  lifecyclePolicy?: string
  resourceTags?: Record<string, string>
}

/** Settings of a whole registry, as the API gives them. */
export interface RegistrySettings {
  policy?: string
  replication?: unknown
  scanning?: unknown
  signing?: unknown
  pullThroughRules?: unknown[]
  creationTemplates?: unknown[]
  accountSettings?: Record<string, string>
  pullTimeExclusions?: string[]
}

export interface BlobRow {
  digest: Digest
  size: number
  mediaType?: string
}

export type ImageStatus = 'active' | 'archived' | 'activating'

export interface ManifestRow {
  digest: Digest
  mediaType: string
  size: number
  subject?: Digest
  artifactType?: string
  pushedAt?: string
  /** As it was when this state was first written; a later pull alone does not make a new state. */
  lastPull?: string
  status: ImageStatus
  /** Config and layers, each once, in the manifest's order. All of them are held in the vault. */
  blobs: Digest[]
  /** Children of an index, each once, in its order. One that the registry did not have has no row of its own. */
  manifests: Digest[]
  /** Foreign layers: not in any registry, only named by URL. */
  external?: Digest[]
}

/** `states/<sha256 of the uncompressed text>.json.gz`: everything about one repository at one moment. */
export interface RepositoryState {
  schema: 'holdfast.state/1'
  repository: string
  settings: RepositorySettings
  blobs: BlobRow[]
  manifests: ManifestRow[]
  tags: Record<string, Digest>
}

export interface ShardEntry {
  /** Hex sha256 that names the state. */
  state: string
  manifests: number
  tags: number
  blobs: number
  bytes: number
}

/** `shards/<sha256 of the uncompressed text>.json.gz`. */
export interface Shard {
  schema: 'holdfast.shard/1'
  repositories: Record<string, ShardEntry>
}

/** Something that this snapshot lacks, or holds only as its parent had it. Repository `*`: the registry itself. */
export interface Skipped {
  repository: string
  digest?: Digest
  code: string
  reason: string
}

/** `snapshots/<registry key>/<YYYYMMDDTHHMMSSZ>-<id>.json`: created last, never overwritten. */
export interface SnapshotRoot {
  schema: 'holdfast.snapshot/1'
  format: number
  id: string
  registry: RegistryIdentity
  /** When the run looked, and when it committed (ISO 8601). */
  time: string
  committedAt: string
  parent?: string
  madeBy: { tool: string; identity?: string }
  /** Globs of the repositories that the run was asked for; the others are as the parent had them. Absent: all. */
  selection?: string[]
  /** Nothing was skipped. */
  complete: boolean
  skipped: Skipped[]
  shards: string[]
  totals: { repositories: number; manifests: number; tags: number; blobs: number; bytes: number }
  settings: RegistrySettings
}

/** At a root's key: that run was revoked (by a prune) before it committed. No snapshot, to any reader. */
export interface Tombstone {
  schema: 'holdfast.tombstone/1'
  run: string
  time: string
}

/** `runs/<id>/claim.json`: written before the run reads anything. Open until its root, or a tombstone, exists. */
export interface RunClaim {
  schema: 'holdfast.claim/1'
  run: string
  root: string
  time: string
}

/** `20260131T235959Z` */
export function compactTime(iso: string): string {
  return `${iso.slice(0, 19).replace(/[-:]/g, '')}Z`
}

export const keys = {
  header: 'holdfast.json',
  blob: (digest: Digest) => `blobs/sha256/${digest.slice(7)}`,
  state: (hex: string) => `states/${hex}.json.gz`,
  shard: (hex: string) => `shards/${hex}.json.gz`,
  snapshots: (registryKey?: string) => (registryKey ? `snapshots/${registryKey}/` : 'snapshots/'),
  root: (registryKey: string, time: string, id: string) =>
    `snapshots/${registryKey}/${compactTime(time)}-${id}.json`,
  claim: (runId: string) => `runs/${runId}/claim.json`,
  report: (runId: string) => `runs/${runId}/report.json`,
  archiveJournal: (runId: string) => `runs/${runId}/archive.json`,
} as const
