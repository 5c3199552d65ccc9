import {
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  CreateRepositoryCreationTemplateCommand,
  type CreateRepositoryCreationTemplateCommandInput,
  PutAccountSettingCommand,
  type PutAccountSettingCommandInput,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  type PutRegistryScanningConfigurationCommandInput,
  PutReplicationConfigurationCommand,
  PutSigningConfigurationCommand,
  type PutSigningConfigurationCommandInput,
  RegisterPullTimeUpdateExclusionCommand,
  UpdateRepositoryCreationTemplateCommand,
  type UpdateRepositoryCreationTemplateCommandInput,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import type { Replication } from './registry.ts'
import type { RegistryScanningRules } from './scanning.ts'

/**
 * Calls that set what holds for the whole registry. Documents that were passed on as plain JSON when they were read are
 * sent as they are: ECR judges them.
 */
export function registryChangeCalls(ask: Ask) {
  return { ...documentCalls(ask), ...entryCalls(ask) }
}

/** Each replaces the whole document. */
function documentCalls(ask: Ask) {
  return {
    async putRegistryPolicy(policyText: string, signal?: AbortSignal): Promise<void> {
      await ask({ operation: 'PutRegistryPolicy', signal }, (ecr, options) =>
        ecr.send(new PutRegistryPolicyCommand({ policyText }), options),
      )
    },

    async putReplicationConfiguration({ rules }: Replication, signal?: AbortSignal): Promise<void> {
      const replicationConfiguration = { rules: rules.map(replicationRule) }
      await ask({ operation: 'PutReplicationConfiguration', signal }, (ecr, options) =>
        ecr.send(new PutReplicationConfigurationCommand({ replicationConfiguration }), options),
      )
    },

    async putRegistryScanningConfiguration(
      { scanType, rules }: RegistryScanningRules,
      signal?: AbortSignal,
    ): Promise<void> {
      const input = {
        scanType,
        rules: rules.map(scanningRule),
      } as PutRegistryScanningConfigurationCommandInput
      await ask({ operation: 'PutRegistryScanningConfiguration', signal }, (ecr, options) =>
        ecr.send(new PutRegistryScanningConfigurationCommand(input), options),
      )
    },

    async putSigningConfiguration(signingConfiguration: unknown, signal?: AbortSignal): Promise<void> {
      const input = { signingConfiguration } as PutSigningConfigurationCommandInput
      await ask({ operation: 'PutSigningConfiguration', signal }, (ecr, options) =>
        ecr.send(new PutSigningConfigurationCommand(input), options),
      )
    },
  }
}

/** Each adds or changes one entry. */
function entryCalls(ask: Ask) {
  return {
    async putAccountSetting(name: string, value: string, signal?: AbortSignal): Promise<void> {
      const input = { name, value } as PutAccountSettingCommandInput
      await ask({ operation: 'PutAccountSetting', resource: name, signal }, (ecr, options) =>
        ecr.send(new PutAccountSettingCommand(input), options),
      )
    },

    async createPullThroughCacheRule(rule: object, signal?: AbortSignal): Promise<void> {
      const input = rule as CreatePullThroughCacheRuleCommandInput
      await ask({ operation: 'CreatePullThroughCacheRule', signal }, (ecr, options) =>
        ecr.send(new CreatePullThroughCacheRuleCommand(input), options),
      )
    },

    async createRepositoryCreationTemplate(template: object, signal?: AbortSignal): Promise<void> {
      const input = template as CreateRepositoryCreationTemplateCommandInput
      await ask({ operation: 'CreateRepositoryCreationTemplate', signal }, (ecr, options) =>
        ecr.send(new CreateRepositoryCreationTemplateCommand(input), options),
      )
    },

    async updateRepositoryCreationTemplate(template: object, signal?: AbortSignal): Promise<void> {
      const input = template as UpdateRepositoryCreationTemplateCommandInput
      await ask({ operation: 'UpdateRepositoryCreationTemplate', signal }, (ecr, options) =>
        ecr.send(new UpdateRepositoryCreationTemplateCommand(input), options),
      )
    },

    async registerPullTimeUpdateExclusion(principalArn: string, signal?: AbortSignal): Promise<void> {
      const question = { operation: 'RegisterPullTimeUpdateExclusion', resource: principalArn, signal }
      await ask(question, (ecr, options) =>
        ecr.send(new RegisterPullTimeUpdateExclusionCommand({ principalArn }), options),
      )
    },
  }
}

/** No filters, not empty ones, mean every repository (ecr-facts 2.4). */
function replicationRule({ destinations, prefixes }: Replication['rules'][number]) {
  return {
    destinations: destinations.map(({ region, account }) => ({ region, registryId: account })),
    ...(prefixes.length > 0 && {
      repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' as const })),
    }),
  }
}

function scanningRule({ frequency, filters }: RegistryScanningRules['rules'][number]) {
  return {
    scanFrequency: frequency,
    repositoryFilters: filters.map((filter) => ({ filter, filterType: 'WILDCARD' as const })),
  }
}
