import type { SandboxResponse } from '../../http.ts'
import { bucketOf, type S3Call } from '../call.ts'
import { emptyAnswer } from '../objects.ts'
import { findUpload } from './find-upload.ts'

export async function abortMultipartUpload(call: S3Call): Promise<SandboxResponse> {
  const bucket = bucketOf(call)
  const upload = findUpload(bucket, call)
  delete bucket.uploads[upload.id]
  for (const part of Object.values(upload.parts)) await call.world.blobs.remove(part.handle)
  return emptyAnswer(204)
}
