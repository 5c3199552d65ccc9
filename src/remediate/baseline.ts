import type { AuditSettings } from '../controls/settings.ts'

/**
 * What a plan should make of a registry, from `baseline:` in holdfast.yaml. What is absent is not wished for: fixes that
 * need it leave their findings to a person, and say which line is missing.
 */
export interface Baseline {
  tagMutability: {
    mode: 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION'
    /** Wildcards of tags that may move. */
    exclusions: readonly string[]
  }
  scanning: {
    type: 'BASIC' | 'ENHANCED'
    /** For repositories that no rule covers. */
    frequency: 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN'
  }
  lifecycle: {
    /** Untagged images expire so many days after their push. */
    untaggedDays: number
  }
  /** Whom and from where policies may let in; the guard of a statement that lets in everybody. */
  network: {
    vpcs: readonly string[]
    vpcEndpoints: readonly string[]
    sourceIps: readonly string[]
  }
  encryption: {
    /** ARN of a customer managed key for repositories that are migrated and for new ones. */
    kmsKey?: string
  }
  templates: {
    /** ARN of the role by which ECR makes repositories that are encrypted with a key or have tags (ecr-facts 2.8). */
    role?: string
  }
  signing: {
    /** ARN of the profile of AWS Signer with which ECR signs what is pushed. */
    profile?: string
  }
  /** Who owns repositories, by globs of their names; the first that fits counts. */
  owners: Readonly<Record<string, string>>
  /** Values of ECR's account settings, by name. */
  accountSettings: Readonly<Record<string, string>>
  /** ARNs of principals whose pulls shall not move last pull times: scanners, and whoever makes backups. */
  pullTimeExclusions: readonly string[]
  replication: {
    destinations: readonly { region: string; account?: string }[]
    /** Absent or empty: every repository. */
    prefixes: readonly string[]
  }
  monitoring: {
    /** Name of the log group of a trail that is made because none covers ECR. */
    logGroup: string
    /** Bucket for the trail that is made because none covers ECR. */
    bucket?: string
    /** ARN of the key that encrypts what a trail writes. */
    kmsKey?: string
    /** ARN of the role by which a trail writes to its log group. */
    logsRole?: string
    topic: string
    /** Mail addresses that are told. */
    emails: readonly string[]
    retentionDays: number
  }
  identities: {
    /**
     * Policies that count from now on, by the target of an inline policy (`user/ci-publisher/publish-images`) or the ARN of
     * a managed one. Put only for users and roles that may do too much.
     */
    policies: Readonly<Record<string, object>>
    /** Managed policies that go, with who has them: `user/dora:arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess`. */
    detach: readonly string[]
  }
  retire: {
    /** Days between the mark and the deletion. */
    graceDays: number
  }
  /** What the audit expects, from `audit:`. */
  audit: AuditSettings
}

export const defaultBaseline: Omit<Baseline, 'audit'> = {
  tagMutability: { mode: 'IMMUTABLE', exclusions: [] },
  scanning: { type: 'BASIC', frequency: 'SCAN_ON_PUSH' },
  lifecycle: { untaggedDays: 14 },
  network: { vpcs: [], vpcEndpoints: [], sourceIps: [] },
  encryption: {},
  templates: {},
  signing: {},
  owners: {},
  accountSettings: {},
  pullTimeExclusions: [],
  replication: { destinations: [], prefixes: [] },
  monitoring: {
    ...{ logGroup: 'holdfast-cloudtrail', topic: 'holdfast-ecr-alarms' },
    ...{ emails: [], retentionDays: 365 },
  },
  identities: { policies: {}, detach: [] },
  retire: { graceDays: 14 },
}
