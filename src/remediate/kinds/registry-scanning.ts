import { registryCall, sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'

/** As the API has it, so that what is not known here survives. */
export type RegistryScanningState = {
  scanType: string
  rules: ScanningRuleState[]
}

export type ScanningRuleState = {
  scanFrequency: string
  repositoryFilters: { filter: string; filterType: string }[]
}

/** Of the registry; the resource is `registry`. It is always there: by default BASIC without a rule (ecr-facts 2.6). */
export const registryScanning: Kind<RegistryScanningState> = {
  name: 'registry-scanning',
  title: 'scanning of the',
  reads: () => [{ action: 'ecr:GetRegistryScanningConfiguration', resource: '*' }],
  read: async (door, { region }) => {
    const found = await door.ask('ecr', 'GetRegistryScanningConfiguration', { input: {}, region })
    const { scanType = 'BASIC', rules = [] } = found.scanningConfiguration ?? {}
    return {
      state: {
        scanType,
        rules: rules.map(({ scanFrequency = '', repositoryFilters = [] }) => ({
          scanFrequency,
          repositoryFilters: repositoryFilters.map(({ filter = '', filterType = 'WILDCARD' }) => ({
            ...{ filter, filterType },
          })),
        })),
      },
    }
  },
  calls: ({ from, to, region }) => {
    if (to === null) return []
    const call = registryCall('PutRegistryScanningConfiguration', to)
    return sentTo(region, [{ ...call, needs: [...call.needs, ...inspector(from, to)] }])
  },
  // Findings of the other type are out of reach until it is switched back.
  risk: ({ from, to }) => (from?.scanType === to?.scanType ? 'safe' : 'visible'),
  terraform: (_target, { scanType, rules }, { account }) => ({
    type: 'aws_ecr_registry_scanning_configuration',
    arguments: {
      scan_type: scanType,
      rule: rules.map(({ scanFrequency, repositoryFilters }) => ({
        scan_frequency: scanFrequency,
        repository_filter: repositoryFilters.map(({ filter, filterType }) => ({
          ...{ filter, filter_type: filterType },
        })),
      })),
    },
    importId: account,
    blocks: ['rule', 'repository_filter'],
  }),
  cloudformation: (_target, { scanType, rules }, { account }) => ({
    type: 'AWS::ECR::RegistryScanningConfiguration',
    properties: {
      ScanType: scanType,
      Rules: rules.map(({ scanFrequency, repositoryFilters }) => ({
        ScanFrequency: scanFrequency,
        RepositoryFilters: repositoryFilters.map(({ filter, filterType }) => ({
          ...{ Filter: filter, FilterType: filterType },
        })),
      })),
    },
    identifier: { RegistryId: account },
  }),
}

/** Switching enhanced scanning on or off is done with Amazon Inspector too (ecr-facts 2.6). */
function inspector(from: RegistryScanningState | null, { scanType }: RegistryScanningState) {
  if (from?.scanType === scanType) return []
  return [{ action: scanType === 'ENHANCED' ? 'inspector2:Enable' : 'inspector2:Disable', resource: '*' }]
}
