import type { AwsService } from './context.ts'

/** The parts of an SDK's HTTP request that tell what it asks for. */
export interface SentRequest {
  method: string
  path: string
  headers: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
}

/** The API operation of a request: from the target header (JSON), the form body (Query), or method and path (REST). */
export function operationOf(request: SentRequest, service: AwsService): string {
  const target = request.headers['x-amz-target'] ?? request.headers['X-Amz-Target']
  if (target) return target.slice(target.lastIndexOf('.') + 1)
  if (typeof request.body === 'string') {
    const action = /(?:^|&)Action=(\w+)/.exec(request.body)?.[1]
    if (action) return action
  }
  return service === 's3' ? s3Operation(request) : restOperation(request)
}

/** Those of Lambda, Batch and Scheduler that are used. */
const byPath: [RegExp, string][] = [
  [/\/functions\/?$/, 'ListFunctions'],
  [/\/functions\/[^/]+\/?$/, 'GetFunction'],
  [/\/event-invoke-config$/, 'GetFunctionEventInvokeConfig'],
  [/\/describejobdefinitions$/, 'DescribeJobDefinitions'],
  [/\/schedules$/, 'ListSchedules'],
  [/\/schedules\/[^/]+$/, 'GetSchedule'],
]

function restOperation({ method, path }: SentRequest): string {
  return byPath.find(([pattern]) => pattern.test(path))?.[1] ?? `${method} ${path}`
}

const byQuery: [string, string, string][] = [
  ['GET', 'list-type', 'ListObjectsV2'],
  ['GET', 'versions', 'ListObjectVersions'],
  ['GET', 'uploads', 'ListMultipartUploads'],
  ['GET', 'versioning', 'GetBucketVersioning'],
  ['GET', 'policyStatus', 'GetBucketPolicyStatus'],
  ['GET', 'acl', 'GetBucketAcl'],
  ['GET', 'publicAccessBlock', 'GetBucketPublicAccessBlock'],
  ['GET', 'encryption', 'GetEncryptionConfiguration'],
  ['GET', 'object-lock', 'GetObjectLockConfiguration'],
  ['POST', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'uploadId', 'CompleteMultipartUpload'],
  ['POST', 'delete', 'DeleteObjects'],
  ['DELETE', 'uploadId', 'AbortMultipartUpload'],
]

/** The SDK marks most S3 requests with `x-id`; the others are told apart by method and query. */
function s3Operation({ method, path, query = {} }: SentRequest): string {
  const marked = query['x-id']
  if (typeof marked === 'string') return marked
  const found = byQuery.find(([verb, name]) => verb === method && name in query)
  if (found) return found[2]
  const names: Record<string, string> = {
    HEAD: /^\/[^/]*\/?$/.test(path) ? 'HeadBucket' : 'HeadObject',
    PUT: 'PutObject',
    GET: 'GetObject',
    DELETE: 'DeleteObject',
  }
  return names[method] ?? method
}
