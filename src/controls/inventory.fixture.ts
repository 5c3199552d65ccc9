import type {
  ImageInventory,
  Inventory,
  KmsKey,
  MissingAnswer,
  RepositoryInventory,
} from '../inventory/inventory.ts'
import type { Alarm, EventRule, Identities, MetricFilter, Trail } from '../inventory/neighbours.ts'
import { type AuditSettings, defaultSettings } from './settings.ts'

/** For tests: everything is as it should be, and nothing is missing. */
export const now = '2026-06-01T12:00:00.000Z'
export const account = '111122223333'

export const denied: { error: MissingAnswer } = {
  error: { code: 'AccessDeniedException', message: 'not authorized', needs: 'ecr:Something' },
}

export const customerKey = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`

export function daysAgo(days: number): string {
  return new Date(Date.parse(now) - days * 86_400_000).toISOString()
}

export function image(changes: Partial<ImageInventory> = {}): ImageInventory {
  return {
    digest: `sha256:${'a'.repeat(64)}`,
    kind: 'image',
    tags: ['1.0.0'],
    bytes: 1000,
    pushedAt: daysAgo(20),
    lastPull: daysAgo(1),
    status: 'ACTIVE',
    ...changes,
  }
}

export function repository(changes: Partial<RepositoryInventory> = {}): RepositoryInventory {
  const name = changes.name ?? 'shop/api'
  return {
    name,
    arn: `arn:aws:ecr:eu-west-1:${account}:repository/${name}`,
    createdAt: daysAgo(400),
    encryption: { type: 'KMS', kmsKey: customerKey },
    tagMutability: { mode: 'IMMUTABLE', exclusions: [] },
    scanOnPush: false,
    effectiveScanning: { ok: { frequency: 'CONTINUOUS_SCAN', filters: ['*'] } },
    policy: { ok: null },
    lifecyclePolicy: { ok: JSON.stringify({ rules: [untaggedRule] }) },
    tags: { ok: { owner: 'shop-team' } },
    images: { ok: [image()] },
    latestScan: { ok: { digest: `sha256:${'a'.repeat(64)}`, status: 'COMPLETE', severities: {} } },
    deployedScans: { ok: [] },
    replicationStatus: { ok: [{ region: 'us-east-1', account, status: 'COMPLETE' }] },
    ...changes,
  }
}

export const untaggedRule = {
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
  action: { type: 'expire' },
}

export function inventory(changes: Partial<Inventory> = {}): Inventory {
  return {
    schema: 'holdfast.inventory/1',
    collectedAt: now,
    registry: {
      account,
      region: 'eu-west-1',
      partition: 'aws',
      identity: `arn:aws:iam::${account}:user/auditor`,
      simulated: true,
      url: `ecr://${account}/eu-west-1`,
    },
    registryPolicy: { ok: null },
    registryPolicyScope: { ok: 'V2' },
    scanning: { ok: { scanType: 'ENHANCED', rules: [{ frequency: 'CONTINUOUS_SCAN', filters: ['*'] }] } },
    replication: { ok: [{ destinations: [{ region: 'us-east-1', account }], prefixes: [] }] },
    pullTimeExclusions: { ok: [] },
    repositories: { ok: [repository()] },
    keys: { [customerKey]: { ok: kmsKey() } },
    pullThroughRules: { ok: [] },
    templates: { ok: [] },
    accountSettings: { ok: { REGISTRY_POLICY_SCOPE: 'V2', BLOB_MOUNTING: 'DISABLED' } },
    signing: {
      ok: [{ profile: `arn:aws:signer:eu-west-1:${account}:/signing-profiles/shop`, filters: ['*'] }],
    },
    publicRepositories: { ok: [] },
    identities: { ok: identities() },
    credentials: { ok: [] },
    trails: { ok: [trail()] },
    logGroups: { ok: [{ name: 'trail', arn: logGroupArn, retentionDays: 365 }] },
    metricFilters: { ok: [metricFilter(), metricFilter({ pattern: '{ $.readOnly IS FALSE }' })] },
    alarms: { ok: [alarm()] },
    topics: {
      [topicArn]: {
        ok: {
          arn: topicArn,
          subscriptions: [{ protocol: 'email', endpoint: 'team@example.com', confirmed: true }],
        },
      },
    },
    eventRules: { ok: [scanRule] },
    schedules: { ok: [] },
    vpcEndpoints: { ok: [] },
    functions: { ok: [] },
    uses: { ecs: { ok: [] }, lambda: { ok: [] } },
    pulls: { ok: { 'shop/api': 100 } },
    requests: {},
    ...changes,
  }
}

