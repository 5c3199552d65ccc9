import {
  DescribeRegistryCommand,
  GetAccountSettingCommand,
  GetRegistryPolicyCommand,
  GetSigningConfigurationCommand,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { unlessMissing } from './ask.ts'
import { plain } from './plain.ts'

export interface Replication {
  rules: { destinations: { region: string; account: string }[]; prefixes: string[] }[]
}

/** Settings of the whole registry. Documents whose members ECR keeps adding to are passed on as plain JSON. */
export function registryCalls(ask: Ask) {
  return {
    async getRegistryPolicy(signal?: AbortSignal): Promise<string | undefined> {
      const answer = ask({ operation: 'GetRegistryPolicy', signal }, (ecr, options) =>
        ecr.send(new GetRegistryPolicyCommand({}), options),
      )
      return (await unlessMissing(answer, 'RegistryPolicyNotFoundException'))?.policyText
    },

    /** The replication rules; none is an empty list. */
    async describeRegistry(signal?: AbortSignal): Promise<Replication> {
      const answer = await ask({ operation: 'DescribeRegistry', signal }, (ecr, options) =>
        ecr.send(new DescribeRegistryCommand({}), options),
      )
      const rules = answer.replicationConfiguration?.rules ?? []
      return {
        rules: rules.map((rule) => ({
          destinations: (rule.destinations ?? []).map(({ region = '', registryId = '' }) => ({
            region,
            account: registryId,
          })),
          prefixes: (rule.repositoryFilters ?? []).map((filter) => filter.filter ?? ''),
        })),
      }
    },

    /** Undefined when the registry does not know the setting: names come and go (ecr-facts 2.9). */
    async getAccountSetting(name: string, signal?: AbortSignal): Promise<string | undefined> {
      const answer = await ask({ operation: 'GetAccountSetting', resource: name, signal }, (ecr, options) =>
        ecr.send(new GetAccountSettingCommand({ name }), options),
      )
      return answer.value
    },

    async getSigningConfiguration(signal?: AbortSignal): Promise<unknown | undefined> {
      const answer = ask({ operation: 'GetSigningConfiguration', signal }, (ecr, options) =>
        ecr.send(new GetSigningConfigurationCommand({}), options),
      )
      return plain(
        (await unlessMissing(answer, 'SigningConfigurationNotFoundException'))?.signingConfiguration,
      )
    },
  }
}
