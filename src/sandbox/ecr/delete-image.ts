import { AwsError } from '../http.ts'
import type { Registry, Repository, World } from '../world.ts'
import { findImage, type ImageId, imageNotFound, tagsOf } from './find-image.ts'
import { dropUnusedLayers } from './layer-store.ts'
import { imagesNaming } from './mentions.ts'

/** Why a delete was not done, in the codes of BatchDeleteImage. */
export interface DeleteFailure {
  failureCode: 'ImageNotFound' | 'ImageReferencedByManifestList'
  failureReason: string
}

/**
 * A tag: removes it, and the image when it was the last one. A digest: removes the image with all its tags
 * (ecr-facts 4.8). Answers what is gone, one entry per tag, or why nothing is.
 * The layers are left to `dropUnusedLayers`.
 * Assumption: taking the last tag from a child of an index is refused like deleting the child.
 */
export function deleteImage(repository: Repository, reference: string): ImageId[] | DeleteFailure {
  const image = findImage(repository, reference)
  if (!image) return { failureCode: 'ImageNotFound', failureReason: 'Requested image not found' }
  const tags = tagsOf(repository, image.digest)
  const one = { imageDigest: image.digest, imageTag: reference }
  if (reference !== image.digest && tags.length > 1) {
    delete repository.tags[reference]
    return [one]
  }
  const parents = [...imagesNaming(repository, 'child', image.digest)].map(({ digest }) => digest)
  if (parents.length > 0) return referenced(parents)
  for (const tag of tags) delete repository.tags[tag]
  delete repository.images[image.digest]
  if (tags.length === 0) return [{ imageDigest: image.digest }]
  return tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }))
}

/** The same for a door that deletes one image and wants an error. */
export function deleteImageByReference(
  world: World,
  registry: Registry,
  repository: Repository,
  reference: string,
): ImageId[] {
  const result = deleteImage(repository, reference)
  if (Array.isArray(result)) {
    dropUnusedLayers(world, repository)
    return result
  }
  if (result.failureCode === 'ImageNotFound') {
    const id = reference.includes(':') ? { imageDigest: reference } : { imageTag: reference }
    throw imageNotFound(registry, repository, id)
  }
  throw new AwsError(result.failureCode, result.failureReason)
}

function referenced(parents: string[]): DeleteFailure {
  return {
    failureCode: 'ImageReferencedByManifestList',
    failureReason: `Requested image referenced by manifest list: [${parents.join(', ')}]`,
  }
}
