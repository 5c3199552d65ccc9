import { AwsError, type SandboxRequest } from './http.ts'
import { handleJson, readTarget } from './json-service.ts'
import { queryRoute } from './query-service.ts'
import { findRestService, restRoute } from './rest-service.ts'
import type { Route } from './route.ts'
import { handleS3 } from './s3/handle.ts'
import { isLayerBucket } from './s3/layer-bucket.ts'
import { routeS3 } from './s3/route.ts'
import { claimedScope } from './sigv4/claim.ts'
import type { World } from './world.ts'

/** Which service a request to the AWS port is for: by target header, by form, by credential scope; else S3. */
export async function routeAws(world: World, request: SandboxRequest, requestId: string): Promise<Route> {
  const target = request.headers['x-amz-target']
  if (target !== undefined) return jsonRoute(world, request, target)
  const service = claimedScope(request)?.service
  if (isForm(request)) return await queryRoute(world, request, { service: service ?? 'sts', requestId })
  const rest = findRestService(service)
  if (rest) return restRoute(world, request, rest)
  if (service !== undefined && service !== 's3') return missingService(service, request)
  return s3Route(world, request)
}

function jsonRoute(world: World, request: SandboxRequest, text: string): Route {
  const { prefix, service, operation } = readTarget(text)
  const perform = () => handleJson(world, request, { prefix, operation })
  return { service, operation, protocol: 'json', perform }
}

function isForm({ method, headers }: SandboxRequest): boolean {
  return method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
}

/** A service that is not here at all must not be taken for S3. */
function missingService(service: string, { method, path }: SandboxRequest): Route {
  const operation = `${method} ${path}`
  const perform = () => Promise.reject(notImplemented(service, operation))
  return { service, operation, protocol: 'json', perform }
}

function s3Route(world: World, request: SandboxRequest): Route {
  const route = routeS3(request)
  const { operation } = route
  const perform = () => handleS3(world, request, route)
  const layer = isLayerBucket(route.bucket) && operation === 'GetObject'
  return {
    service: 's3',
    operation: layer ? 'GetLayer' : operation,
    ...(layer && { alias: operation }),
    protocol: 's3',
    perform,
  }
}

function notImplemented(service: string, operation: string): AwsError {
  return new AwsError('NotImplementedInSandbox', `${service}: ${operation} is not simulated.`, {
    status: 501,
  })
}
