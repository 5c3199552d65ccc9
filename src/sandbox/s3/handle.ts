import { AwsError, type SandboxRequest, type SandboxResponse } from '../http.ts'
import { layerAccount } from '../sigv4/layer-key.ts'
import { declaredPayloadHash, payloadOf } from '../sigv4/payload.ts'
import { verifySignature } from '../sigv4/verify.ts'
import type { World } from '../world.ts'
import {
  getBucketAcl,
  getBucketEncryption,
  getBucketLogging,
  getBucketOwnershipControls,
  getBucketPolicy,
  getBucketPolicyStatus,
  getPublicAccessBlock,
  putPublicAccessBlock,
} from './bucket-settings.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import type { S3Call } from './call.ts'
import {
  deleteBucketEncryption,
  deleteBucketPolicy,
  deletePublicAccessBlock,
  putBucketEncryption,
  putBucketPolicy,
} from './change-settings.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { notImplemented } from './errors.ts'
import { getObject, headObject } from './get-object.ts'
import { getLayer, isLayerBucket } from './layer-bucket.ts'
import { listObjects } from './list-objects.ts'
import { listObjectVersions } from './list-versions.ts'
import { abortMultipartUpload } from './multipart/abort.ts'
import { completeMultipartUpload } from './multipart/complete.ts'
import { createMultipartUpload } from './multipart/create.ts'
import { listParts } from './multipart/list-parts.ts'
import { listMultipartUploads } from './multipart/list-uploads.ts'
import { uploadPart } from './multipart/upload-part.ts'
import { hidingWhatIsMissing, requireS3Permission } from './permissions.ts'
import { putObject } from './put-object.ts'
import type { S3Route } from './route.ts'
import { getBucketVersioning, putBucketVersioning } from './versioning.ts'

type S3Operation = (call: S3Call) => SandboxResponse | Promise<SandboxResponse>

const operations: Record<string, S3Operation> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketAcl: getBucketAcl,
  GetBucketEncryption: getBucketEncryption,
  GetBucketLogging: getBucketLogging,
  GetBucketOwnershipControls: getBucketOwnershipControls,
  GetBucketPolicy: getBucketPolicy,
  GetBucketPolicyStatus: getBucketPolicyStatus,
  GetPublicAccessBlock: getPublicAccessBlock,
  PutPublicAccessBlock: putPublicAccessBlock,
  DeletePublicAccessBlock: deletePublicAccessBlock,
  PutBucketPolicy: putBucketPolicy,
  DeleteBucketPolicy: deleteBucketPolicy,
  PutBucketEncryption: putBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  ListObjectVersions: listObjectVersions,
  ListObjectsV2: listObjects,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
}

/** Checks the signature, then does what the request asks for; throws AwsErrors and SignatureProblems. */
export async function handleS3(
  world: World,
  request: SandboxRequest,
  route: S3Route,
): Promise<SandboxResponse> {
  const payloadHash = declaredPayloadHash(request)
  const verified = verifySignature(world, request, { service: 's3', payloadHash })
  const call: S3Call = {
    world,
    request,
    caller: verified.caller,
    payload: payloadOf(request, payloadHash, verified),
    headers: headersOf(request),
    bucketName: route.bucket,
    key: route.key,
  }
  if (isLayerBucket(route.bucket) || verified.caller.account === layerAccount) return layer(call, route)
  const operation = operations[route.operation]
  if (!operation) throw notImplemented(route.operation)
  if (Buffer.byteLength(route.key) > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long', { extra: { MaxSizeAllowed: 1024 } })
  requireS3Permission(call, route.operation)
  return hidingWhatIsMissing(call, () => operation(call))
}

/** ECR's key opens its own buckets for reading; nothing else does, and it opens nothing else. */
function layer(call: S3Call, { bucket, operation }: S3Route): Promise<SandboxResponse> | SandboxResponse {
  const own = isLayerBucket(bucket) && call.caller.account === layerAccount
  if (own && operation === 'GetObject') return getLayer(call)
  if (isLayerBucket(bucket) && operation === 'CreateBucket') return createBucket(call)
  throw new AwsError('AccessDenied', 'The bucket belongs to ECR.', { status: 403 })
}

/** A presigned URL may carry in its query what is a header otherwise. */
function headersOf({ headers, query }: SandboxRequest): Record<string, string | undefined> {
  if (!query.has('X-Amz-Signature')) return headers
  const hoisted = [...query].filter(([name]) => name.startsWith('x-amz-'))
  return { ...Object.fromEntries(hoisted), ...headers }
}
