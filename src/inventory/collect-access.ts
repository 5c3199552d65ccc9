import type { AwsContext } from '../aws/context.ts'
import { partitionOf } from '../core/arn.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { type EcrControl, ecrControl } from '../ecr/control.ts'
import { readAccountSettings } from '../ecr/read-registry.ts'
import type { EcrRepository } from '../ecr/repositories.ts'
import { answer, missing } from './answer.ts'
import { collectCredentials } from './collect/credentials.ts'
import { collectIdentities } from './collect/identities.ts'
import { difference, listRepositories } from './collect.ts'
import type { Inventory, RepositoryInventory } from './inventory.ts'
import { notCollected } from './not-collected.ts'
import { policyScope } from './registry.ts'

export interface AccessCollectOptions {
  /** Of all names, those whose policies are wanted; it may throw. */
  choose: (names: readonly string[]) => readonly string[]
  /** The credential report, too: passwords, devices and keys. */
  credentials?: boolean
}

const atOnce = 16

/**
 * What decides about access, and nothing else: repositories with their policies and tags, the registry's policy, and
 * the identities of the account. Images and all other parts are missing, and say so.
 */
export async function collectAccess(
  aws: AwsContext,
  run: Run,
  { choose, credentials = false }: AccessCollectOptions,
): Promise<Inventory> {
  const before = aws.requests()
  const collectedAt = run.clock.now().toISOString()
  const { account, arn, simulated } = await aws.identity()
  const partition = partitionOf(aws.region)
  const ecr = ecrControl(aws)
  try {
    run.progress.phase('Reading the repositories')
    const listed = await listRepositories(ecr.describeRepositories(run.signal))
    const wanted = 'ok' in listed ? new Set(choose(listed.ok.map(({ name }) => name))) : new Set<string>()
    const list = 'ok' in listed ? listed.ok.filter(({ name }) => wanted.has(name)) : []
    const repositories = 'ok' in listed ? { ok: await policiesOf(ecr, list, run) } : listed
    run.progress.phase('Reading the identities of the account')
    const asking = { aws, partition, account, signal: run.signal, clock: run.clock }
    const { region } = aws
    const url = `ecr://${account}/${region}`
    return {
      ...{ schema: 'holdfast.inventory/1', collectedAt },
      registry: { account, region, partition, identity: arn, simulated, url },
      ...notCollected,
      ...(await registryPolicy(ecr, run.signal)),
      identities: await answer('iam:GetAccountAuthorizationDetails', collectIdentities(asking)),
      ...(credentials && {
        credentials: await answer('iam:GetCredentialReport', collectCredentials(asking)),
      }),
      ...{ scanning: absent, replication: absent, pullTimeExclusions: absent, repositories, keys: {} },
      requests: difference(before, aws.requests()),
    }
  } finally {
    ecr.close()
  }
}

const absent = missing('NotCollected', 'Only what decides about access was read.', 'nothing')

async function registryPolicy(ecr: EcrControl, signal: AbortSignal) {
  const policy = await answer('ecr:GetRegistryPolicy', ecr.getRegistryPolicy(signal))
  const settings = await answer('ecr:GetAccountSetting', readAccountSettings(ecr, signal))
  return {
    registryPolicy: 'ok' in policy ? { ok: policy.ok ?? null } : policy,
    registryPolicyScope: policyScope(settings),
  }
}

async function policiesOf(
  ecr: EcrControl,
  list: readonly EcrRepository[],
  { signal, progress }: Run,
): Promise<RepositoryInventory[]> {
  progress.phase('Reading policies', { items: list.length })
  const found = new Map<string, RepositoryInventory>()
  await inParallel(list, atOnce, async (repository) => {
    const { name, arn } = repository
    const policy = await answer('ecr:GetRepositoryPolicy', ecr.getRepositoryPolicy(name, signal))
    const tags = await answer('ecr:ListTagsForResource', ecr.listTagsForResource(arn, signal))
    const { createdAt, encryption, tagMutability, scanOnPush } = repository
    found.set(name, {
      ...{ name, arn, createdAt, encryption, tagMutability, scanOnPush, tags },
      policy: 'ok' in policy ? { ok: policy.ok ?? null } : policy,
      ...{ effectiveScanning: absent, lifecyclePolicy: absent, images: absent, latestScan: absent },
      ...{ deployedScans: absent, replicationStatus: absent },
    })
    progress.advance({ items: 1 })
  })
  return list.flatMap(({ name }) => found.get(name) ?? [])
}
