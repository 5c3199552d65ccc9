import {
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoryCreationTemplatesCommand,
  ListPullTimeUpdateExclusionsCommand,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { listAll } from './pages.ts'
import { plain } from './plain.ts'

export interface RegistryLists {
  describePullThroughCacheRules(signal?: AbortSignal): Promise<unknown[]>
  describeRepositoryCreationTemplates(signal?: AbortSignal): Promise<unknown[]>
  /** Roles whose pulls do not move the last pull time. */
  listPullTimeUpdateExclusions(signal?: AbortSignal): Promise<string[]>
}

/** Lists that belong to the whole registry, all pages. */
export function registryListCalls(ask: Ask): RegistryLists {
  return {
    async describePullThroughCacheRules(signal?: AbortSignal): Promise<unknown[]> {
      const operation = 'DescribePullThroughCacheRules'
      const found = await listAll(
        operation,
        (token) =>
          ask({ operation, signal }, (ecr, options) =>
            ecr.send(new DescribePullThroughCacheRulesCommand({ maxResults: 1000, ...token }), options),
          ),
        (page) => page.pullThroughCacheRules,
      )
      return found.map(plain)
    },

    async describeRepositoryCreationTemplates(signal?: AbortSignal): Promise<unknown[]> {
      const operation = 'DescribeRepositoryCreationTemplates'
      const found = await listAll(
        operation,
        (token) =>
          ask({ operation, signal }, (ecr, options) =>
            ecr.send(new DescribeRepositoryCreationTemplatesCommand({ maxResults: 1000, ...token }), options),
          ),
        (page) => page.repositoryCreationTemplates,
      )
      return found.map(plain)
    },

    async listPullTimeUpdateExclusions(signal?: AbortSignal): Promise<string[]> {
      const operation = 'ListPullTimeUpdateExclusions'
      return listAll(
        operation,
        (token) =>
          ask({ operation, signal }, (ecr, options) =>
            ecr.send(new ListPullTimeUpdateExclusionsCommand({ maxResults: 1000, ...token }), options),
          ),
        (page) => page.pullTimeUpdateExclusions,
      )
    },
  }
}
