import { AwsError, type Caller, readBody, type SandboxRequest } from '../http.ts'
import type { Payload } from '../sigv4/payload.ts'
import type { Bucket, World } from '../world.ts'
import { parseXml } from '../xml.ts'
import { checkBody } from './ingest.ts'

/** One S3 request whose signature was good. `headers` also holds what a presigned URL has in its query. */
export interface S3Call {
  world: World
  request: SandboxRequest
  caller: Caller
  payload: Payload
  headers: Record<string, string | undefined>
  bucketName: string
  key: string
}

/** Answers the caller's own bucket and refuses everybody else's. */
export function bucketOf({ world, caller, bucketName, headers }: S3Call): Bucket {
  const bucket = Object.hasOwn(world.state.buckets, bucketName) ? world.state.buckets[bucketName] : undefined
  if (!bucket) {
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      extra: { BucketName: bucketName },
    })
  }
  const expected = headers['x-amz-expected-bucket-owner']
  if (bucket.account !== caller.account || (expected !== undefined && expected !== bucket.account)) {
    throw new AwsError('AccessDenied', 'The bucket belongs to another account.', { status: 403 })
  }
  if (caller.region !== bucket.region) throw wrongRegion(bucket)
  return bucket
}

/**
 * What a regional endpoint says of a bucket that is elsewhere; the SDK reads the Region from the header and, where it
 * may, tries again there. (The global endpoint would say AuthorizationHeaderMalformed.)
 */
function wrongRegion({ name, region }: Bucket): AwsError {
  return new AwsError(
    'PermanentRedirect',
    `The bucket must be addressed in its own Region: it is in ${region}.`,
    { status: 301, extra: { Bucket: name, Endpoint: `s3.${region}.amazonaws.com`, Region: region } },
  )
}

/** Reads a small XML body, checksums and all. */
export async function readXml(
  call: S3Call,
  root: string,
  options: { checksumNeeded?: boolean } = {},
): Promise<Record<string, unknown>> {
  const text = await readBody(checkBody(call, options), 4 * 1024 * 1024)
  return parseXml(text.toString('utf8'), root)
}
