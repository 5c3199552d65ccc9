import { Readable } from 'node:stream'
import { AwsError } from '../../http.ts'
import type { Repository, Upload } from '../../world.ts'
import { invalidParameter, limitExceeded, wrongType } from '../errors.ts'
import { needInteger, needText, needTexts } from '../input/read.ts'
import { namesOf, needRepository } from '../input/repository.ts'
import { requireUsableKey } from '../key-usable.ts'
import type { EcrCall, EcrOperation } from '../operation.ts'
import { appendUpload, cancelUpload, findUpload, finishUpload, startUpload } from '../uploads.ts'

const mebibyte = 1024 * 1024
const largestPart = 20 * mebibyte
const smallestPart = 5 * mebibyte
const mostParts = 4200
const uuid = /^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/

/** Assumption: the part size that AWS suggests is not documented; 10 MiB is the largest of its quota table. */
const suggestedPart = 10 * mebibyte

export const initiateLayerUpload: EcrOperation = async (call) => {
  const repository = needRepository(call)
  requireUsableKey(call.world, call.registry, repository)
  const { id } = await startUpload(call.world, repository)
  return { uploadId: id, partSize: suggestedPart }
}

/** UploadLayerPart: bytes are inclusive at both ends and have to follow on what is there (ecr-facts 4.3). */
export const uploadLayerPart: EcrOperation = async (call) => {
  const { world, registry, input } = call
  const repository = needRepository(call)
  const upload = findUpload(repository, needText(input, 'uploadId', { pattern: uuid }))
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER }
  const first = needInteger(input, 'partFirstByte', range)
  const last = needInteger(input, 'partLastByte', range)
  const bytes = decodePart(input)
  requireUsableKey(world, registry, repository)
  const received = await appendUpload(world, upload, Readable.from([bytes]), () => {
    findUpload(repository, upload.id)
    if (first !== upload.received || last - first + 1 !== bytes.length)
      throw wrongPart(call, repository, upload)
    if ((upload.parts?.count ?? 0) >= mostParts) throw limitExceeded(`A layer may have ${mostParts} parts.`)
  })
  notePart(upload, bytes.length)
  return { ...namesOf(registry, repository), uploadId: upload.id, lastByteReceived: received - 1 }
}

export const completeLayerUpload: EcrOperation = async (call) => {
  const { world, registry, input } = call
  const repository = needRepository(call)
  const upload = findUpload(repository, needText(input, 'uploadId', { pattern: uuid }))
  const digests = needTexts(input, 'layerDigests', {
    items: { min: 1, max: 100 },
    pattern: /^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/,
  })
  const digest = digests.find((each) => each.startsWith('sha256:'))
  if (digest === undefined) throw invalidParameter('layerDigests', 'One of them must be a sha256 digest')
  requireUsableKey(world, registry, repository)
  if (upload.received === 0) throw new AwsError('EmptyUploadException', 'The upload has no parts.')
  if (upload.parts?.small) throw new AwsError('LayerPartTooSmallException', 'Parts must have 5 MiB or more.')
  if (Object.hasOwn(repository.layers, digest)) {
    await cancelUpload(world, repository, upload)
    throw new AwsError('LayerAlreadyExistsException', `The layer with digest '${digest}' is there already.`)
  }
  await finishUpload(world, repository, { upload, digest })
  return { ...namesOf(registry, repository), uploadId: upload.id, layerDigest: digest }
}

function decodePart(input: Record<string, unknown>): Buffer {
  const text = needText(input, 'layerPartBlob')
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw wrongType('layerPartBlob', 'base64 string')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length > largestPart)
    throw invalidParameter('layerPartBlob', `Member must have length less than or equal to ${largestPart}`)
  return bytes
}

/** Every part but the last must be large enough, which can be said of a part only when another one follows. */
function notePart(upload: Upload, size: number): void {
  const { count = 0, last = smallestPart, small = false } = upload.parts ?? {}
  upload.parts = { count: count + 1, last: size, small: small || last < smallestPart }
}

function wrongPart({ registry }: EcrCall, repository: Repository, upload: Upload): AwsError {
  const lastValidByteReceived = upload.received - 1
  return new AwsError(
    'InvalidLayerPartException',
    `The part does not begin right after the last byte that was received, which is ${lastValidByteReceived}, or its length is wrong.`,
    { extra: { ...namesOf(registry, repository), uploadId: upload.id, lastValidByteReceived } },
  )
}
