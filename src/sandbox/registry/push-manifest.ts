import { deleteImageByReference } from '../ecr/delete-image.ts'
import { findImage } from '../ecr/find-image.ts'
import { manifestOf } from '../ecr/manifest.ts'
import { type ManifestPush, storeImage } from '../ecr/store-image.ts'
import { AwsError, readBody, type SandboxResponse } from '../http.ts'
import type { Image, Repository } from '../world.ts'
import { repositoryForPush } from './create-on-push.ts'
import { checkDigest } from './names.ts'
import { openRepository } from './open-repository.ts'
import { locationOf, type RegistryCall } from './registry-call.ts'

/** ecr-facts 4.6. A little more is read than may be stored, so that the limit is reported by its own rule. */
const mostBytes = 4_194_304 + 1024

/** PUT by tag or by digest. The same once more is no error in a mutable repository (ecr-facts 4.6). */
export async function putManifest(
  call: RegistryCall,
  name: string,
  reference: string,
): Promise<SandboxResponse> {
  const repository = await repositoryForPush(call, name)
  const target = isByDigest(reference) ? { expectedDigest: checkDigest(reference) } : { tag: reference }
  const bytes = await readBody(call.request.incoming, mostBytes)
  const type = call.request.headers['content-type']?.split(';')[0]?.trim()
  const image = store(call, repository, { bytes, ...(type && { mediaType: type }), ...target })
  const subject = manifestOf(image).subject?.digest
  return {
    status: 201,
    headers: {
      location: locationOf(call, `/v2/${name}/manifests/${image.digest}`),
      'docker-content-digest': image.digest,
      ...(subject !== undefined && { 'oci-subject': subject }),
    },
  }
}

/** DELETE by digest takes the image with all its tags, by tag that tag (ecr-facts 4.8). */
export function deleteManifest(call: RegistryCall, name: string, reference: string): SandboxResponse {
  const repository = openRepository(call, name)
  deleteImageByReference(call.world, call.registry, repository, reference)
  return { status: 202 }
}

function store(call: RegistryCall, repository: Repository, push: ManifestPush): Image {
  try {
    return storeImage(call.world, call.registry, repository, push)
  } catch (error) {
    const same = alreadyThere(error, repository, push)
    if (same) return same
    throw error
  }
}

function alreadyThere(error: unknown, repository: Repository, push: ManifestPush): Image | undefined {
  if (!(error instanceof AwsError) || error.code !== 'ImageAlreadyExistsException') return undefined
  return findImage(repository, push.expectedDigest ?? push.tag ?? '')
}

function isByDigest(reference: string): boolean {
  return reference.includes(':')
}
