import { registryCall, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'

/** As the API has it. A rule without filters signs everything (ecr-facts 2.12). */
export type SigningState = {
  rules: {
    signingProfileArn: string
    repositoryFilters?: { filter: string; filterType: string }[]
  }[]
}

/** Of the registry; the resource is `registry`. Signatures stay when it goes. */
export const signingConfiguration: Kind<SigningState> = {
  name: 'signing-configuration',
  title: 'signing configuration of the',
  reads: () => [{ action: 'ecr:GetSigningConfiguration', resource: '*' }],
  read: async (door, { region }) => {
    const found = await door.find('ecr', 'GetSigningConfiguration', {
      input: {},
      ...{ region, absent: ['SigningConfigurationNotFoundException'] },
    })
    if (!found?.signingConfiguration) return { state: null }
    const rules = found.signingConfiguration.rules ?? []
    return {
      state: {
        rules: rules.map(({ signingProfileArn = '', repositoryFilters = [] }) => ({
          signingProfileArn,
          ...(repositoryFilters.length > 0 && {
            repositoryFilters: repositoryFilters.map(({ filter = '', filterType = 'WILDCARD_MATCH' }) => ({
              ...{ filter, filterType },
            })),
          }),
        })),
      },
    }
  },
  calls: ({ from, to, region }) => {
    if (to !== null)
      return sentTo(region, [registryCall('PutSigningConfiguration', { signingConfiguration: to })])
    return from === null ? [] : sentTo(region, [registryCall('DeleteSigningConfiguration', {})])
  },
  // Whoever pushes signs, and needs the right to (ecr-facts 2.12).
  risk: () => 'visible',
  cloudformation: (_target, { rules }, { account }) => ({
    type: 'AWS::ECR::SigningConfiguration',
    properties: {
      Rules: rules.map(({ signingProfileArn, repositoryFilters }) => ({
        SigningProfileArn: signingProfileArn,
        ...(repositoryFilters && {
          RepositoryFilters: repositoryFilters.map(({ filter, filterType }) => ({
            ...{ Filter: filter, FilterType: filterType },
          })),
        }),
      })),
    },
    identifier: { RegistryId: account },
  }),
}
