import type { Repository } from '@aws-sdk/client-ecr'
import { repositoryArn } from '../../core/arn.ts'
import type { Need } from '../call.ts'
import type { Door } from '../door.ts'
import type { Target } from '../kind.ts'
import type { Place } from '../place.ts'

/** An action on the repository that a target names. */
export function ofRepository(action: string, { resource, region }: Target, place: Place): Need {
  return { action, resource: repositoryArn({ ...place, ...(region && { region }) }, resource) }
}

/** What ECR says about it; undefined when there is none. */
export async function repositoryOf(
  door: Door,
  { resource, region }: Target,
): Promise<Repository | undefined> {
  const found = await door.find('ecr', 'DescribeRepositories', {
    input: { repositoryNames: [resource] },
    ...{ region, resource, absent: ['RepositoryNotFoundException'] },
  })
  return found?.repositories?.[0]
}
