import { type ErrorCode, HoldfastError, interrupted } from '../../core/errors.ts'

/** What was asked when it failed. */
export interface S3Question {
  /** The API operation, which for S3 is nearly the IAM action: see `permissions`. */
  operation: string
  /** `s3://bucket/key`. */
  subject: string
}

/** HTTP status of an answer that was an error, through our wrapping too; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const cause = causeOf(error)
  const status = (cause as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
  return typeof status === 'number' ? status : undefined
}

/** S3's own name of the error (`NoSuchKey`), through our wrapping too. */
export function nameOf(error: unknown): string {
  const cause = causeOf(error)
  return cause instanceof Error ? cause.name : 'unknown'
}

function causeOf(error: unknown): unknown {
  return error instanceof HoldfastError ? error.cause : error
}

const expired = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/
const missing = /^(CredentialsProviderError|TokenProviderError)$/
const unaccepted = /^(InvalidAccessKeyId|InvalidToken|SignatureDoesNotMatch|InvalidClientTokenId)$/
const elsewhere = /^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/
const connection = /^(E[A-Z_]+|CERT_[A-Z_]+|[A-Z_]*SELF_SIGNED[A-Z_]*|UNABLE_TO_[A-Z_]+|TimeoutError)$/

/** The IAM action behind an operation, where it is not its name. */
const permissions: Record<string, string> = {
  HeadObject: 's3:GetObject (and s3:ListBucket, to be told that a key does not exist)',
  GetObject: 's3:GetObject (and s3:ListBucket, to be told that a key does not exist)',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
}

type Words = [code: ErrorCode, why: string | undefined, next: string]

/** The one place where an error of the S3 client becomes ours. What is ours already stays as it is. */
export function s3Error(error: unknown, question: S3Question): HoldfastError {
  if (error instanceof HoldfastError) return error
  const name = nameOf(error)
  if (name === 'AbortError') return interrupted(error)
  const [code, why, next] = wordsFor(error, name, question)
  const what = `${question.operation} failed for ${question.subject}: ${name}`
  return new HoldfastError(code, { what, why: why ?? messageOf(error), next, cause: error })
}

function wordsFor(error: unknown, name: string, question: S3Question): Words {
  const status = statusOf(error)
  const permission = permissions[question.operation] ?? `s3:${question.operation}`
  if (expired.test(name))
    return ['credentials-expired', undefined, 'Log in again, then run the same command.']
  if (missing.test(name))
    return ['credentials-missing', undefined, 'Log in (aws sso login) or set AWS_PROFILE.']
  if (unaccepted.test(name)) {
    return ['credentials-missing', undefined, 'Check the keys, the endpoint, and the clock of this machine.']
  }
  if (name === 'NoSuchBucket') {
    const why = 'The bucket does not exist, or it belongs to another partition or endpoint.'
    return ['store-request-failed', why, 'Create the bucket, or correct its name in --vault.']
  }
  if (status === 301 || status === 307 || elsewhere.test(name)) {
    const why = 'The bucket is in another Region.'
    return ['store-request-failed', why, 'Name its Region: s3://BUCKET/PREFIX?region=REGION.']
  }
  if (status === 403)
    return ['access-denied', undefined, `Allow ${permission} for this identity on the bucket.`]
  if (status === 501) {
    return ['store-unsupported', undefined, 'This S3-compatible store lacks an operation: use another one.']
  }
  if (status === undefined && connection.test(systemCode(error))) {
    return ['endpoint-unreachable', undefined, 'Check the Region, the network, a proxy, and the endpoint.']
  }
  return ['store-request-failed', undefined, 'Run the same command again: what is stored already is kept.']
}

function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error.name === 'TimeoutError') return error.name
  if (error instanceof AggregateError) return systemCode(error.errors[0])
  return error.cause === undefined ? '' : systemCode(error.cause)
}

/** One line, without the query of any URL: that is where signed requests keep their secrets. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || systemCode(error) || error.name : String(error)
  return text
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?...')
    .replace(/\s+/g, ' ')
    .trim()
}
