import { findImage } from '../ecr/find-image.ts'
import { requireUsableKey } from '../ecr/key-usable.ts'
import { recordPull } from '../ecr/pull.ts'
import type { Image } from '../world.ts'
import { openRepository } from './open-repository.ts'
import type { Answer, RegistryCall } from './registry-call.ts'
import { RegistryError } from './registry-error.ts'

/** HEAD: everything about the manifest but itself. Not a pull, so the time of the last one stays. */
export function headManifest(call: RegistryCall, name: string, reference: string): Answer {
  const image = pullable(call, name, reference)
  const length = Buffer.byteLength(image.manifest)
  return { status: 200, headers: { ...headersOf(image), 'content-length': String(length) } }
}

/** GET: the exact bytes, never converted to another type (ecr-facts 4.4). */
export function getManifest(call: RegistryCall, name: string, reference: string): Answer {
  const image = pullable(call, name, reference)
  recordPull(call.world, call.registry, image, call.caller)
  return { status: 200, headers: headersOf(image), body: image.manifest }
}

/** Archived images are as good as missing here (ecr-facts 2.11); so are those on their way back. */
function pullable(call: RegistryCall, name: string, reference: string): Image {
  const repository = openRepository(call, name)
  const image = findImage(repository, reference)
  if (image?.status !== 'ACTIVE')
    throw new RegistryError('MANIFEST_UNKNOWN', 'Requested image not found', { status: 404 })
  requireUsableKey(call.world, call.registry, repository)
  return image
}

function headersOf(image: Image): Record<string, string> {
  return { 'content-type': image.mediaType, 'docker-content-digest': image.digest }
}