/** Somebody hears of every scan. */
const scanRule: EventRule = {
  name: 'scans',
  arn: `arn:aws:events:eu-west-1:${account}:rule/scans`,
  bus: 'default',
  enabled: true,
  pattern: JSON.stringify({ 'detail-type': ['ECR Image Scan', 'Inspector2 Finding'] }),
  targets: [{ arn: `arn:aws:sns:eu-west-1:${account}:security-alerts` }],
}

/** No alarm and no rule is for anything. */
export const unheard: Partial<Inventory> = {
  metricFilters: { ok: [] },
  alarms: { ok: [] },
  eventRules: { ok: [] },
}

export function settings(changes: Partial<AuditSettings> = {}): AuditSettings {
  return { ...defaultSettings, ...changes }
}

/** A policy of one Allow statement. */
export function allow(
  principal: unknown,
  action: unknown = 'ecr:BatchGetImage',
  condition?: object,
): { ok: string } {
  const statement = { Sid: 'Test', Effect: 'Allow', Principal: principal, Action: action }
  return { ok: policyText({ ...statement, ...(condition && { Condition: condition }) }) }
}

export function policyText(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export const logGroupArn = `arn:aws:logs:eu-west-1:${account}:log-group:trail`
export const topicArn = `arn:aws:sns:eu-west-1:${account}:security-alerts`

export function kmsKey(changes: Partial<KmsKey> = {}): KmsKey {
  return {
    arn: customerKey,
    manager: 'CUSTOMER',
    state: 'Enabled',
    account,
    region: 'eu-west-1',
    origin: 'AWS_KMS',
    rotation: { ok: true },
    policy: {
      ok: policyText({ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }),
    },
    ...changes,
  }
}

/** Nobody has any right. */
export function identities(changes: Partial<Identities> = {}): Identities {
  return { users: [], roles: [], groups: [], policies: [], ...changes }
}

/** In all Regions, validated, encrypted, to a private bucket and to a log group, both delivering. */
export function trail(changes: Partial<Trail> = {}): Trail {
  return {
    name: 'all',
    arn: `arn:aws:cloudtrail:eu-west-1:${account}:trail/all`,
    homeRegion: 'eu-west-1',
    multiRegion: true,
    organization: false,
    globalEvents: true,
    logFileValidation: true,
    kmsKey: customerKey,
    bucket: 'trail-logs',
    logGroup: logGroupArn,
    status: { ok: { logging: true, lastDelivery: daysAgo(0), lastLogsDelivery: daysAgo(0) } },
    selectors: {
      ok: { classic: [{ readWrite: 'All', managementEvents: true, excludedSources: [] }], advanced: [] },
    },
    bucketSettings: {
      ok: {
        publicByPolicy: false,
        publicByAcl: false,
        blocksPublicAccess: true,
        versioning: true,
        mfaDelete: false,
      },
    },
    ...changes,
  }
}

export function metricFilter(changes: Partial<MetricFilter> = {}): MetricFilter {
  return {
    name: 'ecr-failed',
    logGroup: 'trail',
    pattern: '{ ($.eventSource = "ecr.amazonaws.com") && ($.errorCode = "*") }',
    metrics: [{ namespace: 'Security', name: 'EcrFailed', value: '1' }],
    ...changes,
  }
}

export function alarm(changes: Partial<Alarm> = {}): Alarm {
  return {
    name: 'ecr-failed',
    arn: `arn:aws:cloudwatch:eu-west-1:${account}:alarm:ecr-failed`,
    metric: { namespace: 'Security', name: 'EcrFailed', dimensions: {} },
    children: [],
    actionsEnabled: true,
    actions: [topicArn],
    statistic: 'Sum',
    threshold: 1,
    comparison: 'GreaterThanOrEqualToThreshold',
    periodSeconds: 300,
    evaluationPeriods: 1,
    missingData: 'notBreaching',
    ...changes,
  }
}
