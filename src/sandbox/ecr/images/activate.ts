import type { Image, Registry, Repository, World } from '../../world.ts'
import { scanOnPush } from '../scan-image.ts'

/** Active from this moment: the image was pushed again. */
export function activate(world: World, registry: Registry, repository: Repository, image: Image): void {
  image.activatedAt = world.now()
  settle(world, registry, repository, image)
}

/** Earlier findings are gone, and the image is scanned as if it had been pushed (ecr-facts 2.6 and 2.11). */
export function settle(world: World, registry: Registry, repository: Repository, image: Image): void {
  image.status = 'ACTIVE'
  delete image.scan
  scanOnPush(world, registry, repository, image)
}
