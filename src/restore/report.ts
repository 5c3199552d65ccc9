import type { Digest } from '../core/digest.ts'
import type { RegistryIdentity, RegistrySettings, RepositorySettings, SnapshotRoot } from '../vault/format.ts'
import type { Vault } from '../vault/vault.ts'
import type { Chosen } from './choose.ts'
import type { Rename } from './rename.ts'
import type { Target } from './target.ts'

/** From where to where. */
export interface Route {
  vault: Vault
  snapshot: SnapshotRoot
  target: Target
}

export interface RestoreOptions {
  /** Globs over the names in the snapshot. Absent or empty: all. */
  repositories?: readonly string[]
  /** Globs over tags. With these or `digests` only those images are restored, with what belongs to them. */
  tags?: readonly string[]
  digests?: readonly Digest[]
  /** Put before every repository's name at the target: `drill/`. */
  prefix?: string
  /** Other names at the target; the prefix comes before them. */
  renames?: readonly Rename[]
  /** Encrypts the repositories that are created, whatever the snapshot says. */
  kmsKey?: string
  /** Moves tags that point to another image now. Without it such a tag makes the whole restore refused. */
  overwriteTags?: boolean
  /**
   * Settings of repositories that exist at the target. `fill` (default): only what nobody has set there, so that a
   * restore that was interrupted can be finished and nobody's newer setting is undone. `overwrite`: all. `none`.
   * A repository that the restore creates gets all of its settings; with `none` only its encryption.
   */
  settings?: 'fill' | 'overwrite' | 'none'
  /** Also what holds for the whole registry: only what differs, in the plan first, never by default. */
  registrySettings?: boolean
  /** Blobs in flight at once, default 8. */
  concurrency?: number
}

export interface PlannedManifest {
  digest: Digest
  mediaType: string
  size: number
}

export interface PlannedTag {
  tag: string
  digest: Digest
  /** Where it points now, when that is elsewhere. */
  from?: Digest
}

export interface RepositoryRestorePlan {
  /** Name in the snapshot, and at the target. */
  repository: string
  into: string
  /** Name of its state in the vault. */
  state: string
  /** Present when not the whole repository was asked for; the rest of it is not compared either. */
  only?: Chosen
  /** Present when the repository has to be made, with what cannot be changed later. */
  create?: RepositorySettings
  /** At most these: what the target turns out to have is not sent. */
  blobs: { digest: Digest; size: number }[]
  /** Those that the target lacks; each after everything that it refers to, otherwise in the order of their first push. */
  manifests: PlannedManifest[]
  manifestsPresent: number
  /** One goes along with its manifest where nothing of its image comes later, the others after all manifests. */
  tags: PlannedTag[]
  /** Go back to the archive class at the end. */
  archive: Digest[]
  /** Applied last; absent members are left as they are at the target. */
  settings: RepositorySettings
  /** Images of the snapshot that the lifecycle policy would expire after the restore; absent: none. */
  expires?: PlannedExpiry[]
}

export interface PlannedExpiry {
  digest: Digest
  tags: string[]
  /** With the next run of the policy, or within 30 days when nothing else is pushed or pulled. */
  when: 'at-once' | '30-days'
  /** Priority of the rule. */
  rule?: number
  why: string
}

/** One setting of the whole registry that differs from the snapshot's. */
export interface RegistryChange {
  setting: keyof RegistrySettings
  action: 'set' | 'replace' | 'create'
  /** Of the rule, template, account setting or principal. */
  name?: string
  to: unknown
}

export interface TagConflict {
  repository: string
  tag: string
  /** In the snapshot, and at the target now. */
  wanted: Digest
  found: Digest
  /** `differs`: it would be moved. `immutable`: the target does not let it be moved, whatever is asked. */
  kind: 'differs' | 'immutable'
}

/**
 * `archived`: was archived and never read. `missing`: the snapshot lacks it, or something that it needs.
 * `external`: restored, but layers of it live elsewhere (foreign layers). `damaged`: the vault's copy is. `failed`:
 * the target did not take it.
 */
export interface NotRestored {
  kind: 'archived' | 'missing' | 'external' | 'damaged' | 'failed'
  repository: string
  digest?: Digest
  reason: string
}

export interface RestorePlan {
  schema: 'holdfast.restore-plan/1'
  snapshot: Pick<SnapshotRoot, 'id' | 'time' | 'complete' | 'registry'>
  target: RegistryIdentity
  overwriteTags: boolean
  /** What it was asked for: enough to plan again. */
  options: Omit<RestoreOptions, 'concurrency'>
  repositories: RepositoryRestorePlan[]
  /** Present when it was asked for; done last, in this order. */
  registrySettings?: { changes: RegistryChange[] }
  /** Any of these makes `restore` refuse before anything is changed. */
  conflicts: TagConflict[]
  notRestored: NotRestored[]
  warnings: string[]
  totals: {
    repositories: number
    create: number
    manifests: number
    tags: number
    blobs: number
    bytes: number
  }
  /** From the rates of PutImage and of uploads, as the budget has them, else 10 puts a second (ecr-facts 4.10); the bytes come on top. */
  estimatedSeconds: number
}

/** `missing`, or for a tag the digest found instead. */
export interface Difference {
  repository: string
  digest: Digest
  tag?: string
  found: Digest | 'missing'
}

export interface RestoreReport {
  schema: 'holdfast.restore/1'
  /** Everything that the snapshot holds of the selected repositories is at the target. */
  ok: boolean
  snapshot: string
  target: RegistryIdentity
  repositories: number
  /** Sent by this run; what was there already is not counted. */
  manifests: number
  tags: number
  /** Tags that list referrers, written or completed where the registry has no referrers API. Absent: none. */
  referrerTags?: number
  blobs: { sent: number; mounted: number; present: number }
  bytes: number
  identical: boolean
  /** Settings of the whole registry that were applied; what was refused is in `notRestored` as repository `*`. */
  registrySettings?: RegistryChange[]
  differences: Difference[]
  notRestored: NotRestored[]
  /** The vault's own data turned out to be damaged. */
  damaged: boolean
  warnings: string[]
  requests: Record<string, number>
  durationMs: number
}
