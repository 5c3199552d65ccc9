import { repositoryOf } from '../ecr/find-repository.ts'
import { requireUsableKey } from '../ecr/key-usable.ts'
import { blobsOf, manifestOf } from '../ecr/manifest.ts'
import { presignLayerUrl } from '../sigv4/presign.ts'
import type { Image, Layer, Repository } from '../world.ts'
import { checkDigest } from './names.ts'
import type { Answer, RegistryCall } from './registry-call.ts'
import { RegistryError } from './registry-error.ts'

/** HEAD: what pushing tools ask before they send a blob. */
export function headBlob(call: RegistryCall, name: string, digest: string): Answer {
  const layer = layerOf(repositoryOf(call.registry, name), checkDigest(digest))
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(layer.size),
      'docker-content-digest': layer.digest,
    },
  }
}

/** GET: never the bytes, always 307 to S3, which refuses whoever forwards the token (ecr-facts 4.1 and 4.11). */
export function redirectToBlob({ world, registry }: RegistryCall, name: string, text: string): Answer {
  const repository = repositoryOf(registry, name)
  const { digest } = layerOf(repository, checkDigest(text))
  requireUsableKey(world, registry, repository)
  if (isOnlyArchived(repository, digest)) throw unknownBlob(digest)
  const { account, region } = registry
  return {
    status: 307,
    headers: {
      location: presignLayerUrl(world, { account, region, digest }),
      'docker-content-digest': digest,
    },
  }
}

function layerOf(repository: Repository, digest: string): Layer {
  const layer = Object.hasOwn(repository.layers, digest) ? repository.layers[digest] : undefined
  if (layer) return layer
  throw unknownBlob(digest)
}

/**
 * Assumption: a blob that only archived images name cannot be fetched, as those images cannot (ecr-facts 2.11).
 * A blob that no image names yet can: the data plane documents nothing else, and the OCI specification wants it.
 */
function isOnlyArchived(repository: Repository, digest: string): boolean {
  const names = (image: Image) => blobsOf(manifestOf(image)).includes(digest)
  const images = Object.values(repository.images)
  const archived = images.filter(({ status }) => status !== 'ACTIVE')
  if (!archived.some(names)) return false
  return !images.some((image) => image.status === 'ACTIVE' && names(image))
}

function unknownBlob(digest: string): RegistryError {
  const message = `The layer with digest '${digest}' does not exist in the repository`
  return new RegistryError('BLOB_UNKNOWN', message, { status: 404 })
}
