import { AwsError, type SandboxResponse } from '../../http.ts'
import type { MultipartUpload } from '../../world.ts'
import { isoTime, ownerOf, xmlAnswer } from '../answer.ts'
import { bucketOf, type S3Call } from '../call.ts'
import { encoderOf, readLimit } from '../list-objects.ts'
import { compareKeys } from '../objects.ts'

/** In order of key, then of the time at which the upload began. Grouping by a delimiter is not there. */
export function listMultipartUploads(call: S3Call): SandboxResponse {
  const bucket = bucketOf(call)
  const { query } = call.request
  if (query.get('delimiter'))
    throw new AwsError('NotImplemented', 'NotImplementedInSandbox: ListMultipartUploads with a delimiter.', {
      status: 501,
    })
  const write = encoderOf(query.get('encoding-type'))
  const prefix = query.get('prefix') ?? ''
  const limit = readLimit(query.get('max-uploads'))
  const after = { key: query.get('key-marker') ?? '', id: query.get('upload-id-marker') ?? '' }
  const all = Object.values(bucket.uploads).filter((upload) => upload.key.startsWith(prefix))
  const rest = following(all.sort(compareUploads), after)
  const page = rest.slice(0, limit)
  const truncated = rest.length > page.length
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: write(after.key),
    UploadIdMarker: after.id,
    NextKeyMarker: truncated ? write(page.at(-1)?.key ?? '') : undefined,
    NextUploadIdMarker: truncated ? page.at(-1)?.id : undefined,
    Prefix: write(prefix),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: limit,
    IsTruncated: truncated,
    Upload: page.map((upload) => ({
      Key: write(upload.key),
      UploadId: upload.id,
      Owner: ownerOf(bucket.account),
      StorageClass: 'STANDARD',
      Initiated: isoTime(upload.startedAt),
      ChecksumAlgorithm: upload.checksumAlgorithm?.toUpperCase(),
      ChecksumType: upload.checksumType,
    })),
  })
}

function compareUploads(a: MultipartUpload, b: MultipartUpload): number {
  return compareKeys(a.key, b.key) || a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1)
}

/** Without an upload id the marker stands for all uploads of its key. */
function following(sorted: MultipartUpload[], after: { key: string; id: string }): MultipartUpload[] {
  if (after.key === '') return sorted
  const at = after.id === '' ? -1 : sorted.findIndex((upload) => upload.id === after.id)
  return at < 0 ? sorted.filter((upload) => compareKeys(upload.key, after.key) > 0) : sorted.slice(at + 1)
}
