import { AwsError } from '../../http.ts'
import type { Bucket, MultipartUpload } from '../../world.ts'
import type { S3Call } from '../call.ts'

export function findUpload(bucket: Bucket, { request, key }: S3Call): MultipartUpload {
  const id = request.query.get('uploadId') ?? ''
  const upload = Object.hasOwn(bucket.uploads, id) ? bucket.uploads[id] : undefined
  if (upload?.key === key) return upload
  throw new AwsError('NoSuchUpload', 'The upload does not exist: it was completed, aborted or never begun.', {
    status: 404,
    extra: { UploadId: id },
  })
}
