import type { AppRunnerState } from './apprunner/state.ts'
import type { BatchState } from './batch/state.ts'
import type { BlobStore } from './blobs.ts'
import type { CloudTrailState } from './cloudtrail/state.ts'
import type { CloudWatchState } from './cloudwatch/state.ts'
import type { Ec2State } from './ec2/state.ts'
import type { BackfillState } from './ecr/replication/backfill-state.ts'
import type { ReplicationJob, ReplicationOutcome } from './ecr/replication/job.ts'
import type { EcrPublicState } from './ecr-public/state.ts'
import type { EcsState } from './ecs/state.ts'
import type { EventsState } from './events/state.ts'
import type { IamState, RoleDetails } from './iam/state.ts'
import type { KmsKeyDetails } from './kms/state.ts'
import type { LambdaState } from './lambda/state.ts'
import type { LogsState } from './logs/state.ts'
import type { OrganizationsState } from './organizations/state.ts'
import type { BucketSettings } from './s3/settings-state.ts'
import type { SageMakerState } from './sagemaker/state.ts'
import type { SchedulerState } from './scheduler/state.ts'
import type { SnsState } from './sns/state.ts'

/**
 * Everything the simulated AWS remembers, as plain JSON (dates are epoch milliseconds), so that `--state DIR` is
 * one file. Operations are the only writers, after the seed; what the neighbours say (`cloudtrail/`, `logs/`, ...)
 * is kept in the shape and the times of their own wire formats.
 */
export interface WorldState {
  accounts: Record<string, Account>
  /** By `ACCOUNT/REGION`. */
  registries: Record<string, Registry>
  /** By bucket name: one namespace, as in AWS. */
  buckets: Record<string, Bucket>
  /** Signs authorization and page tokens, so that they need no table and outlive a restart with `--state`. */
  secret?: string
  /** What waits while replication is held back; absent: it is not, and happens at once. */
  heldReplication?: ReplicationJob[]
}

export interface World {
  state: WorldState
  /** Layers, S3 objects and upload parts, by handle; on disk. */
  blobs: BlobStore
  now(): number
  /** Where the two doors are; set once both ports are open. */
  endpoints: { aws: string; registry: string }
  /** Whether identities need permissions (`enforce/`). Absent: whoever can sign may do everything in the account. */
  enforceIam?: boolean
}

export interface Account {
  id: string
  /** By access key id. Long-term keys of users, and keys of sessions made by AssumeRole. */
  keys: Record<string, AccessKey>
  roles: Record<string, Role>
  /** By `REGION/KEY_ID`. */
  kmsKeys: Record<string, KmsKeyState>
  regions: string[]
  /** The neighbours, by Region. */
  apprunner?: Record<string, AppRunnerState>
  batch?: Record<string, BatchState>
  cloudtrail?: Record<string, CloudTrailState>
  cloudwatch?: Record<string, CloudWatchState>
  ecs?: Record<string, EcsState>
  events?: Record<string, EventsState>
  lambda?: Record<string, LambdaState>
  logs?: Record<string, LogsState>
  sagemaker?: Record<string, SageMakerState>
  scheduler?: Record<string, SchedulerState>
  /** Without a Region. */
  ecrPublic?: EcrPublicState
  organizations?: OrganizationsState
  /** Absent: users and roles are no more than what `keys` and `roles` tell. */
  iam?: IamState
  /** By Region. */
  sns?: Record<string, SnsState>
  /** By Region. */
  ec2?: Record<string, Ec2State>
}

export interface AccessKey {
  accessKeyId: string
  secretAccessKey: string
  /** Sessions only. */
  sessionToken?: string
  expiresAt?: number
  /** Switched off by UpdateAccessKey: it signs nothing. */
  inactive?: boolean
  /** Sessions only: JSON text of the policy that limits it beside those of its role. */
  sessionPolicy?: string
  arn: string
  userId: string
}

export interface Role {
  name: string
  arn: string
  id: string
  trustPolicy: string
  details?: RoleDetails
}

export interface KmsKeyState extends KmsKeyDetails {
  keyId: string
  arn: string
  region: string
  manager: 'AWS' | 'CUSTOMER'
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  aliases: string[]
  createdAt: number
  /** Only while it is PendingDeletion. */
  deletionAt?: number
  description: string
}

