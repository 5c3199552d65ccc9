import { AwsError, type SandboxResponse } from '../http.ts'
import type { Bucket, World } from '../world.ts'
import { isoTime, ownerOf, xmlAnswer } from './answer.ts'
import { bucketOf, readXml, type S3Call } from './call.ts'
import { allKeysOf, emptyAnswer } from './objects.ts'
import { refuseUnsupported } from './request-headers.ts'

const name = /^(?!\d+\.\d+\.\d+\.\d+$)(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** ECR's own buckets exist already, everywhere. */
const taken = /^prod-.*-starport-layer-bucket$/

export async function createBucket(call: S3Call): Promise<SandboxResponse> {
  const { world, caller, bucketName, headers } = call
  refuseUnsupported(headers)
  await checkLocation(call)
  if (!name.test(bucketName) || bucketName.includes('..'))
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.')
  const existing = Object.hasOwn(world.state.buckets, bucketName)
    ? world.state.buckets[bucketName]
    : undefined
  if (existing) refuseExisting(existing, call)
  else if (taken.test(bucketName)) throw nameTaken()
  else world.state.buckets[bucketName] = emptyBucket(world, bucketName, caller)
  return emptyAnswer(200, { location: `/${bucketName}` })
}

function emptyBucket(world: World, bucketName: string, { account, region }: S3Call['caller']): Bucket {
  return {
    name: bucketName,
    account,
    region,
    createdAt: world.now(),
    // No prototype: a key may be called `__proto__`.
    objects: Object.create(null) as Bucket['objects'],
    uploads: {},
  }
}

/** Signed for a Region, the bucket must be made in that Region; us-east-1 is the one that has no name. */
async function checkLocation(call: S3Call): Promise<void> {
  const { region } = call.caller
  const wanted = call.payload.length === 0 ? undefined : await readXml(call, 'CreateBucketConfiguration')
  const location = wanted?.['LocationConstraint']
  const given = typeof location === 'string' && location !== '' ? location : 'us-east-1'
  if (given === region) return
  throw new AwsError(
    'IllegalLocationConstraintException',
    `The location constraint ${given} does not fit the Region ${region}, for which the request is signed.`,
  )
}

/** Assumption: in us-east-1, and only there, creating one's own bucket again succeeds (test-servers 5). */
function refuseExisting(existing: Bucket, { caller }: S3Call): void {
  if (existing.account !== caller.account) throw nameTaken()
  if (existing.region === 'us-east-1' && caller.region === 'us-east-1') return
  throw new AwsError('BucketAlreadyOwnedByYou', 'You have that bucket already.', { status: 409 })
}

function nameTaken(): AwsError {
  return new AwsError('BucketAlreadyExists', 'The name belongs to the bucket of another account.', {
    status: 409,
  })
}

export function headBucket(call: S3Call): SandboxResponse {
  return emptyAnswer(200, { 'x-amz-bucket-region': bucketOf(call).region })
}

/** Unfinished uploads go with the bucket; objects prevent it, and so do their old versions and markers. */
export async function deleteBucket(call: S3Call): Promise<SandboxResponse> {
  const { world } = call
  const bucket = bucketOf(call)
  if (allKeysOf(bucket).length > 0)
    throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 })
  delete world.state.buckets[bucket.name]
  const parts = Object.values(bucket.uploads).flatMap((upload) => Object.values(upload.parts))
  for (const part of parts) await world.blobs.remove(part.handle)
  return emptyAnswer(204)
}

export function listBuckets({ world, caller }: S3Call): SandboxResponse {
  const own = Object.values(world.state.buckets)
    .filter((bucket) => bucket.account === caller.account)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: ownerOf(caller.account),
    Buckets: {
      Bucket: own.map((bucket) => ({
        Name: bucket.name,
        CreationDate: isoTime(bucket.createdAt),
        BucketRegion: bucket.region,
      })),
    },
  })
}

export function getBucketLocation(call: S3Call): SandboxResponse {
  const { region } = bucketOf(call)
  return xmlAnswer('LocationConstraint', region === 'us-east-1' ? '' : region)
}
