import {
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  type PutImageTagMutabilityCommandInput,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'

/** What can be changed on a repository after it was created, beside policies and tags (ecr-facts 2.1). */
export function repositorySettingCalls(ask: Ask) {
  return {
    async putImageTagMutability(
      repository: string,
      wanted: { mode: string; exclusions: readonly string[] },
      signal?: AbortSignal,
    ): Promise<void> {
      const input = {
        repositoryName: repository,
        imageTagMutability: wanted.mode,
        ...(wanted.exclusions.length > 0 && {
          imageTagMutabilityExclusionFilters: wanted.exclusions.map(wildcard),
        }),
      } as PutImageTagMutabilityCommandInput
      await ask({ operation: 'PutImageTagMutability', resource: repository, signal }, (ecr, options) =>
        ecr.send(new PutImageTagMutabilityCommand(input), options),
      )
    },

    async putImageScanningConfiguration(
      repository: string,
      scanOnPush: boolean,
      signal?: AbortSignal,
    ): Promise<void> {
      const input = { repositoryName: repository, imageScanningConfiguration: { scanOnPush } }
      await ask(
        { operation: 'PutImageScanningConfiguration', resource: repository, signal },
        (ecr, options) => ecr.send(new PutImageScanningConfigurationCommand(input), options),
      )
    },
  }
}

function wildcard(filter: string): { filterType: 'WILDCARD'; filter: string } {
  return { filterType: 'WILDCARD', filter }
}
