import { needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { destinationsOf, placeOf } from '../replication/destinations.ts'
import { needImage } from './image-ids.ts'

/**
 * One entry for each destination that the rules of today name, if the image was ever sent there.
 * Assumption: an image that was pushed before a rule has no status for it, since nothing was done (ecr-facts 2.4).
 */
export const describeImageReplicationStatus: EcrOperation = (call) => {
  const { registry } = call
  const repository = needRepository(call)
  const { id, image } = needImage(registry, repository, call.input)
  const replicationStatuses = destinationsOf(registry, repository.name).flatMap(({ region, registryId }) => {
    const outcome = image.replicated?.[placeOf({ region, registryId })]
    return outcome ? [{ region, registryId, ...outcome }] : []
  })
  // Unlike others, this answer does not name the registry.
  return { repositoryName: repository.name, imageId: id, replicationStatuses }
}
