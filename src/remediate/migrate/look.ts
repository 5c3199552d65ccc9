import type { Door } from '../door.ts'
import type { Target } from '../kind.ts'
import { ofRepository, repositoryOf } from '../kinds/repository.ts'
import { type EncryptionState, markerTag } from './encryption.ts'

export interface Looked {
  state: EncryptionState
  createdAt?: string
}

/** Undefined: there is no such repository. */
export async function lookAtRepository(door: Door, target: Target): Promise<Looked | undefined> {
  const repository = await repositoryOf(door, target)
  if (!repository) return undefined
  const { region, resource } = target
  const found = await door.find('ecr', 'ListTagsForResource', {
    input: { resourceArn: ofRepository('', target, door.place).resource },
    ...{ region, resource, absent: ['RepositoryNotFoundException'] },
  })
  if (!found) return undefined
  const { encryptionType = 'AES256', kmsKey } = repository.encryptionConfiguration ?? {}
  const unfinished = found.tags?.find(({ Key }) => Key === markerTag)?.Value
  return {
    state: {
      type: encryptionType,
      ...(kmsKey !== undefined && { kmsKey }),
      ...(unfinished !== undefined && { unfinished }),
    },
    ...(repository.createdAt && { createdAt: repository.createdAt.toISOString() }),
  }
}
