import type { SandboxResponse } from '../http.ts'
import { bucketOf, type S3Call } from './call.ts'
import { defaultChecksum } from './checksum.ts'
import { checkWrite } from './conditions.ts'
import { ingest } from './ingest.ts'
import { checksumHeaders, emptyAnswer } from './objects.ts'
import { describedBy, refuseUnsupported } from './request-headers.ts'
import { addVersion, newVersionId, versionHeader } from './versions.ts'

export async function putObject(call: S3Call): Promise<SandboxResponse> {
  const { world, headers, key } = call
  bucketOf(call)
  refuseUnsupported(headers)
  const described = describedBy(call)
  const { handle, size, etag, checksum } = await ingest(call, defaultChecksum)
  const object = {
    ...described,
    key,
    handle,
    size,
    etag,
    modifiedAt: world.now(),
    checksums: { [checksum.name]: checksum.value },
    checksumType: 'FULL_OBJECT',
  }
  try {
    // The bucket may have gone while the bytes came.
    const bucket = bucketOf(call)
    checkWrite(headers, bucket, key)
    const stored = { ...object, ...newVersionId(bucket) }
    await addVersion(world, bucket, stored)
    return emptyAnswer(200, {
      etag: `"${etag}"`,
      'x-amz-server-side-encryption': 'AES256',
      ...checksumHeaders(stored),
      ...versionHeader(bucket, stored),
    })
  } catch (error) {
    await world.blobs.remove(handle)
    throw error
  }
}
