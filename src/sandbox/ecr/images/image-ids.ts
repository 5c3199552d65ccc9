import { isDigest } from '../../../core/digest.ts'
import { isTag } from '../../../core/reference.ts'
import type { Image, Registry, Repository } from '../../world.ts'
import { findImage, type ImageId, imageNotFound } from '../find-image.ts'
import { asMembers, type Members, needList, needMembers, readText } from '../input/read.ts'

export interface ImageFailure {
  imageId: ImageId
  failureCode: string
  failureReason: string
}

export type Resolved = { image: Image; failure?: never } | { failure: ImageFailure; image?: never }

export function readImageIds(input: Members): ImageId[] {
  return needList(input, 'imageIds', { min: 1, max: 100 }).map((value) =>
    asImageId(asMembers(value, 'imageIds')),
  )
}

/** The image of an operation that is about exactly one; an archived one too. */
export function needImage(
  registry: Registry,
  repository: Repository,
  input: Members,
): { id: ImageId; image: Image } {
  const id = asImageId(needMembers(input, 'imageId'))
  const { image } = resolveImageId(repository, id)
  if (!image) throw imageNotFound(registry, repository, id)
  return {
    id: { imageDigest: image.digest, ...(id.imageTag !== undefined && { imageTag: id.imageTag }) },
    image,
  }
}

/** Finds the image of an id, or says in the words of the batch operations why there is none (ecr-facts 1.7). */
export function resolveImageId(repository: Repository, id: ImageId): Resolved {
  const { imageDigest, imageTag } = id
  const failed = (failureCode: string, failureReason: string): Resolved => ({
    failure: { imageId: id, failureCode, failureReason },
  })
  if (imageDigest === undefined && imageTag === undefined)
    return failed('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null')
  if (imageDigest !== undefined && !isDigest(imageDigest))
    return failed(
      'InvalidImageDigest',
      "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
    )
  if (imageTag !== undefined && !isTag(imageTag))
    return failed('InvalidImageTag', 'Invalid request parameters: image tag is not valid')
  const image = findImage(repository, imageTag ?? imageDigest ?? '')
  if (!image) return failed('ImageNotFound', 'Requested image not found')
  if (imageDigest !== undefined && image.digest !== imageDigest)
    return failed('ImageTagDoesNotMatchDigest', 'Requested image tag does not match the digest')
  return { image }
}

function asImageId(value: Members): ImageId {
  const imageDigest = readText(value, 'imageDigest')
  const imageTag = readText(value, 'imageTag', { min: 1, max: 300 })
  return { ...(imageDigest !== undefined && { imageDigest }), ...(imageTag !== undefined && { imageTag }) }
}
