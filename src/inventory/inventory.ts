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
  /** KMS keys that repositories use, by ARN. */
  keys: Record<string, Answer<KmsKey>>
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
}

export interface LatestScan {
  digest: string
  /** ScanStatus, or NONE when the image was never scanned. */
  status: string
  completedAt?: string
  severities: Record<string, number>
}
