import { AwsError, type SandboxResponse } from '../../http.ts'
import type { MultipartUpload } from '../../world.ts'
import { bucketOf, type S3Call } from '../call.ts'
import { checksumName, checksumNames, defaultChecksum } from '../checksum.ts'
import { header, ingest } from '../ingest.ts'
import { checksumHeaders, emptyAnswer } from '../objects.ts'
import { findUpload } from './find-upload.ts'

/** The last one to arrive under a number counts. */
export async function uploadPart(call: S3Call): Promise<SandboxResponse> {
  const { world } = call
  const number = partNumber(call)
  const begun = findUpload(bucketOf(call), call)
  const name = begun.checksumAlgorithm ? checksumName(begun.checksumAlgorithm) : defaultChecksum
  checkAlgorithm(call, begun)
  const { handle, size, etag, checksum } = await ingest(call, name)
  const part = {
    handle,
    size,
    etag,
    checksums: begun.checksumAlgorithm ? { [checksum.name]: checksum.value } : {},
    modifiedAt: world.now(),
  }
  try {
    // The upload may have been aborted or completed while the bytes came.
    const upload = findUpload(bucketOf(call), call)
    const old = upload.parts[number]
    upload.parts[number] = part
    if (old) await world.blobs.remove(old.handle)
  } catch (error) {
    await world.blobs.remove(handle)
    throw error
  }
  return emptyAnswer(200, {
    etag: `"${etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...checksumHeaders(part),
  })
}

function partNumber({ request }: S3Call): number {
  const text = request.query.get('partNumber') ?? ''
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= 10_000) return number
  throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive')
}

/**
 * Parts come with the checksum that the upload was begun with; only where that is of the whole object may they come
 * with none. Assumption: an upload that was begun without a checksum still takes no parts with one.
 */
function checkAlgorithm({ headers }: S3Call, upload: MultipartUpload): void {
  const trailer = headers['x-amz-trailer']?.trim().toLowerCase()
  const given = checksumNames.find((name) => headers[header(name)] !== undefined || trailer === header(name))
  const optional = upload.checksumType !== 'COMPOSITE'
  if (given === upload.checksumAlgorithm || (given === undefined && optional)) return
  const [expected, actual] = [upload.checksumAlgorithm ?? 'null', given ?? 'null']
  throw new AwsError(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  )
}
