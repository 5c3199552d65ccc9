import type { Repository } from '../../world.ts'
import type { ImageId } from '../find-image.ts'
import { compareKeys, pageOf } from '../input/page.ts'
import { needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { type ImageFilter, passesStatus, passesTagged, readImageFilter } from './filter.ts'

/** ListImages: one entry per tag, and one with a digest only for every untagged image. */
export const listImages: EcrOperation = (call) => {
  const repository = needRepository(call)
  const filter = readImageFilter(call.input)
  const { items, ...rest } = pageOf(call, idsOf(repository, filter), {
    operation: 'ListImages',
    scope: [repository.name, repository.createdAt, filter],
    default: 100,
    most: 1000,
    keyOf,
  })
  return { imageIds: items, ...rest }
}

function idsOf(repository: Repository, filter: ImageFilter): ImageId[] {
  const tagged = Object.entries(repository.tags).map(([imageTag, imageDigest]) => ({ imageDigest, imageTag }))
  const named = new Set(Object.values(repository.tags))
  const untagged = Object.keys(repository.images)
    .filter((digest) => !named.has(digest))
    .map((imageDigest) => ({ imageDigest }))
  const all: ImageId[] = [
    ...(passesTagged(filter, true) ? tagged : []),
    ...(passesTagged(filter, false) ? untagged : []),
  ]
  return all
    .filter(({ imageDigest = '' }) => {
      const image = repository.images[imageDigest]
      return image !== undefined && passesStatus(filter, image)
    })
    .sort((a, b) => compareKeys(keyOf(a), keyOf(b)))
}

function keyOf({ imageDigest, imageTag }: ImageId): string {
  return `${imageDigest} ${imageTag ?? ''}`
}
