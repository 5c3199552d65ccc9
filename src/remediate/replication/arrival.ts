import { partitionOf } from '../../core/arn.ts'
import type { Place } from '../place.ts'
import type { Destination } from './wanted-rules.ts'

/**
 * What the registry of another account needs in its policy, so that replication may come in: nothing but the two actions,
 * and only into the repositories that come (ecr-facts 2.4 and 2.10). Whether it has a policy is not ours to see.
 */
export function arrivalStatement(
  source: Pick<Place, 'account' | 'partition'>,
  { region, account }: Destination,
  prefixes: readonly string[],
): object {
  const repositories = prefixes.length === 0 ? ['*'] : prefixes.map((prefix) => `${prefix}*`)
  const partition = partitionOf(region)
  return {
    Sid: `ReplicationFrom${source.account}`,
    Effect: 'Allow',
    Principal: { AWS: `arn:${source.partition}:iam::${source.account}:root` },
    Action: ['ecr:CreateRepository', 'ecr:ReplicateImage'],
    Resource: repositories.map((name) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`),
  }
}

/** In order, for whoever has credentials of the other account. */
export function arrivalInstructions(
  source: Pick<Place, 'account' | 'partition'>,
  destination: Destination,
  prefixes: readonly string[],
): string[] {
  const { region, account } = destination
  const statement = arrivalStatement(source, destination, prefixes)
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  return [
    `With credentials of account ${account}, look whether its registry has a policy:`,
    `aws ecr get-registry-policy --region ${region}`,
    `Where it has one, add this statement to it, and keep the others: ${JSON.stringify(statement)}`,
    'Where it has none:',
    `aws ecr put-registry-policy --region ${region} --policy-text '${policy}'`,
  ]
}
