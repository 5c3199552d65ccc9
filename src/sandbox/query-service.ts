import { ec2Service } from './ec2/service.ts'
import { requirePermission, xmlWords } from './enforce/gate.ts'
import { AwsError, type Caller, readBody, type SandboxRequest, type SandboxResponse } from './http.ts'
import { iamService } from './iam/service.ts'
import type { Route } from './route.ts'
import { piecesOf } from './sigv4/byte-source.ts'
import { sha256Hex } from './sigv4/canonical.ts'
import { verifySignature } from './sigv4/verify.ts'
import { snsService } from './sns/service.ts'
import { stsService } from './sts/service.ts'
import type { Account, World } from './world.ts'
import { toXml, type Xml } from './xml.ts'

/** One request of a Query service whose signature was good. */
export interface QueryCall {
  world: World
  account: Account
  caller: Caller
  input: URLSearchParams
}

/** Answers the content of the result element, in the names of the wire, or throws an AwsError. */
export type QueryOperation = (call: QueryCall) => Xml

/** One service of the Query protocol, as a table. */
export interface QueryService {
  /** In the scope of a credential, in the request log and in faults. */
  name: string
  namespace: string
  /** EC2 has no result element, and errors of its own shape. */
  style: 'query' | 'ec2'
  operations: Record<string, QueryOperation>
  /** Every operation of the service, also those that are not here. */
  known: readonly string[]
  /** What the service calls an error that every service has. */
  spelling?: Record<string, readonly [code: string, status: number]>
}

const services: readonly QueryService[] = [stsService, iamService, snsService, ec2Service]
const byName = new Map(services.map((each) => [each.name, each]))

/** Reads the form that a Query request is. */
export async function queryRoute(
  world: World,
  request: SandboxRequest,
  { service, requestId }: { service: string; requestId: string },
): Promise<Route> {
  const body = await readBody(piecesOf(request.incoming), 1024 * 1024)
  const input = new URLSearchParams(body.toString('utf8'))
  const operation = input.get('Action') ?? ''
  const perform = async () => {
    const known = byName.get(service)
    if (!known) throw notImplemented(service, operation)
    const { caller } = verifySignature(world, request, { service, payloadHash: sha256Hex(body) })
    const account = accountOf(world, caller)
    const act = findOperation(known, operation)
    const asked = { world, caller, operation, input: Object.fromEntries(input) }
    requirePermission(known.name, asked, xmlWords)
    const result = act({ world, account, caller, input })
    return answer(200, documentOf(known, { operation, result, requestId }))
  }
  return { service, operation, protocol: 'query', perform }
}

function findOperation({ name, operations, known }: QueryService, operation: string): QueryOperation {
  const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined
  if (found) return found
  if (known.includes(operation)) throw notImplemented(name, operation)
  throw new AwsError('InvalidAction', `There is no operation ${JSON.stringify(operation)} of ${name}.`)
}

/** ECR's own key, with which layers are signed, belongs to no account. */
function accountOf(world: World, { account }: Caller): Account {
  const found = world.state.accounts[account]
  if (found) return found
  throw new AwsError('AccessDenied', 'The key is for layers only.', { status: 403 })
}

function documentOf(
  { style, namespace }: QueryService,
  { operation, result, requestId }: { operation: string; result: Xml; requestId: string },
): string {
  const name = `${operation}Response`
  if (style === 'ec2') return toXml(name, { requestId, ...(result as Record<string, Xml>) }, namespace)
  const named = result === undefined ? {} : { [`${operation}Result`]: result }
  return toXml(name, { ...named, ResponseMetadata: { RequestId: requestId } }, namespace)
}

/** The error document of the service; of STS's shape when there is no such service here. */
export function queryError(name: string, error: AwsError, requestId: string): SandboxResponse {
  const service = byName.get(name) ?? stsService
  const [code, status] = service.spelling?.[error.code] ?? [error.code, error.status]
  if (service.style === 'ec2') {
    const content = { Errors: { Error: { Code: code, Message: error.message } }, RequestID: requestId }
    return answer(status, toXml('Response', content))
  }
  const type = status >= 500 ? 'Receiver' : 'Sender'
  const content = { Error: { Type: type, Code: code, Message: error.message }, RequestId: requestId }
  return answer(status, toXml('ErrorResponse', content, service.namespace))
}

function answer(status: number, body: string): SandboxResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body }
}

function notImplemented(service: string, operation: string): AwsError {
  const text = `${service}: ${operation} is not simulated.`
  return new AwsError('NotImplementedInSandbox', text, { status: 501 })
}
