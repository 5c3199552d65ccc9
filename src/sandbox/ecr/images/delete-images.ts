import type { Repository } from '../../world.ts'
import { deleteImage } from '../delete-image.ts'
import type { ImageId } from '../find-image.ts'
import { needRepository } from '../input/repository.ts'
import { dropUnusedLayers } from '../layer-store.ts'
import type { EcrOperation } from '../operation.ts'
import { type ImageFailure, readImageIds, resolveImageId } from './image-ids.ts'

/**
 * BatchDeleteImage. Partial failure is normal: 200 with `failures` (ecr-facts 4.8).
 * Assumption: the ids are taken one after the other, so an index frees the children that come after it.
 */
export const batchDeleteImage: EcrOperation = (call) => {
  const repository = needRepository(call)
  const imageIds: ImageId[] = []
  const failures: ImageFailure[] = []
  for (const id of readImageIds(call.input)) {
    const result = deleteOne(repository, id)
    if (Array.isArray(result)) imageIds.push(...result)
    else failures.push(result)
  }
  dropUnusedLayers(call.world, repository)
  return { imageIds, failures }
}

/** Tag and digest together must match, and then only the tag goes unless it was the last one. */
function deleteOne(repository: Repository, id: ImageId): ImageId[] | ImageFailure {
  const { image, failure } = resolveImageId(repository, id)
  if (!image) return failure
  const result = deleteImage(repository, id.imageTag ?? image.digest)
  return Array.isArray(result) ? result : { imageId: id, ...result }
}
