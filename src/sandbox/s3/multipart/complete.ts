import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsError, type SandboxResponse } from '../../http.ts'
import type { MultipartUpload, StoredObjectState, World } from '../../world.ts'
import { xmlAnswer } from '../answer.ts'
import { bucketOf, readXml, type S3Call } from '../call.ts'
import {
  type ChecksumName,
  checksumName,
  checksumOfParts,
  defaultChecksum,
  startChecksum,
} from '../checksum.ts'
import { checkWrite } from '../conditions.ts'
import { badDigest, header } from '../ingest.ts'
import { addVersion, newVersionId, versionHeader } from '../versions.ts'
import { chosenParts, elementOf, type UploadedPart } from './chosen-parts.ts'
import { findUpload } from './find-upload.ts'

/** Joins the parts. What the client claims of the whole is compared before anything becomes visible. */
export async function completeMultipartUpload(call: S3Call): Promise<SandboxResponse> {
  const { world, key } = call
  const document = await readXml(withoutObjectChecksums(call), 'CompleteMultipartUpload')
  const upload = findUpload(bucketOf(call), call)
  const parts = chosenParts(upload, document)
  checkSize(call, parts)
  const joined = await join(world, upload, parts).catch((error: unknown) => {
    // Another request may have completed or aborted the upload meanwhile: then that is the answer.
    findUpload(bucketOf(call), call)
    throw error
  })
  const object: StoredObjectState = {
    key,
    etag: etagOf(parts),
    modifiedAt: world.now(),
    contentType: upload.contentType,
    metadata: upload.metadata,
    ...(upload.headers && { headers: upload.headers }),
    ...joined,
  }
  try {
    checkClaims(call, object)
    const { bucket, stored } = await publish(call, object)
    return answerOf(call, stored, versionHeader(bucket, stored))
  } catch (error) {
    await world.blobs.remove(object.handle)
    throw error
  }
}

/** Here `x-amz-checksum-...` speaks of the object, not of the XML. */
function withoutObjectChecksums(call: S3Call): S3Call {
  const kept = Object.entries(call.headers).filter(([name]) => !/^x-amz-(sdk-)?checksum-/.test(name))
  return { ...call, headers: Object.fromEntries(kept) }
}

/** Conditions are judged in the same tick in which the object appears: one racer wins. */
async function publish(call: S3Call, object: StoredObjectState) {
  const { world, headers, key } = call
  const bucket = bucketOf(call)
  const upload = findUpload(bucket, call)
  checkWrite(headers, bucket, key)
  delete bucket.uploads[upload.id]
  const stored = { ...object, ...newVersionId(bucket) }
  await addVersion(world, bucket, stored)
  for (const part of Object.values(upload.parts)) await world.blobs.remove(part.handle)
  return { bucket, stored }
}

async function join(world: World, upload: MultipartUpload, parts: UploadedPart[]) {
  const name = upload.checksumAlgorithm ? checksumName(upload.checksumAlgorithm) : defaultChecksum
  const running = startChecksum(name)
  const { handle, size } = await world.blobs.write(Readable.from(bytesOf(world, parts, running)))
  const composite = upload.checksumType === 'COMPOSITE'
  const value = composite ? ofParts(name, parts) : running.digest().toString('base64')
  return { handle, size, checksums: { [name]: value }, checksumType: composite ? 'COMPOSITE' : 'FULL_OBJECT' }
}

async function* bytesOf(world: World, parts: UploadedPart[], tap: { update(data: Uint8Array): void }) {
  for (const part of parts) {
    for await (const piece of world.blobs.read(part.handle) as AsyncIterable<Buffer>) {
      tap.update(piece)
      yield piece
    }
  }
}

function ofParts(name: ChecksumName, parts: UploadedPart[]): string {
  return checksumOfParts(
    name,
    parts.map((part) => part.checksums[name] ?? ''),
  )
}

function etagOf(parts: UploadedPart[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}

function checkSize({ headers }: S3Call, parts: UploadedPart[]): void {
  const claimed = headers['x-amz-mp-object-size']
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  if (claimed !== undefined && Number(claimed) !== size)
    throw new AwsError('InvalidRequest', 'x-amz-mp-object-size is not the size of the parts together.')
}

function checkClaims({ headers }: S3Call, { checksums, checksumType }: StoredObjectState): void {
  const type = headers['x-amz-checksum-type']
  if (type !== undefined && type.toUpperCase() !== checksumType)
    throw new AwsError('InvalidRequest', `The upload was begun with the checksum type ${checksumType}.`)
  for (const [name, value] of Object.entries(checksums)) {
    const claimed = headers[header(name as ChecksumName)]
    if (claimed !== undefined && claimed !== value)
      throw badDigest(`The ${name.toUpperCase()} of the object is not the one that came with the request.`)
  }
}

function answerOf(
  { world, bucketName }: S3Call,
  object: StoredObjectState,
  version: Record<string, string>,
): SandboxResponse {
  const checksums = Object.entries(object.checksums).map(([name, value]) => [elementOf(name), value])
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `${world.endpoints.aws}/${bucketName}/${encodeURIComponent(object.key)}`,
      Bucket: bucketName,
      Key: object.key,
      ETag: `"${object.etag}"`,
      ...Object.fromEntries(checksums),
      ChecksumType: object.checksumType,
    },
    { 'x-amz-server-side-encryption': 'AES256', ...version },
  )
}
