import { recorded } from './cloudtrail/events.ts'
import { registryFor } from './cross-account.ts'
import { ecrOperations, knownEcrOperations } from './ecr/operations.ts'
import { jsonWords, requirePermission } from './enforce/gate.ts'
import { AwsError, type Caller, readBody, type SandboxRequest, type SandboxResponse } from './http.ts'
import { knownKmsOperations } from './kms/known-operations.ts'
import { kmsOperations } from './kms/operations.ts'
import { performNeighbour } from './neighbour/perform.ts'
import type { JsonWire, NeighbourService } from './neighbour/service.ts'
import { neighbours } from './neighbour/services.ts'
import { piecesOf } from './sigv4/byte-source.ts'
import { sha256Hex } from './sigv4/canonical.ts'
import { verifySignature } from './sigv4/verify.ts'
import type { World } from './world.ts'

type Perform = (
  world: World,
  caller: Caller,
  input: Record<string, unknown>,
) => Promise<Record<string, unknown>>

interface JsonService {
  /** As the request log and the faults name it. */
  service: string
  /** In the scope of a credential. */
  signingName: string
  version: JsonWire['version']
  known: readonly string[]
  find(operation: string): Perform | undefined
}

const wire = { version: '1.1' as const }

/** By the first half of `X-Amz-Target`. */
const services: Record<string, JsonService> = {
  AmazonEC2ContainerRegistry_V20150921: {
    ...wire,
    service: 'ecr',
    signingName: 'ecr',
    known: knownEcrOperations,
    find: findEcr,
  },
  TrentService: {
    ...wire,
    service: 'kms',
    signingName: 'kms',
    known: knownKmsOperations,
    find: findKms,
  },
  ...Object.fromEntries(neighbours.flatMap(asJsonService)),
}

function asJsonService(service: NeighbourService): [string, JsonService][] {
  const { name, signingName = name, wire, operations } = service
  if (wire.kind !== 'json') return []
  const { target, longTarget = target, version, known } = wire
  const find = (operation: string): Perform | undefined =>
    Object.hasOwn(operations, operation)
      ? async (world, caller, input) => performNeighbour(world, caller, { service, operation, input })
      : undefined
  const json = { service: name, signingName, version, known, find }
  return [
    [target, json],
    [longTarget, json],
  ]
}

export function readTarget(target: string): { prefix: string; service: string; operation: string } {
  const dot = target.lastIndexOf('.')
  const [prefix, operation] = [target.slice(0, dot), target.slice(dot + 1)]
  const service = Object.hasOwn(services, prefix) ? services[prefix]?.service : undefined
  return { prefix, operation, service: service ?? prefix }
}

/** AWS JSON 1.1 (ecr-facts 1.1), and 1.0, which differs in nothing but the name of the content type. */
export async function handleJson(
  world: World,
  request: SandboxRequest,
  target: { prefix: string; operation: string },
): Promise<SandboxResponse> {
  const service = Object.hasOwn(services, target.prefix) ? services[target.prefix] : undefined
  if (!service) throw notImplemented(`${target.prefix}.${target.operation}`)
  const body = await readBody(piecesOf(request.incoming))
  const { caller } = verifySignature(world, request, {
    service: service.signingName,
    payloadHash: sha256Hex(body),
  })
  const perform = service.find(target.operation)
  if (!perform && service.known.includes(target.operation)) throw notImplemented(target.operation)
  if (!perform) {
    const text = `There is no operation ${JSON.stringify(target.operation)}.`
    throw new AwsError('UnknownOperationException', text, { status: 404 })
  }
  const input = parseJsonBody(body)
  const asked = { world, caller, operation: target.operation, input }
  const output = await recorded(service.service, asked, async () => {
    requirePermission(service.service, asked, jsonWords)
    return await perform(world, caller, input)
  })
  const contentType = `application/x-amz-json-${service.version}`
  return { status: 200, headers: { 'content-type': contentType }, body: JSON.stringify(output) }
}

function findEcr(name: string): Perform | undefined {
  const operation = Object.hasOwn(ecrOperations, name) ? ecrOperations[name] : undefined
  if (!operation) return undefined
  return async (world, caller, input) => {
    const registry = registryFor(world, caller, name, input)
    return operation({ world, caller, registry, input })
  }
}

function findKms(name: string): Perform | undefined {
  const operation = Object.hasOwn(kmsOperations, name) ? kmsOperations[name] : undefined
  return operation && (async (...call) => operation(...call))
}

/** An empty body is an empty document. */
export function parseJsonBody(body: Buffer): Record<string, unknown> {
  const document = body.length === 0 ? {} : parseDocument(body.toString('utf8'))
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>
  throw new AwsError('SerializationException', 'The body must be a JSON object.')
}

function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.')
  }
}

function notImplemented(operation: string): AwsError {
  return new AwsError('NotImplementedInSandbox', `${operation} is not simulated.`, { status: 501 })
}

/** An error comes in the version that the request was in. */
export function jsonError(error: AwsError, { headers }: SandboxRequest): SandboxResponse {
  const version = headers['content-type']?.startsWith('application/x-amz-json-1.0') ? '1.0' : '1.1'
  return {
    status: error.status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.extra }),
  }
}
