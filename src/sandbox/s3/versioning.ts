import type { SandboxResponse } from '../http.ts'
import { malformedXml } from '../xml.ts'
import { xmlAnswer } from './answer.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { notImplemented } from './errors.ts'
import { emptyAnswer } from './objects.ts'

/** Empty as long as it was never switched on. */
export function getBucketVersioning(call: S3Call): SandboxResponse {
  const { versioning, settings } = bucketOf(call)
  return xmlAnswer('VersioningConfiguration', {
    Status: versioning,
    MfaDelete: settings?.mfaDelete ? 'Enabled' : undefined,
  })
}

/** It can be suspended, never switched off again. It counts from the next request on; in S3 it may take a while. */
export async function putBucketVersioning(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const { Status: status, MfaDelete: mfa } = await readXml(call, 'VersioningConfiguration')
  if (call.headers['x-amz-mfa'] !== undefined || (mfa !== undefined && mfa !== 'Disabled'))
    throw notImplemented('PutBucketVersioning with MFA')
  if (status !== 'Enabled' && status !== 'Suspended')
    throw malformedXml('The Status must be Enabled or Suspended.')
  bucket.versioning = status
  return emptyAnswer()
}
