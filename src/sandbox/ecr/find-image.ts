import { AwsError } from '../http.ts'
import type { Image, Registry, Repository } from '../world.ts'
import { within } from './errors.ts'

export interface ImageId {
  imageDigest?: string
  imageTag?: string
}

/** By tag or by digest, whatever its status: whether an archived image may be seen is the caller's question. */
export function findImage(repository: Repository, reference: string): Image | undefined {
  const { tags, images } = repository
  const digest = Object.hasOwn(tags, reference) ? tags[reference] : reference
  return digest !== undefined && Object.hasOwn(images, digest) ? images[digest] : undefined
}

export function imageNotFound(registry: Registry, repository: Repository, id: ImageId): AwsError {
  const shown = `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`
  return new AwsError(
    'ImageNotFoundException',
    `The image with imageId ${shown} does not exist within ${within(repository.name, registry.account)}`,
  )
}

/** The tags of one image, in the order in which they were given. */
export function tagsOf(repository: Repository, digest: string): string[] {
  return Object.keys(repository.tags).filter((tag) => repository.tags[tag] === digest)
}
