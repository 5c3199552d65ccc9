import { AwsError } from '../../http.ts'
import { readFlag } from '../input/read.ts'
import { needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { cancelUpload } from '../uploads.ts'
import { repositoryDocument } from './repository-document.ts'

/** Everything goes at once and there is no way back (ecr-facts 4.8). */
export const deleteRepository: EcrOperation = async (call) => {
  const { world, registry } = call
  const repository = needRepository(call)
  const force = readFlag(call.input, 'force') ?? false
  if (!force && Object.keys(repository.images).length > 0)
    throw new AwsError(
      'RepositoryNotEmptyException',
      `The repository with name '${repository.name}' in registry with id '${registry.account}' cannot be deleted because it still contains images`,
    )
  delete registry.repositories[repository.name]
  for (const upload of Object.values(repository.uploads)) await cancelUpload(world, repository, upload)
  return { repository: repositoryDocument(registry, repository) }
}