export interface Registry {
  account: string
  region: string
  repositories: Record<string, Repository>
  policy?: string
  scanning: { scanType: 'BASIC' | 'ENHANCED'; rules: ScanningRule[] }
  replication: { rules: unknown[] }
  templates: Record<string, Record<string, unknown>>
  pullThroughRules: Record<string, Record<string, unknown>>
  settings: Record<string, string>
  pullTimeExclusions: Record<string, number>
  signing?: unknown
  /** By id. */
  backfills?: Record<string, BackfillState>
}

export interface ScanningRule {
  scanFrequency: string
  repositoryFilters: { filter: string; filterType: string }[]
}

export interface Repository {
  name: string
  arn: string
  createdAt: number
  mutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION'
  exclusionFilters: string[]
  scanOnPush: boolean
  encryption: { encryptionType: string; kmsKey?: string }
  policy?: string
  lifecyclePolicy?: string
  lifecycleEvaluatedAt?: number
  resourceTags: Record<string, string>
  /** By digest. */
  images: Record<string, Image>
  /** tag -> digest. */
  tags: Record<string, string>
  /** Blobs that this repository holds, by digest: config blobs too. */
  layers: Record<string, Layer>
  uploads: Record<string, Upload>
  /** Digests of images on their way out of the archive. */
  activating?: string[]
}

export interface Image {
  digest: string
  /** The exact manifest text. */
  manifest: string
  mediaType: string
  pushedAt: number
  lastPull?: number
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  archivedAt?: number
  activatedAt?: number
  /** By `ACCOUNT/REGION`: how its way there went, or goes. */
  replicated?: Record<string, ReplicationOutcome>
  scan?: { status: string; completedAt?: number; severities: Record<string, number>; findings: unknown[] }
}

export interface Layer {
  digest: string
  size: number
  mediaType?: string
  /** When it arrived; absent: long ago. A young layer survives although no image names it yet. */
  addedAt?: number
}

/** An upload in progress; its bytes are in the blob store under `handle`. */
export interface Upload {
  id: string
  handle: string
  received: number
  startedAt: number
  /** PATCH requests seen so far (the second and later get a stale Range: ecr-facts 4.3). */
  patches: number
  /** Parts of the API, absent until the first: how many, the size of the last, and whether an earlier was too small. */
  parts?: { count: number; last: number; small: boolean }
  /** What the upload had received after its first PATCH: the Range that ECR keeps answering. */
  firstPatch?: number
}

export interface Bucket {
  name: string
  account: string
  region: string
  createdAt: number
  /** Absent: it was never switched on, and no object has a version id. */
  versioning?: 'Enabled' | 'Suspended'
  /** Current objects, by key. A key whose newest version is a delete marker is not here. */
  objects: Record<string, StoredObjectState>
  /** Versions that are not current, newest first, by key. A delete marker that hides its key stands first. */
  older?: Record<string, OlderVersion[]>
  uploads: Record<string, MultipartUpload>
  /** Absent: what a bucket has that is made today. */
  settings?: BucketSettings
}

export interface StoredObjectState {
  key: string
  handle: string
  size: number
  etag: string
  modifiedAt: number
  contentType: string
  metadata: Record<string, string>
  /** Cache-Control and the like, given back as they came. */
  headers?: Record<string, string>
  checksums: Record<string, string>
  checksumType?: string
  /** Absent: `null`, as S3 calls what was written while versioning was not on. */
  versionId?: string
}

export type OlderVersion = StoredObjectState | DeleteMarker

export interface DeleteMarker {
  key: string
  marker: true
  modifiedAt: number
  versionId?: string
}

export interface MultipartUpload {
  id: string
  key: string
  startedAt: number
  contentType: string
  metadata: Record<string, string>
  headers?: Record<string, string>
  checksumAlgorithm?: string
  checksumType?: string
  parts: Record<
    number,
    { handle: string; size: number; etag: string; checksums: Record<string, string>; modifiedAt: number }
  >
}

/** The registry of that account and Region; made on first use, as in AWS every account has one everywhere. */
export function registryOf(world: World, account: string, region: string): Registry {
  const key = `${account}/${region}`
  return (world.state.registries[key] ??= {
    account,
    region,
    repositories: {},
    scanning: { scanType: 'BASIC', rules: [] },
    replication: { rules: [] },
    templates: {},
    pullThroughRules: {},
    settings: {
      REGISTRY_POLICY_SCOPE: 'V2',
      BASIC_SCAN_TYPE_VERSION: 'AWS_NATIVE',
      BLOB_MOUNTING: 'DISABLED',
    },
    pullTimeExclusions: {},
  })
}
