import type { Image, Repository } from '../world.ts'
import { limitExceeded } from './errors.ts'
import { noteMentions } from './mentions.ts'

/** ecr-facts 4.10. */
const mostImages = 100_000

/** Every way into a repository ends here. */
export function addImage(repository: Repository, image: Image): void {
  takeRoom(repository)
  repository.images[image.digest] = image
  noteMentions(repository, image)
}

/** Not by assignment: `__proto__` is a good tag, and assigning to it would store nothing. */
export function setTag({ tags }: Repository, tag: string, digest: string): void {
  Object.defineProperty(tags, tag, { value: digest, enumerable: true, writable: true, configurable: true })
}

const rooms = new WeakMap<object, number>()

/** Counts images only when there may be no room left: counting at every push would make pushing quadratic. */
function takeRoom({ images }: Repository): void {
  const room = rooms.get(images) || mostImages - Object.keys(images).length
  if (room < 1) throw limitExceeded(`The repository has ${mostImages} images already.`)
  rooms.set(images, room - 1)
}
