/** The parts of an SDK's HTTP request that tell what it asks for. */
export interface SentRequest {
  method: string
  path: string
  headers: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
}

/** The API operation of a request: from the target header (ECR, KMS), the form body (STS), or the shape (S3). */
export function operationOf(request: SentRequest): string {
  const target = request.headers['x-amz-target'] ?? request.headers['X-Amz-Target']
  if (target) return target.slice(target.lastIndexOf('.') + 1)
  if (typeof request.body === 'string') {
    const action = /(?:^|&)Action=(\w+)/.exec(request.body)?.[1]
    if (action) return action
  }
  return s3Operation(request)
}

const byQuery: [string, string, string][] = [
  ['GET', 'list-type', 'ListObjectsV2'],
  ['GET', 'versions', 'ListObjectVersions'],
  ['GET', 'uploads', 'ListMultipartUploads'],
  ['GET', 'versioning', 'GetBucketVersioning'],
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
