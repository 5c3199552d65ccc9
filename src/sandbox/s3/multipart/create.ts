import { randomUUID } from 'node:crypto'
import { AwsError, type SandboxResponse } from '../../http.ts'
import { xmlAnswer } from '../answer.ts'
import { bucketOf, type S3Call } from '../call.ts'
import { type ChecksumName, checksumName } from '../checksum.ts'
import { describedBy, refuseUnsupported } from '../request-headers.ts'

export function createMultipartUpload(call: S3Call): SandboxResponse {
  const { world, headers, key } = call
  const bucket = bucketOf(call)
  refuseUnsupported(headers)
  const checksum = checksumOf(headers)
  const id = randomUUID()
  bucket.uploads[id] = {
    id,
    key,
    startedAt: world.now(),
    ...describedBy(call),
    ...(checksum && { checksumAlgorithm: checksum.name, checksumType: checksum.type }),
    parts: {},
  }
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: id },
    {
      'x-amz-server-side-encryption': 'AES256',
      ...(checksum && {
        'x-amz-checksum-algorithm': checksum.name.toUpperCase(),
        'x-amz-checksum-type': checksum.type,
      }),
    },
  )
}

/** CRC64NVME is of the whole object, SHA is of the parts; the other CRCs can be either. */
function checksumOf(headers: S3Call['headers']): { name: ChecksumName; type: string } | undefined {
  const algorithm = headers['x-amz-checksum-algorithm']
  const wanted = headers['x-amz-checksum-type']?.toUpperCase()
  if (algorithm === undefined) {
    if (wanted === undefined) return undefined
    throw new AwsError('InvalidRequest', 'x-amz-checksum-type needs x-amz-checksum-algorithm.')
  }
  const name = checksumName(algorithm)
  const type = wanted ?? (name === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE')
  const possible = name === 'crc64nvme' ? ['FULL_OBJECT'] : ['COMPOSITE']
  if (name === 'crc32' || name === 'crc32c') possible.push('FULL_OBJECT')
  if (possible.includes(type)) return { name, type }
  throw new AwsError('InvalidRequest', `The ${type} checksum type does not go with ${name.toUpperCase()}.`)
}
