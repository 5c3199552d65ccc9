import { AwsError } from '../http.ts'
import type { S3Call } from './call.ts'

/** What these ask for is not simulated, but for the values that change nothing. */
const unsupported: Record<string, readonly string[]> = {
  'x-amz-server-side-encryption': ['AES256'],
  'x-amz-storage-class': ['STANDARD'],
  'x-amz-acl': ['bucket-owner-full-control', 'private'],
  'x-amz-tagging': [],
  'x-amz-object-lock-mode': [],
  'x-amz-object-lock-retain-until-date': [],
  'x-amz-object-lock-legal-hold': [],
  'x-amz-bucket-object-lock-enabled': ['false'],
  'x-amz-website-redirect-location': [],
  'x-amz-write-offset-bytes': [],
  'x-amz-server-side-encryption-customer-algorithm': [],
  'x-amz-server-side-encryption-aws-kms-key-id': [],
  'x-amz-grant-read': [],
  'x-amz-grant-full-control': [],
}

const kept = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires']
const metadataLimit = 2048

/** Refuses a request that wants something the sandbox would only pretend to do. */
export function refuseUnsupported(headers: Record<string, string | undefined>): void {
  for (const [name, harmless] of Object.entries(unsupported)) {
    const value = headers[name]
    if (value === undefined || harmless.includes(value)) continue
    throw new AwsError('NotImplemented', `NotImplementedInSandbox: the header ${name} with that value.`, {
      status: 501,
    })
  }
}

/** What an object keeps of the request that made it. */
export function describedBy({ headers }: S3Call): {
  contentType: string
  metadata: Record<string, string>
  headers: Record<string, string>
} {
  const metadata: Record<string, string> = {}
  for (const [name, value = ''] of Object.entries(headers)) {
    if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = value
  }
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > metadataLimit) throw new AwsError('MetadataTooLarge', 'Metadata may have at most 2 KB.')
  const found = kept.flatMap((name) => {
    const value = name === 'content-encoding' ? withoutChunking(headers[name]) : headers[name]
    return value ? [[name, value] as const] : []
  })
  const contentType = headers['content-type'] ?? 'binary/octet-stream'
  return { contentType, metadata, headers: Object.fromEntries(found) }
}

/** `aws-chunked` belongs to the transfer, not to the object. */
function withoutChunking(value: string | undefined): string | undefined {
  return value
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',')
}
