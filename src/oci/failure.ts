import { type ErrorCode, HoldfastError, interrupted } from '../core/errors.ts'

/** What a registry answered when it refused: for callers that must tell refusals apart. */
export class RegistryRefusal extends Error {
  readonly status: number
  /** Error codes of the OCI envelope, such as `TAG_INVALID`. */
  readonly codes: readonly string[]

  constructor(status: number, codes: readonly string[]) {
    super(`HTTP ${status}`)
    this.status = status
    this.codes = codes
  }
}

/** The registry's own words behind an error of ours; undefined when it failed in another way. */
export function refusalBehind(error: unknown): RegistryRefusal | undefined {
  const cause = error instanceof HoldfastError ? error.cause : error
  return cause instanceof RegistryRefusal ? cause : undefined
}

const codeByStatus: Record<number, ErrorCode> = {
  401: 'registry-unauthorized',
  403: 'access-denied',
  404: 'registry-not-found',
}

/** Turns a refusal into an error: `what` names the request, `why` has the status and the OCI error codes. */
export function refused(what: string, status: number, body: Uint8Array): HoldfastError {
  const errors = envelope(body)
  const code = codeByStatus[status] ?? 'registry-request-failed'
  const words = errors.map(({ code: name, message }) => (message ? `${name}: ${message}` : name)).join('; ')
  return new HoldfastError(code, {
    what,
    why: `HTTP ${status}${words ? `, ${words}` : ''}`,
    next: nextByCode[code] ?? 'Run again; with --debug to see each request.',
    cause: new RegistryRefusal(
      status,
      errors.map((error) => error.code),
    ),
  })
}

const nextByCode: Partial<Record<ErrorCode, string>> = {
  'registry-unauthorized':
    'Check the user name and password (HOLDFAST_REGISTRY_USERNAME, _PASSWORD), or log in to AWS.',
  'access-denied': 'The identity may not do this: allow it, or use another.',
  'registry-not-found': 'Check the name of the registry, repository and image.',
}

/** `{"errors":[{"code","message"}]}` (ecr-facts 4.2); anything else is no reason to fail a second time. */
function envelope(body: Uint8Array): { code: string; message: string }[] {
  try {
    const { errors } = JSON.parse(new TextDecoder().decode(body)) as { errors?: unknown }
    if (!Array.isArray(errors)) return []
    return errors.slice(0, 3).map((error) => ({
      code: line(String(error?.code ?? 'UNKNOWN'), 40),
      message: line(String(error?.message ?? ''), 300),
    }))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return []
    throw error
  }
}

/** One printable line; the query of a URL may be a secret and is dropped. */
export function line(text: string, longest: number): string {
  return text
    .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?...')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
}

export function invalidAnswer(what: string, why?: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what,
    ...(why && { why }),
    next: 'Check that the address is an OCI registry, and that no proxy changes its answers.',
  })
}

export function tooSlow(what: string): HoldfastError {
  return new HoldfastError('registry-request-failed', {
    what,
    why: 'The answer came byte by byte and did not end.',
    next: 'Check the registry, and the proxy before it, and run again.',
  })
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])
const lasting = new Set([...unreachable].filter((code) => /CERT|LEAF|ENOTFOUND/.test(code)))

/** An error of the connection, as ours. What is ours already, and an abort, keep their meaning. */
export function brokenConnection(what: string, error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error
  if (error instanceof Error && error.name === 'AbortError') return interrupted(error)
  const code = connectionCode(error)
  return new HoldfastError(unreachable.has(code) ? 'endpoint-unreachable' : 'registry-request-failed', {
    what,
    why: line(error instanceof Error ? error.message || code : String(error), 300),
    next: 'Check the address and the network, and run again.',
    cause: error,
  })
}

/** Whether the same request may do better in a moment: resets and timeouts, not certificates, not our refusals. */
export function isPassing(error: unknown): boolean {
  if (error instanceof HoldfastError || (error instanceof Error && error.name === 'AbortError')) return false
  const code = connectionCode(error)
  return code !== '' && !lasting.has(code) && code !== 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'
}

function connectionCode(error: unknown): string {
  if (error instanceof AggregateError) return connectionCode(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
