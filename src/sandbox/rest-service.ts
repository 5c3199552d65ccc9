import { requirePermission, restWords } from './enforce/gate.ts'
import type { AwsError, SandboxRequest, SandboxResponse } from './http.ts'
import { readBody } from './http.ts'
import { parseJsonBody } from './json-service.ts'
import { type MatchedPath, matchPath } from './neighbour/known.ts'
import { notImplemented, performNeighbour } from './neighbour/perform.ts'
import type { NeighbourService, RestWire } from './neighbour/service.ts'
import { neighbours } from './neighbour/services.ts'
import type { Route } from './route.ts'
import { piecesOf } from './sigv4/byte-source.ts'
import { sha256Hex } from './sigv4/canonical.ts'
import { verifySignature } from './sigv4/verify.ts'
import type { World } from './world.ts'

type RestService = NeighbourService & { wire: RestWire }

/** The REST-JSON service that a credential scope names. */
export function findRestService(signingName: string | undefined): RestService | undefined {
  const found = neighbours.find((each) => (each.signingName ?? each.name) === signingName)
  return found?.wire.kind === 'rest' ? (found as RestService) : undefined
}

/** AWS REST-JSON: the operation is in the method and the path; input is in the path, the query and the body. */
export function restRoute(world: World, request: SandboxRequest, service: RestService): Route {
  const matched = matchPath(service.wire.known, request)
  const operation = matched?.operation ?? `${request.method} ${request.path}`
  const perform = () => handleRest(world, request, { service, operation, matched })
  return { service: service.name, operation, protocol: 'rest', perform }
}

async function handleRest(
  world: World,
  request: SandboxRequest,
  target: { service: RestService; operation: string; matched: MatchedPath | undefined },
): Promise<SandboxResponse> {
  const { service, operation, matched } = target
  const body = await readBody(piecesOf(request.incoming))
  const { caller } = verifySignature(world, request, {
    service: service.signingName ?? service.name,
    payloadHash: sha256Hex(body),
  })
  if (!matched) throw notImplemented(service, operation)
  const input = { ...parseJsonBody(body), ...queryOf(request, service.wire), ...matched.labels }
  requirePermission(service.name, { world, caller, operation, input }, restWords)
  const output = performNeighbour(world, caller, { service, operation, input })
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) }
}

function queryOf({ query }: SandboxRequest, { renamed = {}, numbers }: RestWire): Record<string, unknown> {
  const pairs = [...query].map(([name, value]) => {
    return [renamed[name] ?? name, numbers.includes(name) && value !== '' ? Number(value) : value] as const
  })
  return Object.fromEntries(pairs)
}

export function restError({ code, message, status, extra }: AwsError): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ message, ...extra }),
  }
}
