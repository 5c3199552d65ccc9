import { requireUsableKey } from '../ecr/key-usable.ts'
import { appendUpload, cancelUpload, findUpload, finishUpload, startUpload } from '../ecr/uploads.ts'
import type { SandboxResponse } from '../http.ts'
import type { Upload } from '../world.ts'
import { repositoryForPush } from './create-on-push.ts'
import { mountBlob } from './mount-blob.ts'
import { checkDigest } from './names.ts'
import { openRepository } from './open-repository.ts'
import { locationOf, type RegistryCall } from './registry-call.ts'
import { RegistryError } from './registry-error.ts'

/**
 * POST: mounts a blob if it may, and else opens a session. A digest in the query changes nothing: ECR does not
 * document the upload in a single POST, and OCI allows to answer it with a session.
 */
export async function openUpload(call: RegistryCall, name: string): Promise<SandboxResponse> {
  const repository = await repositoryForPush(call, name)
  const mounted = mountBlob(call, repository)
  if (mounted) return blobCreated(call, name, mounted.digest)
  requireUsableKey(call.world, call.registry, repository)
  const upload = await startUpload(call.world, repository)
  return session(call, name, { upload, status: 202, received: 0 })
}

/**
 * PATCH: 201 where OCI says 202; and from the second one on the bytes are kept but the answer's Range stands
 * still (ecr-facts 4.3).
 */
export async function patchUpload(call: RegistryCall, name: string, id: string): Promise<SandboxResponse> {
  const upload = findUpload(openRepository(call, name), id)
  const received = await append(call, name, upload)
  upload.patches++
  upload.firstPatch ??= received
  return session(call, name, { upload, status: 201, received: upload.firstPatch })
}

/** PUT: the last bytes or all of them, and the digest that the whole must have. */
export async function closeUpload(call: RegistryCall, name: string, id: string): Promise<SandboxResponse> {
  const repository = openRepository(call, name)
  const upload = findUpload(repository, id)
  const digest = checkDigest(call.request.query.get('digest'))
  await append(call, name, upload)
  await finishUpload(call.world, repository, { upload, digest })
  return blobCreated(call, name, digest)
}

/** GET. Assumption: asked like this, ECR tells how much it really has. */
export function describeUpload(call: RegistryCall, name: string, id: string): SandboxResponse {
  const upload = findUpload(openRepository(call, name), id)
  return session(call, name, { upload, status: 204, received: upload.received })
}

export async function abandonUpload(call: RegistryCall, name: string, id: string): Promise<SandboxResponse> {
  const repository = openRepository(call, name)
  await cancelUpload(call.world, repository, findUpload(repository, id))
  return { status: 204 }
}

function append(call: RegistryCall, name: string, upload: Upload): Promise<number> {
  const { headers, incoming } = call.request
  const range = headers['content-range']
  return appendUpload(call.world, upload, incoming, () => {
    if (range !== undefined && !fits(range, headers['content-length'], upload.received))
      throw outOfOrder(call, name, upload)
  })
}

/** `FIRST-LAST`, both inclusive; it must begin at the next byte and be as long as the body, when that is known. */
function fits(range: string, length: string | undefined, received: number): boolean {
  const match = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(range)
  if (!match) return false
  const [first, last] = [Number(match[1]), Number(match[2])]
  return first === received && last >= first && (length === undefined || Number(length) === last - first + 1)
}

function session(
  call: RegistryCall,
  name: string,
  { upload, status, received }: { upload: Upload; status: number; received: number },
): SandboxResponse {
  return { status, headers: sessionHeaders(call, name, { upload, received }) }
}

function sessionHeaders(
  call: RegistryCall,
  name: string,
  { upload, received }: { upload: Upload; received: number },
): Record<string, string> {
  return {
    location: locationOf(call, `/v2/${name}/blobs/uploads/${upload.id}`),
    'docker-upload-uuid': upload.id,
    range: `0-${Math.max(received - 1, 0)}`,
  }
}

function blobCreated(call: RegistryCall, name: string, digest: string): SandboxResponse {
  return {
    status: 201,
    headers: {
      location: locationOf(call, `/v2/${name}/blobs/${digest}`),
      'docker-content-digest': digest,
    },
  }
}

function outOfOrder(call: RegistryCall, name: string, upload: Upload): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', 'The range does not continue the upload', {
    status: 416,
    headers: sessionHeaders(call, name, { upload, received: upload.received }),
  })
}
