import { AwsError, type SandboxRequest, type SandboxResponse } from './http.ts'
import { jsonError } from './json-service.ts'
import { queryError } from './query-service.ts'
import { errorResponse, RegistryError } from './registry/registry-error.ts'
import { restError } from './rest-service.ts'
import { s3Error } from './s3/errors.ts'
import { type Protocol, SignatureProblem } from './sigv4/problem.ts'

/** Where a request goes. */
export interface Route {
  service: string
  /** As the request log and the faults name it. */
  operation: string
  /** Another name under which a fault may mean it. */
  alias?: string
  protocol: Protocol | 'registry'
  perform(): Promise<SandboxResponse>
}

/** Any error in the words of the protocol. What nobody expected is a 500 that says what it was. */
export function answerError(
  { protocol, service }: Pick<Route, 'protocol' | 'service'>,
  request: SandboxRequest,
  { error, requestId }: { error: unknown; requestId: string },
): SandboxResponse {
  const known = knownError(error, protocol)
  if (protocol === 's3') return s3Error(known, request, requestId)
  if (protocol === 'json') return jsonError(known, request)
  if (protocol === 'rest') return restError(known)
  if (protocol === 'query') return queryError(service, known, requestId)
  const { code, message, status } = known
  const headers: Record<string, string> = status === 429 ? { 'retry-after': '1' } : {}
  return errorResponse(new RegistryError(code, message, { status, headers }))
}

function knownError(error: unknown, protocol: Route['protocol']): AwsError {
  if (error instanceof AwsError) return error
  if (error instanceof SignatureProblem && protocol !== 'registry') return error.as(protocol)
  const code = protocol === 's3' ? 'InternalError' : 'InternalFailure'
  return new AwsError(code, `A defect in the sandbox: ${String(error)}`, { status: 500 })
}
