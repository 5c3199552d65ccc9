import type { FaultKind } from './faults.ts'
import { AwsError } from './http.ts'
import type { Route } from './route.ts'

type Words = readonly [code: string, status: number]

/** How each protocol says what a fault makes it say. */
const words: Partial<Record<FaultKind, Record<Route['protocol'], Words>>> = {
  denied: {
    json: ['AccessDeniedException', 400],
    rest: ['AccessDeniedException', 403],
    s3: ['AccessDenied', 403],
    query: ['AccessDenied', 403],
    registry: ['DENIED', 403],
  },
  throttled: {
    json: ['ThrottlingException', 400],
    rest: ['TooManyRequestsException', 429],
    s3: ['SlowDown', 503],
    query: ['Throttling', 400],
    registry: ['TOOMANYREQUESTS', 429],
  },
  'server-error': {
    json: ['ServerException', 500],
    rest: ['ServiceException', 500],
    s3: ['InternalError', 500],
    query: ['InternalFailure', 500],
    registry: ['UNKNOWN', 500],
  },
  unavailable: {
    json: ['ServiceUnavailableException', 503],
    rest: ['ServiceUnavailableException', 503],
    s3: ['ServiceUnavailable', 503],
    query: ['ServiceUnavailable', 503],
    registry: ['UNKNOWN', 503],
  },
  conflict: {
    json: ['ConflictException', 409],
    rest: ['ConflictException', 409],
    s3: ['ConditionalRequestConflict', 409],
    query: ['Conflict', 409],
    registry: ['UNKNOWN', 409],
  },
  'expired-token': {
    json: ['ExpiredTokenException', 400],
    rest: ['ExpiredTokenException', 403],
    s3: ['ExpiredToken', 400],
    query: ['ExpiredToken', 403],
    registry: ['DENIED', 403],
  },
}

/** Where a service has another word for it than its protocol's others. */
const own: Record<string, Partial<Record<FaultKind, string>>> = {
  apprunner: { 'server-error': 'InternalServiceErrorException' },
  batch: { throttled: 'ThrottlingException', 'server-error': 'ServerException' },
  cloudwatch: { 'server-error': 'InternalServiceFault' },
  events: { 'server-error': 'InternalException' },
  organizations: { throttled: 'TooManyRequestsException', 'server-error': 'ServiceException' },
  scheduler: { throttled: 'ThrottlingException', 'server-error': 'InternalServerException' },
}

/** The error that a fault answers with; undefined when it lets the operation happen (or breaks the connection). */
export function faultError(kind: FaultKind | undefined, route: Route, arn: string): AwsError | undefined {
  const found = kind && words[kind]
  if (!found) return undefined
  const [code, status] = found[route.protocol]
  return new AwsError(own[route.service]?.[kind] ?? code, messageOf(kind, route, arn), { status })
}

function messageOf(kind: FaultKind, { service, operation }: Route, arn: string): string {
  const action = service === 'registry' ? `ecr:${operation.split(' ')[0]}` : `${service}:${operation}`
  if (kind === 'denied')
    return `User: ${arn} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`
  if (kind === 'throttled') return 'Rate exceeded'
  if (kind === 'unavailable') return 'Come back later.'
  if (kind === 'conflict') return 'A conflicting operation occurred during this request.'
  if (kind === 'server-error') return 'The server failed, because a fault was set.'
  if (service === 'registry') return 'Your authorization token has expired. Reauthenticate and try again.'
  return 'The security token included in the request is expired'
}
