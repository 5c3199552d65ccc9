import { type Json, registryCall, sentTo } from '../call.ts'
import type { Change, Kind } from '../kind.ts'

/** As the API has it, so that what is not known here survives. */
export type ReplicationState = { rules: ReplicationRuleState[] }

export type ReplicationRuleState = {
  destinations: { region: string; registryId: string }[]
  /** Absent: every repository. */
  repositoryFilters?: { filter: string; filterType: string }[]
}

/**
 * Of the registry; the resource is `registry`. It is always there, at first without a rule. ECR takes the whole of it at
 * once, and takes back no copy that it has made (ecr-facts 2.4).
 */
export const replication: Kind<ReplicationState> = {
  name: 'replication',
  title: 'replication of the',
  reads: () => [{ action: 'ecr:DescribeRegistry', resource: '*' }],
  read: async (door, { region }) => {
    const found = await door.ask('ecr', 'DescribeRegistry', { input: {}, region })
    const rules = found.replicationConfiguration?.rules ?? []
    return {
      state: {
        rules: rules.map(({ destinations = [], repositoryFilters = [] }) => ({
          destinations: destinations.map(({ region = '', registryId = '' }) => ({ region, registryId })),
          ...(repositoryFilters.length > 0 && {
            repositoryFilters: repositoryFilters.map(({ filter = '', filterType = 'PREFIX_MATCH' }) => ({
              ...{ filter, filterType },
            })),
          }),
        })),
      },
    }
  },
  calls: (change) => {
    const { to, region } = change
    if (to === null) return []
    const call = registryCall('PutReplicationConfiguration', { replicationConfiguration: to })
    return sentTo(region, [{ ...call, needs: [...call.needs, ...firstNeeds(change)] }])
  },
  // Images go to another place, and are paid for there, too.
  risk: () => 'visible',
  lines: ({ rules }) => (rules.length === 0 ? ['no rule'] : rules.map(ruleWords)),
  terraform: (_target, { rules }, { account }) => ({
    type: 'aws_ecr_replication_configuration',
    arguments: {
      replication_configuration: [
        {
          rule: rules.map(
            ({ destinations, repositoryFilters = [] }): Json => ({
              destination: destinations.map(({ region, registryId }) => ({
                region,
                registry_id: registryId,
              })),
              ...(repositoryFilters.length > 0 && {
                repository_filter: repositoryFilters.map(({ filter, filterType }) => ({
                  ...{ filter, filter_type: filterType },
                })),
              }),
            }),
          ),
        },
      ],
    },
    importId: account,
    blocks: ['replication_configuration', 'rule', 'destination', 'repository_filter'],
  }),
  cloudformation: (_target, { rules }, { account }) => ({
    type: 'AWS::ECR::ReplicationConfiguration',
    properties: {
      ReplicationConfiguration: {
        Rules: rules.map(
          ({ destinations, repositoryFilters = [] }): Json => ({
            Destinations: destinations.map(({ region, registryId }) => ({
              ...{ Region: region, RegistryId: registryId },
            })),
            ...(repositoryFilters.length > 0 && {
              RepositoryFilters: repositoryFilters.map(({ filter, filterType }) => ({
                ...{ Filter: filter, FilterType: filterType },
              })),
            }),
          }),
        ),
      },
    },
    identifier: { RegistryId: account },
  }),
}

/** The first rule of an account makes ECR's role for replication (ecr-facts 2.4). */
function firstNeeds({ from, to, place }: Change<ReplicationState>) {
  if (to?.rules.length === 0 || (from && from.rules.length > 0)) return []
  const role = 'role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication'
  const resource = `arn:${place.partition}:iam::${place.account}:${role}`
  return [{ action: 'iam:CreateServiceLinkedRole', resource }]
}

function ruleWords({ destinations, repositoryFilters = [] }: ReplicationRuleState): string {
  const what = repositoryFilters.map(({ filter }) => `${filter}*`)
  const where = destinations.map(({ region, registryId }) => `${registryId}/${region}`)
  return `${what.length > 0 ? what.join(', ') : 'every repository'} to ${where.join(', ')}`
}
