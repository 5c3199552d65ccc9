import { partitionOf } from '../../../core/arn.ts'
import type { Registry, Repository } from '../../world.ts'
import { namesOf, seconds } from '../input/repository.ts'
import { mutabilityMembers } from './mutability.ts'

/** A repository as answers show it. Tags and policies are not in it (ecr-facts 1.6). */
export function repositoryDocument(registry: Registry, repository: Repository) {
  return {
    repositoryArn: repository.arn,
    ...namesOf(registry, repository),
    repositoryUri: `${hostOf(registry)}/${repository.name}`,
    createdAt: seconds(repository.createdAt),
    ...mutabilityMembers(repository),
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  }
}

const suffixes: Record<string, string> = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' }

/** The name that AWS would give the data plane (ecr-facts 1.2). Nothing here ever connects to it. */
function hostOf({ account, region }: Registry): string {
  return `${account}.dkr.ecr.${region}.${suffixes[partitionOf(region)] ?? 'amazonaws.com'}`
}
