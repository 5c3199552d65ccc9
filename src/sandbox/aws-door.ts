import { AwsError, readBody, type SandboxRequest } from './http.ts'
import { handleJson, readTarget } from './json-service.ts'
import type { Route } from './route.ts'
import { handleS3 } from './s3/handle.ts'
import { isLayerBucket } from './s3/layer-bucket.ts'
import { routeS3 } from './s3/route.ts'
import { piecesOf } from './sigv4/byte-source.ts'
import { sha256Hex } from './sigv4/canonical.ts'
import { claimedScope } from './sigv4/claim.ts'
import { verifySignature } from './sigv4/verify.ts'
import { queryAnswer } from './sts/answer.ts'
import { handleSts } from './sts/handle.ts'
import type { World } from './world.ts'

/** Which service a request to the AWS port is for: by target header, by form, by credential scope; else S3. */
export async function routeAws(world: World, request: SandboxRequest, requestId: string): Promise<Route> {
  const target = request.headers['x-amz-target']
  if (target !== undefined) return jsonRoute(world, request, target)
  const service = claimedScope(request)?.service
  if (isForm(request)) return await queryRoute(world, request, { service: service ?? 'sts', requestId })
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

async function queryRoute(
  world: World,
  request: SandboxRequest,
  { service, requestId }: { service: string; requestId: string },
): Promise<Route> {
  const body = await readBody(piecesOf(request.incoming), 1024 * 1024)
  const input = new URLSearchParams(body.toString('utf8'))
  const operation = input.get('Action') ?? ''
  return {
    service,
    operation,
    protocol: 'query',
    perform: async () => {
      if (service !== 'sts') throw notImplemented(service, operation)
      const { caller } = verifySignature(world, request, { service, payloadHash: sha256Hex(body) })
      return queryAnswer(operation, handleSts(world, caller, input), requestId)
    },
  }
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
