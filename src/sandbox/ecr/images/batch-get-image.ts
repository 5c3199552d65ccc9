import type { Image, Repository } from '../../world.ts'
import type { ImageId } from '../find-image.ts'
import { readTexts } from '../input/read.ts'
import { namesOf, needRepository } from '../input/repository.ts'
import { isKeyUsable } from '../key-usable.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import { recordPull } from '../pull.ts'
import { type ImageFailure, readImageIds, resolveImageId } from './image-ids.ts'

/**
 * BatchGetImage. Counts as a pull.
 * Assumptions: nothing is ever converted, whatever `acceptedMediaTypes` says (ecr-facts 4.4); an archived image
 * fails as ImageInaccessible (ecr-facts 2.11 has only the 404 of the data plane).
 */
export const batchGetImage: EcrOperation = (call) => {
  const repository = needRepository(call)
  const ids = readImageIds(call.input)
  readTexts(call.input, 'acceptedMediaTypes', { items: { min: 1, max: 100 } })
  const answers = ids.map((id) => fetchImage(call, repository, id))
  return {
    images: answers.flatMap(({ found }) => (found ? [found] : [])),
    failures: answers.flatMap(({ failure }) => (failure ? [failure] : [])),
  }
}

function fetchImage(
  call: EcrCall,
  repository: Repository,
  id: ImageId,
): { found?: object; failure?: ImageFailure } {
  const { image, failure } = resolveImageId(repository, id)
  if (!image) return { failure }
  const refusal = refusalOf(call, repository, image)
  if (refusal) return { failure: { imageId: id, ...refusal } }
  recordPull(call.world, call.registry, image, call.caller)
  const imageId = { imageDigest: image.digest, ...(id.imageTag !== undefined && { imageTag: id.imageTag }) }
  const found = {
    ...namesOf(call.registry, repository),
    imageId,
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  }
  return { found }
}

function refusalOf({ world, registry }: EcrCall, repository: Repository, image: Image) {
  if (!isKeyUsable(world, registry, repository))
    return { failureCode: 'KmsError', failureReason: 'The KMS key of the repository is not enabled' }
  if (image.status !== 'ACTIVE')
    return { failureCode: 'ImageInaccessible', failureReason: 'Requested image is archived' }
  return undefined
}
