import type { ImageInventory, Inventory, MissingAnswer, RepositoryInventory } from '../inventory/inventory.ts'

/** For tests: everything is as it should be, and nothing is missing. */
export const now = '2026-06-01T12:00:00.000Z'
export const account = '111122223333'

export const denied: { error: MissingAnswer } = {
  error: { code: 'AccessDeniedException', message: 'not authorized', needs: 'ecr:Something' },
}

const customerKey = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`

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
    effectiveScanning: { ok: { frequency: 'SCAN_ON_PUSH', filters: ['*'] } },
    policy: { ok: null },
    lifecyclePolicy: { ok: JSON.stringify({ rules: [untaggedRule] }) },
    tags: { ok: { owner: 'shop-team' } },
    images: { ok: [image()] },
    latestScan: { ok: { digest: `sha256:${'a'.repeat(64)}`, status: 'COMPLETE', severities: {} } },
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
    scanning: { ok: { scanType: 'BASIC', rules: [{ frequency: 'SCAN_ON_PUSH', filters: ['*'] }] } },
    replication: { ok: [{ destinations: [{ region: 'us-east-1', account }], prefixes: [] }] },
    pullTimeExclusions: { ok: [] },
    repositories: { ok: [repository()] },
    keys: {
      [customerKey]: { ok: { arn: customerKey, manager: 'CUSTOMER', state: 'Enabled', account } },
    },
    requests: {},
    ...changes,
  }
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
