import { repositoryArn } from '../../../core/arn.ts'
import { AwsError } from '../../http.ts'
import type { Registry, Repository } from '../../world.ts'
import { limitExceeded } from '../errors.ts'
import { needText, readFlag, readMembers } from '../input/read.ts'
import { asRepositoryName } from '../input/repository.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import { readEncryption } from './encryption.ts'
import { readMutability } from './mutability.ts'
import { repositoryDocument } from './repository-document.ts'
import { readTags } from './tags.ts'

/** ecr-facts 4.10. */
const mostRepositories = 100_000

export const createRepository: EcrOperation = (call) => ({
  repository: repositoryDocument(call.registry, makeRepository(call)),
})

/** What CreateRepository does, for those who want the repository. */
export function makeRepository({ world, registry, input }: EcrCall): Repository {
  const name = asRepositoryName(needText(input, 'repositoryName'), 'repositoryName')
  const scanning = readMembers(input, 'imageScanningConfiguration') ?? {}
  const settings = {
    resourceTags: readTags(input, 'tags') ?? {},
    scanOnPush: readFlag(scanning, 'scanOnPush') ?? false,
    ...readMutability(input),
  }
  requireRoom(registry, name)
  const repository: Repository = {
    name,
    arn: repositoryArn(registry, name),
    createdAt: world.now(),
    ...settings,
    encryption: readEncryption(world, registry, input),
    images: {},
    tags: {},
    layers: {},
    uploads: {},
  }
  registry.repositories[name] = repository
  return repository
}

function requireRoom(registry: Registry, name: string): void {
  if (Object.hasOwn(registry.repositories, name))
    throw new AwsError(
      'RepositoryAlreadyExistsException',
      `The repository with name '${name}' already exists in the registry with id '${registry.account}'`,
    )
  if (Object.keys(registry.repositories).length >= mostRepositories)
    throw limitExceeded(`The registry has ${mostRepositories} repositories already.`)
}
