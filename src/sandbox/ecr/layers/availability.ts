import { isDigest } from '../../../core/digest.ts'
import type { Repository } from '../../world.ts'
import { needTexts } from '../input/read.ts'
import { needRepository } from '../input/repository.ts'
import { useOfLayer } from '../layer-store.ts'
import type { EcrOperation } from '../operation.ts'

/** BatchCheckLayerAvailability. A layer that is not there is UNAVAILABLE, not a failure (ecr-facts 1.8). */
export const batchCheckLayerAvailability: EcrOperation = (call) => {
  const repository = needRepository(call)
  const digests = needTexts(call.input, 'layerDigests', { items: { min: 1, max: 100 }, max: 1000 })
  return {
    layers: digests.filter(isDigest).map((digest) => layerOf(repository, digest)),
    failures: digests.filter((digest) => !isDigest(digest)).map(failureOf),
  }
}

function layerOf(repository: Repository, layerDigest: string) {
  const layer = Object.hasOwn(repository.layers, layerDigest) ? repository.layers[layerDigest] : undefined
  if (!layer) return { layerDigest, layerAvailability: 'UNAVAILABLE' }
  return {
    layerDigest,
    layerAvailability: useOfLayer(repository, layerDigest) === 'archived' ? 'ARCHIVED' : 'AVAILABLE',
    layerSize: layer.size,
    ...(layer.mediaType !== undefined && { mediaType: layer.mediaType }),
  }
}

function failureOf(layerDigest: string) {
  if (layerDigest === '')
    return { failureCode: 'MissingLayerDigest', failureReason: 'The layer digest is missing' }
  return { layerDigest, failureCode: 'InvalidLayerDigest', failureReason: 'The layer digest is not valid' }
}
