import type {
  Alarm,
  EventRule,
  Identities,
  ImageUse,
  LambdaFunction,
  LogGroup,
  MetricFilter,
  PublicRepository,
  Schedule,
  Topic,
  Trail,
  UserCredentials,
  UseSource,
  VpcEndpoint,
} from './neighbours.ts'

/**
 * What AWS says about one registry at one moment, as plain JSON. Each part is an answer or the reason why there
 * is none; controls turn a missing answer into `unknown` (law 3). Collected without reading a manifest (law 2).
 */
export type Answer<T> = { ok: T } | { error: MissingAnswer }

export interface MissingAnswer {
  /** The API's error code, such as AccessDeniedException. */
  code: string
  message: string
  /** The IAM action that would have answered. */
  needs: string
}

export interface Inventory {
  schema: 'holdfast.inventory/1'
  collectedAt: string
  registry: {
    account: string
    region: string
    partition: string
    identity: string
    simulated: boolean
    url: string
  }
  registryPolicy: Answer<string | null>
  registryPolicyScope: Answer<string>
  scanning: Answer<RegistryScanning>
  replication: Answer<ReplicationRule[]>
  pullTimeExclusions: Answer<string[]>
  repositories: Answer<RepositoryInventory[]>
  /** KMS keys that repositories and creation templates use, by ARN. */
  keys: Record<string, Answer<KmsKey>>
  pullThroughRules: Answer<PullThroughRule[]>
  templates: Answer<CreationTemplate[]>
  /** By name: BLOB_MOUNTING, BASIC_SCAN_TYPE_VERSION, ... */
  accountSettings: Answer<Record<string, string>>
  signing: Answer<SigningRule[]>
  publicRepositories: Answer<PublicRepository[]>
  identities: Answer<Identities>
  credentials: Answer<UserCredentials[]>
  trails: Answer<Trail[]>
  /** Those that a trail, or a function below, writes to. */
  logGroups: Answer<LogGroup[]>
  /** Of the trails' log groups. */
  metricFilters: Answer<MetricFilter[]>
  alarms: Answer<Alarm[]>
  /** Those that an alarm or a rule names. */
  topics: Record<string, Answer<Topic>>
  eventRules: Answer<EventRule[]>
  schedules: Answer<Schedule[]>
  /** Those for ECR and S3. */
  vpcEndpoints: Answer<VpcEndpoint[]>
  functions: Answer<LambdaFunction[]>
  /** What runs the registry's images, by where it was looked for; a source that was not asked is absent. */
  uses: Partial<Record<UseSource, Answer<ImageUse[]>>>
  /** Pulls in the last 90 days by repository, as CloudWatch counted them; a repository without any is absent. */
  pulls: Answer<Record<string, number>>
  /** Only with a vault: what looks like a secret in the configurations of images that a snapshot holds. */
  imageSecrets?: Answer<ImageSecret[]>
  /** Whose configurations were looked into for them: digests of images, by repository. */
  imagesRead?: Record<string, string[]>
  /** Requests sent to collect all this, by operation. */
  requests: Record<string, number>
}

export interface RegistryScanning {
  scanType: 'BASIC' | 'ENHANCED'
  rules: { frequency: string; filters: string[] }[]
}

export interface ReplicationRule {
  destinations: { region: string; account: string }[]
  prefixes: string[]
}

export interface KmsKey {
  arn: string
  manager: 'AWS' | 'CUSTOMER'
  state: string
  account: string
  region: string
  /** ISO time, only while the key waits for its deletion. */
  deletionAt?: string
  /** AWS_KMS, EXTERNAL, AWS_CLOUDHSM, ... : rotation by AWS is for the first only. */
  origin: string
  rotation: Answer<boolean>
  /** JSON text; null: a key that AWS manages, whose policy nobody else can change. */
  policy: Answer<string | null>
}

export interface PullThroughRule {
  prefix: string
  upstream: string
  upstreamPrefix?: string
  /** ARN of the secret with the upstream's credentials. */
  credential?: string
  customRole?: string
}

/** What repositories get that ECR makes by itself; absent: ECR's own default. */
export interface CreationTemplate {
  prefix: string
  appliedFor: string[]
  encryption?: { type: string; kmsKey?: string }
  tagMutability?: { mode: string; exclusions: string[] }
  policy?: string
  lifecyclePolicy?: string
  tags: Record<string, string>
}

export interface SigningRule {
  profile: string
  filters: string[]
}

export interface ImageSecret {
  repository: string
  digest: string
  tags: string[]
  /** `environment variable DB_PASSWORD`; never the secret itself. */
  where: string
  kind: string
}

export interface RepositoryInventory {
  name: string
  arn: string
  createdAt: string
  encryption: { type: string; kmsKey?: string }
  tagMutability: { mode: string; exclusions: string[] }
  /** The deprecated flag; only a fallback (ecr-facts 2.6). */
  scanOnPush: boolean
  effectiveScanning: Answer<{ frequency: string; filters: string[] }>
  policy: Answer<string | null>
  lifecyclePolicy: Answer<string | null>
  tags: Answer<Record<string, string>>
  images: Answer<ImageInventory[]>
  /** Of the newest image that can be scanned (`newest-scan.ts` says which that is); null when there is none. */
  latestScan: Answer<LatestScan | null>
  /** Of the images in use, without the newest. */
  deployedScans: Answer<LatestScan[]>
  /** Of the newest image, by destination; null when no rule takes the repository or it has no image. */
  replicationStatus: Answer<{ region: string; account: string; status: string }[] | null>
}

export interface ImageInventory {
  digest: string
  /** `artifact`: signatures, bills of materials, attestations, charts: whatever no container is started from. */
  kind: 'image' | 'index' | 'artifact'
  tags: string[]
  bytes: number
  pushedAt: string
  lastPull?: string
  status: 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING'
  mediaType?: string
  artifactType?: string
  subject?: string
  /** When it was put into the archive. */
  archivedAt?: string
  /** When it last came back from there: its age counts from then (ecr-facts 3.2). */
  activatedAt?: string
}

export interface LatestScan {
  digest: string
  /** ScanStatus, or NONE when the image was never scanned. */
  status: string
  completedAt?: string
  severities: Record<string, number>
  /** When the oldest open finding of a severity was first seen; enhanced scanning only. */
  openSince?: Record<string, string>
  /** There were more findings than were read: older ones are possible. */
  openSinceOfSome?: true
}
