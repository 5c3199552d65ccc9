import { AwsError } from '../../http.ts'
import type { Image, Repository } from '../../world.ts'
import { needText } from '../input/read.ts'
import { namesOf, needRepository } from '../input/repository.ts'
import { imagesNaming } from '../mentions.ts'
import type { EcrOperation } from '../operation.ts'
import { beginActivation } from './activation.ts'
import { needImage } from './image-ids.ts'

/** UpdateImageStorageClass (ecr-facts 2.11): archiving is immediate, coming back takes a while. */
export const updateImageStorageClass: EcrOperation = (call) => {
  const repository = needRepository(call)
  const target = needText(call.input, 'targetStorageClass', { oneOf: ['STANDARD', 'ARCHIVE'] })
  const { id, image } = needImage(call.registry, repository, call.input)
  if (target === 'ARCHIVE') archive(call.world.now(), repository, image)
  else if (image.status === 'ARCHIVED') beginActivation(call.world, repository, image)
  return { ...namesOf(call.registry, repository), imageId: id, imageStatus: image.status }
}

/** Assumption: a child of an index that is not archived cannot be archived, as the lifecycle rules have it. */
function archive(now: number, repository: Repository, image: Image): void {
  if (image.status === 'ARCHIVED') return
  const parents = [...imagesNaming(repository, 'child', image.digest)]
  const parent = parents.find((each) => each.status !== 'ARCHIVED')
  if (parent) throw unsupported(`Requested image referenced by manifest list: [${parent.digest}]`)
  if (image.status === 'ACTIVATING') throw unsupported('The image is being activated')
  image.status = 'ARCHIVED'
  image.archivedAt = now
}

function unsupported(message: string): AwsError {
  return new AwsError('ImageStorageClassUpdateNotSupportedException', message)
}
