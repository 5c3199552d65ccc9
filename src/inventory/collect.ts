import type { AwsContext } from '../aws/context.ts'
import { partitionOf } from '../core/arn.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { ecrControl } from '../ecr/control.ts'
import type { EcrRepository } from '../ecr/repositories.ts'
import { answer } from './answer.ts'
import { collectNeighbours, type SharedAnswers } from './collect/neighbours.ts'
import type { Answer, Inventory } from './inventory.ts'
import { collectKeys, keysNamed } from './keys.ts'
import { collectRegistry } from './registry.ts'
import { collectRepositories } from './repositories.ts'

export interface CollectOptions {
  /** Globs of repository names; absent: all. */
  repositories?: readonly string[]
  /** What other Regions of the same account have asked already; empty for the first. */
  shared?: SharedAnswers
}

/**
 * Reads one registry and the keys that it uses. Changes nothing and never reads a manifest, which would move last
 * pull times (law 2). A call that fails leaves a missing answer in its part only; missing or expired credentials,
 * an endpoint that cannot be reached and an abort are thrown.
 */
export async function collectInventory(
  aws: AwsContext,
  run: Run,
  options: CollectOptions = {},
): Promise<Inventory> {
  const before = aws.requests()
  const collectedAt = run.clock.now().toISOString()
  const identity = await aws.identity()
  const ecr = ecrControl(aws)
  try {
    run.progress.phase('Reading the registry')
    const url = `ecr://${identity.account}/${aws.region}`
    const listed = await listRepositories(ecr.describeRepositories(run.signal))
    const found = 'ok' in listed ? { ok: selected(listed.ok, options, { where: url, log: run.log }) } : listed
    const registry = await collectRegistry(ecr, run.signal)
    const list = 'ok' in found ? found.ok : []
    const partition = partitionOf(aws.region)
    const asking = { aws, partition, account: identity.account, signal: run.signal, clock: run.clock }
    const keys = await collectKeys(asking, keysNamed(list, registry.templates))
    run.progress.phase('Reading what surrounds the registry')
    const names = list.map(({ name }) => name)
    const neighbours = await collectNeighbours(asking, names, options.shared)
    const uses = Object.values(neighbours.uses).flatMap((one) => ('ok' in one ? one.ok : []))
    const repositories = await collectRepositories(ecr, list, {
      run,
      uses,
      replication: registry.replication,
    })
    return {
      schema: 'holdfast.inventory/1',
      collectedAt,
      registry: {
        account: identity.account,
        region: aws.region,
        partition,
        identity: identity.arn,
        simulated: identity.simulated,
        url,
      },
      ...registry,
      ...neighbours,
      repositories: 'ok' in found ? { ok: repositories } : found,
      keys,
      requests: difference(before, aws.requests()),
    }
  } finally {
    ecr.close()
  }
}

export async function listRepositories(
  listed: AsyncIterable<EcrRepository>,
): Promise<Answer<EcrRepository[]>> {
  const collect = async () => {
    const found: EcrRepository[] = []
    for await (const repository of listed) found.push(repository)
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const list = await answer('ecr:DescribeRepositories', collect())
  if ('error' in list && list.error.code === 'endpoint-unreachable') throw unreachable(list.error.message)
  return list
}

function selected(
  all: EcrRepository[],
  { repositories: globs }: CollectOptions,
  context: Parameters<typeof selectNames>[2],
): EcrRepository[] {
  const names = all.map(({ name }) => name)
  const wanted = new Set(selectNames(globs, names, context))
  return all.filter(({ name }) => wanted.has(name))
}

/** Nothing at all would be known: that is no inventory. */
function unreachable(why: string): HoldfastError {
  return new HoldfastError('endpoint-unreachable', {
    what: 'The repositories cannot be listed: no connection to ECR.',
    why,
    next: 'Check the Region, the network, a proxy, and AWS_ENDPOINT_URL if it is set.',
  })
}

/** The context counts for all who use it; this inventory's share is what came on top. */
export function difference(
  before: Record<string, number>,
  after: Record<string, number>,
): Record<string, number> {
  const added = Object.entries(after).map(
    ([operation, count]) => [operation, count - (before[operation] ?? 0)] as const,
  )
  return Object.fromEntries(added.filter(([, count]) => count > 0))
}
