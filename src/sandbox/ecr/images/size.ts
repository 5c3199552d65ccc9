import type { Image, Repository } from '../../world.ts'
import { manifestOf } from '../manifest.ts'

/** Compressed layer bytes; of an index the largest child, not the sum (ecr-facts 1.6). */
export function sizeOf(repository: Repository, image: Image): number {
  const { kind, children, layers } = manifestOf(image)
  if (kind === 'index')
    return Math.max(0, ...children.map(({ digest }) => childSize(repository, digest, image)))
  const sizes = new Map(
    layers
      .filter((layer) => !layer.urls?.length)
      .map(({ digest, size }) => [digest, repository.layers[digest]?.size ?? size] as const),
  )
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}

/** A manifest cannot name itself, for its digest depends on it; so this ends. */
function childSize(repository: Repository, digest: string, parent: Image): number {
  const child = repository.images[digest]
  return child && child !== parent ? sizeOf(repository, child) : 0
}
