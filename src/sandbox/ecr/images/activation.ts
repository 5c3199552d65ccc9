import type { Image, Repository, World } from '../../world.ts'

/** Assumption: AWS says "typically within 20 minutes"; here a minute, so that a demonstration can wait for it. */
const duration = 60 * 1000

export function beginActivation(world: World, image: Image): void {
  image.status = 'ACTIVATING'
  image.activatedAt = world.now() + duration
}

/** Images whose time has come are ACTIVE from now on. Every control plane call for the repository looks first. */
export function settleActivations(world: World, repository: Repository): void {
  for (const image of Object.values(repository.images))
    if (image.status === 'ACTIVATING' && (image.activatedAt ?? 0) <= world.now()) image.status = 'ACTIVE'
}
