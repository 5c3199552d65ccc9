import {
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import type { Ask } from './ask.ts'
import { unlessMissing } from './ask.ts'

/** Policy texts are passed on exactly as they are. Undefined: the repository has none. */
export function policyCalls(ask: Ask) {
  return {
    async getRepositoryPolicy(repository: string, signal?: AbortSignal): Promise<string | undefined> {
      const input = { repositoryName: repository }
      const answer = ask({ operation: 'GetRepositoryPolicy', resource: repository, signal }, (ecr, options) =>
        ecr.send(new GetRepositoryPolicyCommand(input), options),
      )
      return (await unlessMissing(answer, 'RepositoryPolicyNotFoundException'))?.policyText
    },

    async getLifecyclePolicy(repository: string, signal?: AbortSignal): Promise<string | undefined> {
      const input = { repositoryName: repository }
      const answer = ask({ operation: 'GetLifecyclePolicy', resource: repository, signal }, (ecr, options) =>
        ecr.send(new GetLifecyclePolicyCommand(input), options),
      )
      return (await unlessMissing(answer, 'LifecyclePolicyNotFoundException'))?.lifecyclePolicyText
    },

    /** With `force`, because a restored policy may well lock out whoever restores it, as the original did. */
    async setRepositoryPolicy(repository: string, text: string, signal?: AbortSignal): Promise<void> {
      const input = { repositoryName: repository, policyText: text, force: true }
      await ask({ operation: 'SetRepositoryPolicy', resource: repository, signal }, (ecr, options) =>
        ecr.send(new SetRepositoryPolicyCommand(input), options),
      )
    },

    async putLifecyclePolicy(repository: string, text: string, signal?: AbortSignal): Promise<void> {
      const input = { repositoryName: repository, lifecyclePolicyText: text }
      await ask({ operation: 'PutLifecyclePolicy', resource: repository, signal }, (ecr, options) =>
        ecr.send(new PutLifecyclePolicyCommand(input), options),
      )
    },
  }
}
