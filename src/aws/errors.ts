import { HoldfastError, interrupted } from '../core/errors.ts'

/** What was asked when it failed. `operation` is `service:Operation`, which is nearly always the IAM action too. */
export interface AwsQuestion {
  operation: string
  /** The repository, bucket or key that it was about. */
  resource?: string
}

const denied =
  /^(AccessDenied|AccessDeniedException|NotAuthorized|UnauthorizedOperation|AuthorizationError|AuthorizationErrorException)$/
const expired = /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/
const missing = /^(CredentialsProviderError|TokenProviderError)$/
const unaccepted =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken|InvalidToken)$/
const notFound = /^(RepositoryNotFoundException|ImageNotFoundException|LayersNotFoundException)$/
const keyTrouble = /^(KmsException|KMS[A-Za-z]*Exception|DisabledException)$/
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** The service's own name of the error (`RepositoryNotFoundException`), through our wrapping too. */
export function awsErrorCode(error: unknown): string | undefined {
  if (error instanceof HoldfastError) return error.cause === undefined ? undefined : awsErrorCode(error.cause)
  return error instanceof Error ? error.name : undefined
}

/** The one place where an SDK error becomes ours. What is ours already, and an abort, keep their meaning. */
export function awsError(error: unknown, question: AwsQuestion): HoldfastError {
  if (error instanceof HoldfastError) return error
  const name = awsErrorCode(error) ?? 'unknown'
  if (name === 'AbortError') return interrupted(error)
  if (missing.test(name)) return missingCredentials(error)
  if (expired.test(name)) return expiredCredentials(error)
  if (unaccepted.test(name)) return unacceptedCredentials(error, name)
  if (denied.test(name)) return accessDenied(error, question)
  if (name === 'TimeoutError' || unreachable.has(systemCode(error)))
    return unreachableEndpoint(error, question)
  const foreign = foreignAnswer(error)
  if (foreign) return notAws(question.operation, foreign, error)
  const about = question.resource ? ` for ${question.resource}` : ''
  const code = notFound.test(name) ? 'registry-not-found' : keyTrouble.test(name) ? 'key-unusable' : undefined
  return new HoldfastError(code ?? 'aws-request-failed', {
    what: `${question.operation} failed${about}: ${name}`,
    why: messageOf(error),
    next: nextStep(code),
    cause: error,
  })
}

function nextStep(code: 'registry-not-found' | 'key-unusable' | undefined): string {
  if (code === 'registry-not-found') return 'Check the name, the account and the Region.'
  if (code === 'key-unusable') return 'Enable the KMS key, or allow its use in the key policy.'
  return 'Run again; with --debug to see each request.'
}

function accessDenied(error: unknown, { operation, resource }: AwsQuestion): HoldfastError {
  return new HoldfastError('access-denied', {
    what: `Not allowed: ${operation}${resource ? ` on ${resource}` : ''}`,
    why: messageOf(error),
    next:
      operation === 'sts:AssumeRole'
        ? 'Allow sts:AssumeRole for this identity, and this identity in the trust policy of the role.'
        : `Allow ${operation} for this identity, or use another with --profile or --role-arn.`,
    cause: error,
  })
}

function missingCredentials(error: unknown): HoldfastError {
  // The chain reports a dead SSO session or a refused role with the same type; its text says which.
  return new HoldfastError('credentials-missing', {
    what: 'No usable AWS credentials were found.',
    why: `Tried the environment, the profile, SSO, web identity, container and instance roles. ${messageOf(error)}`,
    next: 'Log in (aws sso login), set AWS_PROFILE, or pass --profile.',
    cause: error,
  })
}

function expiredCredentials(error: unknown): HoldfastError {
  return new HoldfastError('credentials-expired', {
    what: 'The AWS credentials have expired.',
    why: messageOf(error),
    next: 'Log in again (aws sso login), then run the same command: it continues.',
    cause: error,
  })
}

function unacceptedCredentials(error: unknown, name: string): HoldfastError {
  return new HoldfastError('credentials-missing', {
    what: `AWS did not accept the credentials: ${name}`,
    why: messageOf(error),
    next: 'Check the profile, the keys and the clock of this machine.',
    cause: error,
  })
}

function unreachableEndpoint(error: unknown, { operation }: AwsQuestion): HoldfastError {
  return new HoldfastError('endpoint-unreachable', {
    what: `No connection for ${operation}`,
    why: messageOf(error),
    next: 'Check the Region, the network, a proxy, and AWS_ENDPOINT_URL if it is set.',
    cause: error,
  })
}

/** What came is no answer of this API, such as the page of a proxy: the SDK could not read it, or read too much into it. */
function foreignAnswer(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('$response' in error)) return undefined
  const { statusCode, headers } = (error.$response ?? {}) as RawAnswer
  const type = headers?.['content-type'] ?? 'no content type'
  // Errors that a service declares have a `$fault`.
  if ('$fault' in error && !/html/i.test(type)) return undefined
  return `HTTP ${statusCode}, ${type}: not an answer of this API.`
}

interface RawAnswer {
  statusCode?: number
  headers?: Record<string, string>
}

export function notAws(operation: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('aws-request-failed', {
    what: `${operation}: what answered is not AWS`,
    why,
    next: 'Check AWS_ENDPOINT_URL or --endpoint-url, and that no proxy or login page answers instead.',
    cause,
  })
}

function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError) return systemCode(error.errors[0])
  return error.cause === undefined ? '' : systemCode(error.cause)
}

/** One line, without the query of any URL: that is where presigned requests keep their secrets. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || systemCode(error) || error.name : String(error)
  return text
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?...')
    .replace(/\s+/g, ' ')
    .trim()
}
