import { allSettled } from '../core/parallel.ts'
import type { EcrControl } from './control.ts'
import type { EcrRepository } from './repositories.ts'

/** Everything that can be set on one repository, as plain data; what is not set is absent. */
export interface EcrRepositorySettings {
  arn: string
  createdAt: string
  encryption: { type: string; kmsKey?: string }
  tagMutability: { mode: string; exclusions: string[] }
  scanOnPush: boolean
  policy?: string
  lifecyclePolicy?: string
  resourceTags?: Record<string, string>
}

/** DescribeRepositories does not tell policies and tags: three more requests (ecr-facts 1.6). */
export async function readRepositorySettings(
  control: EcrControl,
  repository: EcrRepository,
  signal?: AbortSignal,
): Promise<EcrRepositorySettings> {
  const { name, arn, createdAt, encryption, tagMutability, scanOnPush } = repository
  const [policy, lifecyclePolicy] = await allSettled([
    control.getRepositoryPolicy(name, signal),
    control.getLifecyclePolicy(name, signal),
  ])
  const resourceTags = await control.listTagsForResource(arn, signal)
  return {
    arn,
    createdAt,
    encryption,
    tagMutability,
    scanOnPush,
    ...(policy !== undefined && { policy }),
    ...(lifecyclePolicy !== undefined && { lifecyclePolicy }),
    ...(Object.keys(resourceTags).length > 0 && { resourceTags }),
  }
}
