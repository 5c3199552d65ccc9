import { AwsError } from '../../http.ts'
import type { MultipartUpload } from '../../world.ts'
import { malformedXml } from '../../xml.ts'
import { type ChecksumName, checksumNames } from '../checksum.ts'

const smallestPart = 5 * 1024 * 1024

export type UploadedPart = MultipartUpload['parts'][number] & { number: number }

/** The parts that the client lists, in order, each as it was uploaded: else the upload cannot be completed. */
export function chosenParts(upload: MultipartUpload, document: Record<string, unknown>): UploadedPart[] {
  const listed = document['Part']
  if (!Array.isArray(listed) || listed.length === 0) throw malformedXml('You must specify at least one part')
  const parts = listed.map((item) => chosenPart(upload, item as Record<string, unknown>))
  parts.forEach((part, at) => {
    if (part.number <= (parts[at - 1]?.number ?? 0))
      throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order.')
  })
  const small = parts.slice(0, -1).find((part) => part.size < smallestPart)
  if (!small) return parts
  throw new AwsError('EntityTooSmall', 'Every part but the last must have at least 5 MiB.', {
    extra: { PartNumber: small.number, ProposedSize: small.size, MinSizeAllowed: smallestPart },
  })
}

function chosenPart(upload: MultipartUpload, item: Record<string, unknown>): UploadedPart {
  const number = Number(item['PartNumber'])
  const part = upload.parts[number]
  const etag = String(item['ETag'] ?? '').replace(/^"|"$/g, '')
  if (!Number.isInteger(number) || !etag) throw malformedXml('Every Part needs a PartNumber and an ETag.')
  if (!part || part.etag !== etag) throw invalidPart(number)
  checkChecksums(upload, item, { ...part, number })
  return { ...part, number }
}

function checkChecksums(upload: MultipartUpload, item: Record<string, unknown>, part: UploadedPart): void {
  for (const name of checksumNames) {
    const claimed = item[elementOf(name)]
    if (claimed !== undefined && claimed !== part.checksums[name]) throw invalidPart(part.number)
  }
  const name = upload.checksumAlgorithm as ChecksumName | undefined
  if (name === undefined || upload.checksumType !== 'COMPOSITE' || elementOf(name) in item) return
  throw new AwsError(
    'InvalidRequest',
    `The upload has ${name} checksums: the request must give that of part ${part.number}.`,
  )
}

/** `crc32c` -> `ChecksumCRC32C`. */
export function elementOf(name: string): string {
  return `Checksum${name.toUpperCase()}`
}

function invalidPart(number: number): AwsError {
  return new AwsError('InvalidPart', 'A part was not found, or is not the one that was uploaded.', {
    extra: { PartNumber: number },
  })
}
