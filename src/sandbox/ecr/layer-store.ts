import type { Layer, Repository, World } from '../world.ts'
import { blobsOf, manifestOf } from './manifest.ts'

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
  const used = new Set(Object.values(repository.images).flatMap((image) => blobsOf(manifestOf(image))))
  const youngest = world.now() - hour
  for (const layer of Object.values(repository.layers)) {
    if (!used.has(layer.digest) && (layer.addedAt ?? 0) < youngest) delete repository.layers[layer.digest]
  }
}

const users = new WeakMap<Repository, Map<string, string>>()

/** Whether an image names the layer, and one that can be pulled. */
export function useOfLayer(repository: Repository, digest: string): 'active' | 'archived' | 'none' {
  if (hasActiveUser(repository, digest)) return 'active'
  const images = Object.values(repository.images)
  const pairs = images
    .filter((image) => image.status === 'ACTIVE')
    .flatMap((image) => blobsOf(manifestOf(image)).map((blob) => [blob, image.digest] as const))
  users.set(repository, new Map(pairs))
  if (hasActiveUser(repository, digest)) return 'active'
  return images.some((image) => blobsOf(manifestOf(image)).includes(digest)) ? 'archived' : 'none'
}

/** Remembers who was the user last time, and believes it only after looking: images change without telling us. */
function hasActiveUser(repository: Repository, digest: string): boolean {
  const user = users.get(repository)?.get(digest)
  const image = user === undefined ? undefined : repository.images[user]
  return image?.status === 'ACTIVE' && blobsOf(manifestOf(image)).includes(digest)
}

export function isLayerReferenced(repository: Repository, digest: string): boolean {
  return useOfLayer(repository, digest) !== 'none'
}
