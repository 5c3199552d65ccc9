import type { SandboxResponse } from '../../http.ts'
import { isoTime, ownerOf, xmlAnswer } from '../answer.ts'
import { bucketOf, type S3Call } from '../call.ts'
import { readLimit } from '../list-objects.ts'
import { elementOf } from './chosen-parts.ts'
import { findUpload } from './find-upload.ts'

export function listParts(call: S3Call): SandboxResponse {
  const { request, caller } = call
  const bucket = bucketOf(call)
  const upload = findUpload(bucket, call)
  const maxParts = readLimit(request.query.get('max-parts'))
  const marker = readLimitless(request.query.get('part-number-marker'))
  const numbers = Object.keys(upload.parts).map(Number)
  const rest = numbers.filter((number) => number > marker).sort((a, b) => a - b)
  const page = rest.slice(0, maxParts)
  return xmlAnswer('ListPartsResult', {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    Initiator: { ID: caller.arn, DisplayName: caller.arn },
    Owner: ownerOf(bucket.account),
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: upload.checksumAlgorithm?.toUpperCase(),
    ChecksumType: upload.checksumType,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1) ?? 0,
    MaxParts: maxParts,
    IsTruncated: rest.length > page.length,
    Part: page.map((number) => describe(number, upload.parts[number])),
  })
}

function readLimitless(text: string | null): number {
  return text === null ? 0 : Number(text) || 0
}

function describe(
  number: number,
  part: { etag: string; size: number; modifiedAt: number; checksums: Record<string, string> } | undefined,
) {
  if (!part) return undefined
  const checksums = Object.entries(part.checksums).map(([name, value]) => [elementOf(name), value])
  return {
    PartNumber: number,
    LastModified: isoTime(part.modifiedAt),
    ETag: `"${part.etag}"`,
    Size: part.size,
    ...Object.fromEntries(checksums),
  }
}
