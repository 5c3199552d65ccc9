import { AwsError } from '../http.ts'

export type ProblemKind =
  | 'anonymous'
  | 'malformed'
  | 'two-mechanisms'
  | 'unknown-key'
  | 'bad-token'
  | 'expired-session'
  | 'skewed'
  | 'expired-url'
  | 'wrong-scope'
  | 'unsigned-header'
  | 'mismatch'

type Words = readonly [code: string, status: number]

/**
 * How each protocol says it: S3, the JSON services, the Query services.
 * Assumption: the JSON services send 400 for all of these (ecr-facts 1.1 lists 403 for some).
 */
const words: Record<ProblemKind, { s3: Words; json: Words; query: Words }> = {
  anonymous: {
    s3: ['AccessDenied', 403],
    json: ['MissingAuthenticationTokenException', 400],
    query: ['MissingAuthenticationToken', 403],
  },
  malformed: {
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['IncompleteSignatureException', 400],
    query: ['IncompleteSignature', 400],
  },
  'two-mechanisms': {
    s3: ['InvalidArgument', 400],
    json: ['IncompleteSignatureException', 400],
    query: ['IncompleteSignature', 400],
  },
  'unknown-key': {
    s3: ['InvalidAccessKeyId', 403],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
  },
  'bad-token': {
    s3: ['InvalidToken', 400],
    json: ['UnrecognizedClientException', 400],
    query: ['InvalidClientTokenId', 403],
  },
  'expired-session': {
    s3: ['ExpiredToken', 400],
    json: ['ExpiredTokenException', 400],
    query: ['ExpiredToken', 403],
  },
  skewed: {
    s3: ['RequestTimeTooSkewed', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
  },
  'expired-url': {
    s3: ['AccessDenied', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
  },
  'wrong-scope': {
    s3: ['AuthorizationHeaderMalformed', 400],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
  },
  'unsigned-header': {
    s3: ['AccessDenied', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
  },
  mismatch: {
    s3: ['SignatureDoesNotMatch', 403],
    json: ['InvalidSignatureException', 400],
    query: ['SignatureDoesNotMatch', 403],
  },
}

export type Protocol = 's3' | 'json' | 'query' | 'rest'

/** Why a signature was not accepted. Never holds the secret or the right signature. */
export class SignatureProblem extends Error {
  readonly kind: ProblemKind

  constructor(kind: ProblemKind, message: string) {
    super(message)
    this.kind = kind
  }

  as(protocol: Protocol): AwsError {
    // REST-JSON has the codes of JSON, and says 403 for all of them.
    const [code, status] = protocol === 'rest' ? [words[this.kind].json[0], 403] : words[this.kind][protocol]
    return new AwsError(code, this.message, { status })
  }
}
