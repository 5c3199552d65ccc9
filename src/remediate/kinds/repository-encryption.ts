import { HoldfastError, hasCode } from '../../core/errors.ts'
import type { Kind } from '../kind.ts'
import { type EncryptionState, isSameEncryption } from '../migrate/encryption.ts'
import { lookAtRepository } from '../migrate/look.ts'
import { migrate } from '../migrate/migrate.ts'
import { creation, deletion } from '../migrate/requests.ts'
import { ofRepository } from './repository.ts'

/**
 * ECR cannot change it (ecr-facts 2.1): the repository is copied into the vault, deleted and made again. The calls are
 * the two that tell what happens; what lies between them is in `migrate/`. No CloudFormation and no Terraform: both
 * would replace the repository by an empty one.
 */
export const repositoryEncryption: Kind<EncryptionState> = {
  name: 'repository-encryption',
  title: 'encryption of repository',
  ofRepository: true,
  reads: (target, place) => [
    ofRepository('ecr:DescribeRepositories', target, place),
    ofRepository('ecr:ListTagsForResource', target, place),
  ],
  read: async (door, target) => ({ state: (await lookAtRepository(door, target))?.state ?? null }),
  calls: ({ resource, from, to, place }) => {
    if (to === null) return []
    const target = { resource }
    const made = creation(target, place, { encryption: to })
    return from === null ? [made] : [deletion(target, place), made]
  },
  risk: () => 'destructive',
  irreversible: ({ from }) =>
    from?.unfinished === undefined ? undefined : 'It was not whole when the plan was made.',
  isBetween: ({ from, to }, current) => {
    if (from === null || to === null) return false
    if (current === null) return true
    return current.unfinished !== undefined && [from, to].some((one) => isSameEncryption(one, current))
  },
  // Before anything is begun: without a vault nothing is.
  guard: async (door) => {
    try {
      await door.vault()
    } catch (error) {
      if (!hasCode(error, 'vault-missing')) throw error
      throw new HoldfastError('plan-refused', {
        what: error.message,
        why: 'All of the repository is copied there first: --vault names it, holdfast backup makes one.',
        next: 'Name the vault: --vault ./holdfast-vault',
        cause: error,
      })
    }
  },
  perform: async (door, { resource, to }) => {
    if (to !== null) await migrate(door, resource, to)
  },
  lines: ({ type, kmsKey, unfinished }) => [
    kmsKey === undefined ? type : `${type}, key ${kmsKey}`,
    ...(unfinished === undefined ? [] : [`not whole yet: snapshot ${unfinished} completes it`]),
  ],
}
