import type { Image, Registry, Repository, World } from '../../world.ts'
import { tagsOf } from '../find-image.ts'
import { replicate } from '../replication/replicate.ts'
import { settle } from './activate.ts'

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
    if ((image.activatedAt ?? 0) <= world.now()) comeBack(world, registry, repository, image)
    else repository.activating.push(image.digest)
  }
}

/** What has come back is scanned and replicated like a push (ecr-facts 2.11), with all its tags. */
function comeBack(world: World, registry: Registry, repository: Repository, image: Image): void {
  settle(world, registry, repository, image)
  replicate(world, registry, repository, { image, tags: tagsOf(repository, image.digest) })
}
