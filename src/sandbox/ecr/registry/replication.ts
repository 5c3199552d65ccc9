import { AwsError } from '../../http.ts'
import type { Registry } from '../../world.ts'
import { invalidParameter } from '../errors.ts'
import { asMembers, needList, needMembers, needText, readList } from '../input/read.ts'
import type { EcrOperation } from '../operation.ts'
import type { ReplicationRule } from '../replication/destinations.ts'

/** The model's limit. Whether the real one is 10 or 25 is disputed (ecr-facts 2.4). */
const mostRules = 25
const mostDestinations = 25
const prefixPattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]*)*\/)*[a-z0-9]*(?:[._-][a-z0-9]*)*$/

export const describeRegistry: EcrOperation = ({ registry }) => ({
  registryId: registry.account,
  replicationConfiguration: registry.replication,
})

/**
 * Replaces the whole configuration; `rules: []` clears it. It counts for what is pushed from now on.
 * Assumption: the service-linked role that AWS makes with the first configuration is not shown by IAM.
 */
export const putReplicationConfiguration: EcrOperation = ({ registry, input }) => {
  const configuration = needMembers(input, 'replicationConfiguration')
  const rules = needList(configuration, 'rules', { max: mostRules }).map(readRule)
  checkDestinations(registry, rules)
  registry.replication = { rules }
  return { replicationConfiguration: registry.replication }
}

function readRule(value: unknown): ReplicationRule {
  const rule = asMembers(value, 'rules')
  const destinations = needList(rule, 'destinations', { max: 100 }).map((each) => {
    const destination = asMembers(each, 'destinations')
    return {
      region: needText(destination, 'region', { min: 2, max: 25, pattern: /^[0-9a-z-]{2,25}$/ }),
      registryId: needText(destination, 'registryId', { pattern: /^[0-9]{12}$/ }),
    }
  })
  const repositoryFilters = readList(rule, 'repositoryFilters', { min: 1, max: 100 })?.map((each) => {
    const filter = asMembers(each, 'repositoryFilters')
    return {
      filter: needText(filter, 'filter', { min: 2, max: 256, pattern: prefixPattern }),
      filterType: needText(filter, 'filterType', { oneOf: ['PREFIX_MATCH'] }),
    }
  })
  return { destinations, ...(repositoryFilters && { repositoryFilters }) }
}

function checkDestinations({ account, region }: Registry, rules: ReplicationRule[]): void {
  const all = rules.flatMap((rule) => rule.destinations)
  if (all.some((each) => each.region === region && each.registryId === account))
    throw new AwsError(
      'InvalidParameterException',
      'Replication destination cannot be the same as the source registry',
    )
  if (new Set(all.map((each) => `${each.registryId}/${each.region}`)).size > mostDestinations)
    throw invalidParameter(
      'replicationConfiguration',
      `There may be ${mostDestinations} destinations at most`,
    )
}
