import type { Layer, Repository, World } from '../world.ts'
import { imagesNaming } from './mentions.ts'

const hour = 60 * 60 * 1000

/** Puts an upload whose digest has been checked into the repository. */
export async function addLayer(
  world: World,
  repository: Repository,
  content: { digest: string; handle: string; mediaType?: string },
): Promise<Layer> {
  const { digest, handle, mediaType } = content
  const size = await world.blobs.size(handle)
  await world.blobs.keep(handle, digest)
  return (repository.layers[digest] = {
    digest,
    size,
    ...(mediaType !== undefined && { mediaType }),
    addedAt: world.now(),
  })
}

/**
 * Forgets layers that no image names any more. Their bytes stay: another repository may hold the same ones.
 * Assumption: ECR promises only "at any time"; here it is at once, but never within an hour of the upload, so
 * that a push under way keeps its layers.
 */
export function dropUnusedLayers(world: World, repository: Repository): void {
  const youngest = world.now() - hour
  for (const { digest, addedAt = 0 } of Object.values(repository.layers))
    if (addedAt < youngest && !isLayerReferenced(repository, digest)) delete repository.layers[digest]
}

/** Whether an image names the layer, and one that can be pulled. */
export function useOfLayer(repository: Repository, digest: string): 'active' | 'archived' | 'none' {
  let use: 'archived' | 'none' = 'none'
  for (const image of imagesNaming(repository, 'blob', digest)) {
    if (image.status === 'ACTIVE') return 'active'
    use = 'archived'
  }
  return use
}

export function isLayerReferenced(repository: Repository, digest: string): boolean {
  return !imagesNaming(repository, 'blob', digest).next().done
}
