import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AwsError } from '../http.ts'
import type { Layer, Repository, Upload, World } from '../world.ts'
import { within } from './errors.ts'
import { addLayer } from './layer-store.ts'

/** 52,000 MiB (ecr-facts 4.10). */
const largestLayer = 52_000 * 1024 * 1024

export async function startUpload(world: World, repository: Repository): Promise<Upload> {
  const handle = await world.blobs.create()
  const upload = { id: randomUUID(), handle, received: 0, startedAt: world.now(), patches: 0 }
  return (repository.uploads[upload.id] = upload)
}

/** The upload, or UploadNotFoundException. */
export function findUpload(repository: Repository, id: string): Upload {
  const upload = Object.hasOwn(repository.uploads, id) ? repository.uploads[id] : undefined
  if (upload) return upload
  const account = repository.arn.split(':')[4] ?? ''
  const message = `The upload with id '${id}' was not found in ${within(repository.name, account)}`
  throw new AwsError('UploadNotFoundException', message)
}

const queues = new WeakMap<Upload, Promise<unknown>>()

/**
 * Appends a body and answers how many bytes the upload has now. Appends to one upload run one after the other;
 * `check` runs when its turn has come, so two clients cannot both be right about the next byte.
 */
export function appendUpload(
  world: World,
  upload: Upload,
  body: Readable,
  check: () => void = () => {},
): Promise<number> {
  return inTurn(upload, async () => {
    check()
    upload.received += await world.blobs.append(upload.handle, body)
    if (upload.received > largestLayer) throw tooLarge()
    return upload.received
  })
}

/** Checks the digest and makes the upload a layer of the repository. A refused upload stays as it is. */
export function finishUpload(
  world: World,
  repository: Repository,
  { upload, digest, mediaType }: { upload: Upload; digest: string; mediaType?: string },
): Promise<Layer> {
  return inTurn(upload, async () => {
    findUpload(repository, upload.id)
    const actual = await world.blobs.sha256(upload.handle)
    if (actual !== digest) throw wrongDigest(digest, actual)
    const content = { digest, handle: upload.handle, ...(mediaType !== undefined && { mediaType }) }
    delete repository.uploads[upload.id]
    return await addLayer(world, repository, content)
  })
}

export async function cancelUpload(world: World, repository: Repository, upload: Upload): Promise<void> {
  delete repository.uploads[upload.id]
  await world.blobs.remove(upload.handle)
}

function inTurn<T>(upload: Upload, work: () => Promise<T>): Promise<T> {
  const before = queues.get(upload) ?? Promise.resolve()
  const mine = before.then(work)
  const settled = mine.then(
    () => {},
    () => {},
  )
  queues.set(upload, settled)
  return mine
}

function wrongDigest(given: string, actual: string): AwsError {
  return new AwsError(
    'InvalidLayerException',
    `The digest of the uploaded layer is '${actual}' and not '${given}'`,
  )
}

function tooLarge(): AwsError {
  return new AwsError('LimitExceededException', 'A layer may have no more than 52,000 MiB.')
}
