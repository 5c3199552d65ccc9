import { requireUsableKey } from '../ecr/key-usable.ts'
import { useOfLayer } from '../ecr/layer-store.ts'
import { presignLayerUrl } from '../sigv4/presign.ts'
import type { Layer, Repository } from '../world.ts'
import { checkDigest } from './names.ts'
import { openRepository } from './open-repository.ts'
import type { Answer, RegistryCall } from './registry-call.ts'
import { RegistryError } from './registry-error.ts'

/** HEAD: what pushing tools ask before they send a blob. */
export function headBlob(call: RegistryCall, name: string, digest: string): Answer {
  const layer = layerOf(openRepository(call, name), checkDigest(digest))
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
export function redirectToBlob(call: RegistryCall, name: string, text: string): Answer {
  const { world, registry } = call
  const repository = openRepository(call, name)
  const { digest } = layerOf(repository, checkDigest(text))
  requireUsableKey(world, registry, repository)
  // Assumption: what only archived images name cannot be fetched, as they cannot (ecr-facts 2.11). What no image
  // names yet can: the data plane documents nothing else, and the OCI specification wants it.
  if (useOfLayer(repository, digest) === 'archived') throw unknownBlob(digest)
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

function unknownBlob(digest: string): RegistryError {
  const message = `The layer with digest '${digest}' does not exist in the repository`
  return new RegistryError('BLOB_UNKNOWN', message, { status: 404 })
}
