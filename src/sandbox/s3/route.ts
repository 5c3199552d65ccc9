import type { SandboxRequest } from '../http.ts'

/** What an S3 request asks for. */
export interface S3Route {
  operation: string
  bucket: string
  key: string
}

/** Query parameters that belong to the signature or say nothing. */
const neutral = /^(x-amz-.*|x-id)$/i

interface Shape {
  operation: string
  method: string
  on: 'service' | 'bucket' | 'object'
  /** Must all be there. */
  needs?: readonly string[]
  /** May be there. With anything else in the query it is another operation. */
  allows?: readonly string[]
}

const listing = ['prefix', 'delimiter', 'max-keys', 'encoding-type']

const shapes: readonly Shape[] = [
  { operation: 'ListBuckets', method: 'GET', on: 'service' },
  { operation: 'CreateBucket', method: 'PUT', on: 'bucket' },
  { operation: 'HeadBucket', method: 'HEAD', on: 'bucket' },
  { operation: 'DeleteBucket', method: 'DELETE', on: 'bucket' },
  { operation: 'GetBucketLocation', method: 'GET', on: 'bucket', needs: ['location'] },
  { operation: 'GetBucketAcl', method: 'GET', on: 'bucket', needs: ['acl'] },
  { operation: 'GetBucketEncryption', method: 'GET', on: 'bucket', needs: ['encryption'] },
  { operation: 'GetBucketLogging', method: 'GET', on: 'bucket', needs: ['logging'] },
  { operation: 'GetBucketOwnershipControls', method: 'GET', on: 'bucket', needs: ['ownershipControls'] },
  { operation: 'GetBucketPolicy', method: 'GET', on: 'bucket', needs: ['policy'] },
  { operation: 'GetBucketPolicyStatus', method: 'GET', on: 'bucket', needs: ['policyStatus'] },
  { operation: 'GetPublicAccessBlock', method: 'GET', on: 'bucket', needs: ['publicAccessBlock'] },
  { operation: 'PutPublicAccessBlock', method: 'PUT', on: 'bucket', needs: ['publicAccessBlock'] },
  { operation: 'DeletePublicAccessBlock', method: 'DELETE', on: 'bucket', needs: ['publicAccessBlock'] },
  { operation: 'PutBucketPolicy', method: 'PUT', on: 'bucket', needs: ['policy'] },
  { operation: 'DeleteBucketPolicy', method: 'DELETE', on: 'bucket', needs: ['policy'] },
  { operation: 'PutBucketEncryption', method: 'PUT', on: 'bucket', needs: ['encryption'] },
  { operation: 'DeleteBucketEncryption', method: 'DELETE', on: 'bucket', needs: ['encryption'] },
  { operation: 'GetBucketVersioning', method: 'GET', on: 'bucket', needs: ['versioning'] },
  { operation: 'PutBucketVersioning', method: 'PUT', on: 'bucket', needs: ['versioning'] },
  {
    operation: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    needs: ['versions'],
    allows: ['prefix', 'max-keys', 'encoding-type', 'key-marker', 'version-id-marker'],
  },
  {
    operation: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    needs: ['list-type'],
    allows: [...listing, 'continuation-token', 'start-after', 'fetch-owner'],
  },
  {
    operation: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    needs: ['uploads'],
    allows: ['prefix', 'delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'upload-id-marker'],
  },
  { operation: 'DeleteObjects', method: 'POST', on: 'bucket', needs: ['delete'] },
  { operation: 'PutObject', method: 'PUT', on: 'object' },
  { operation: 'GetObject', method: 'GET', on: 'object', allows: ['versionId'] },
  { operation: 'HeadObject', method: 'HEAD', on: 'object', allows: ['versionId'] },
  { operation: 'DeleteObject', method: 'DELETE', on: 'object', allows: ['versionId'] },
  { operation: 'CreateMultipartUpload', method: 'POST', on: 'object', needs: ['uploads'] },
  { operation: 'UploadPart', method: 'PUT', on: 'object', needs: ['partNumber', 'uploadId'] },
  { operation: 'CompleteMultipartUpload', method: 'POST', on: 'object', needs: ['uploadId'] },
  { operation: 'AbortMultipartUpload', method: 'DELETE', on: 'object', needs: ['uploadId'] },
  {
    operation: 'ListParts',
    method: 'GET',
    on: 'object',
    needs: ['uploadId'],
    allows: ['max-parts', 'part-number-marker'],
  },
]

/** Path style, or `BUCKET.localhost` in the Host header. */
export function routeS3(request: SandboxRequest): S3Route {
  const { bucket, key } = target(request)
  return { bucket, key, operation: operationOf(request, { bucket, key }) }
}

function target({ headers, path }: SandboxRequest): { bucket: string; key: string } {
  const host = /^(.+)\.localhost(?::\d+)?$/.exec(headers['host'] ?? '')?.[1]
  if (host !== undefined) return { bucket: host, key: path.slice(1) }
  const end = path.indexOf('/', 1)
  return end < 0
    ? { bucket: path.slice(1), key: '' }
    : { bucket: path.slice(1, end), key: path.slice(end + 1) }
}

function operationOf(request: SandboxRequest, { bucket, key }: { bucket: string; key: string }): string {
  const names = [...new Set(request.query.keys())].filter((name) => !neutral.test(name))
  const on = bucket === '' ? 'service' : key === '' ? 'bucket' : 'object'
  const copied = request.headers['x-amz-copy-source'] !== undefined
  const found = shapes.find((shape) => !copied && fits(shape, { method: request.method, on, names }))
  return found?.operation ?? nameOfMissing(request.method, on, { names, copied })
}

function fits(
  { method, on, needs = [], allows = [] }: Shape,
  asked: { method: string; on: string; names: string[] },
): boolean {
  const expected = [...needs, ...allows]
  return (
    method === asked.method &&
    on === asked.on &&
    needs.every((name) => asked.names.includes(name)) &&
    asked.names.every((name) => expected.includes(name))
  )
}

const resources: Record<string, string> = {
  lifecycle: 'LifecycleConfiguration',
  notification: 'NotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  'legal-hold': 'LegalHold',
  ownershipControls: 'OwnershipControls',
}

const named: Record<string, string> = {
  'GET bucket versions': 'ListObjectVersions',
  'GET bucket session': 'CreateSession',
  'POST object restore': 'RestoreObject',
  'POST object select': 'SelectObjectContent',
}
/** These ask for the same operation in another way. */
const modifiers = /^(versionId|partNumber|response-.*)$/

/** The name of an operation that is not there, as near to the real one as the request tells. */
function nameOfMissing(method: string, on: string, asked: { names: string[]; copied: boolean }): string {
  const { names, copied } = asked
  if (copied) return names.includes('partNumber') ? 'UploadPartCopy' : 'CopyObject'
  const known = names.flatMap((name) => named[`${method} ${on} ${name}`] ?? [])[0]
  if (known !== undefined) return known
  const older = names.every((name) => listing.includes(name) || name === 'marker')
  if (older && method === 'GET' && on === 'bucket') return 'ListObjects'
  const verb = `${method.slice(0, 1)}${method.slice(1).toLowerCase()}`
  const name = names.find((each) => !modifiers.test(each))
  if (name === undefined) return `${verb}${capital(on)} with ${names.join(', ')}`
  const owner = name === 'object-lock' ? '' : capital(on)
  return `${verb}${owner}${resources[name] ?? capital(name)}`
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
