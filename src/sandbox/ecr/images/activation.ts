import type { Image, Registry, Repository, World } from '../../world.ts'
import { scanOnPush } from '../scan-image.ts'

/** Assumption: AWS says "typically within 20 minutes"; here a minute, so that a demonstration can wait for it. */
const duration = 60 * 1000

export function beginActivation(world: World, repository: Repository, image: Image): void {
  image.status = 'ACTIVATING'
  image.activatedAt = world.now() + duration
  repository.activating = [...(repository.activating ?? []), image.digest]
}

/** Images whose time has come are ACTIVE from now on. Every control plane call for the repository looks first. */
export function settleActivations(world: World, registry: Registry, repository: Repository): void {
  if (!repository.activating?.length) return
  const waiting = repository.activating
    .map((digest) => repository.images[digest])
    .filter((image) => image?.status === 'ACTIVATING')
  repository.activating = []
  for (const image of waiting) {
    if (!image) continue
    if ((image.activatedAt ?? 0) <= world.now()) settle(world, registry, repository, image)
    else repository.activating.push(image.digest)
  }
}

/** Active from this moment: the image was pushed again. */
export function activate(world: World, registry: Registry, repository: Repository, image: Image): void {
  image.activatedAt = world.now()
  settle(world, registry, repository, image)
}

/** Earlier findings are gone, and the image is scanned as if it had been pushed (ecr-facts 2.6 and 2.11). */
function settle(world: World, registry: Registry, repository: Repository, image: Image): void {
  image.status = 'ACTIVE'
  delete image.scan
  scanOnPush(world, registry, repository, image)
}
