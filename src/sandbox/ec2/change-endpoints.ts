import { createHash } from 'node:crypto'
import { AwsError } from '../http.ts'
import { needText, readList, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { showEndpoint } from './endpoints.ts'
import { items } from './input.ts'
import type { Ec2State, VpcEndpointState } from './state.ts'

/** An endpoint for a service of the Region; it is there at once. */
export function createVpcEndpoint(call: QueryCall): Xml {
  const { input, world } = call
  refuse(input, ['TagSpecification', 'DnsOptions', 'IpAddressType', 'SubnetConfiguration', 'ServiceRegion'])
  const state = stateOf(call)
  const vpc = needText(input, 'VpcId')
  if (!Object.hasOwn(state.vpcs, vpc)) throw gone('InvalidVpcID.NotFound', 'vpc ID', vpc)
  const type = readText(input, 'VpcEndpointType') ?? 'Gateway'
  if (type !== 'Interface' && type !== 'Gateway')
    throw new AwsError('InvalidParameter', `Endpoint type (${type}) is not here.`)
  const service = serviceOf(call, type)
  checkPrivateDns(call, state, { vpc, service })
  const id = `vpce-${createHash('sha256').update(`${vpc} ${service} ${world.now()}`).digest('hex').slice(0, 17)}`
  const endpoint: VpcEndpointState = {
    id,
    vpc,
    type,
    service,
    state: 'available',
    ...policyOf(input),
    createdAt: world.now(),
    routeTables: readList(input, 'RouteTableId'),
    subnets: readList(input, 'SubnetId'),
    securityGroups: Object.fromEntries(readList(input, 'SecurityGroupId').map((group) => [group, group])),
    privateDns: type === 'Interface' && readText(input, 'PrivateDnsEnabled') !== 'false',
    tags: {},
  }
  state.endpoints[id] = endpoint
  return { vpcEndpoint: showEndpoint(call, endpoint) }
}

/** S3 comes as both kinds, everything else as an interface. */
function serviceOf({ caller, input }: QueryCall, type: string): string {
  const service = needText(input, 'ServiceName')
  const isHere = service.startsWith(`com.amazonaws.${caller.region}.`)
  const isS3 = service.endsWith('.s3')
  if (isHere && (type === 'Interface' || isS3)) return service
  throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${service}' does not exist`)
}

/** The name of a service leads to one endpoint of a network. */
function checkPrivateDns(
  { input }: QueryCall,
  { endpoints }: Ec2State,
  { vpc, service }: { vpc: string; service: string },
): void {
  const wanted = readText(input, 'PrivateDnsEnabled') !== 'false'
  const other = Object.values(endpoints).find(
    (each) => each.vpc === vpc && each.service === service && each.privateDns,
  )
  if (!wanted || !other) return
  const text = `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service}`
  throw new AwsError('InvalidParameter', text)
}

/** Takes effect at once. Route tables and subnets are not simulated beyond their names. */
export function modifyVpcEndpoint(call: QueryCall): Xml {
  const { input } = call
  refuse(input, ['DnsOptions', 'IpAddressType', 'SubnetConfiguration'])
  const id = needText(input, 'VpcEndpointId')
  const state = stateOf(call)
  const found = Object.hasOwn(state.endpoints, id) ? state.endpoints[id] : undefined
  if (!found) throw gone('InvalidVpcEndpointId.NotFound', 'Vpc Endpoint Id', id)
  if (readText(input, 'ResetPolicy') === 'true') delete found.policy
  Object.assign(found, policyOf(input))
  const dns = readText(input, 'PrivateDnsEnabled')
  if (dns !== undefined && found.type === 'Gateway')
    throw new AwsError('InvalidParameter', 'Private DNS is for interface endpoints.')
  if (dns !== undefined) found.privateDns = dns === 'true'
  found.routeTables = changed(found.routeTables, input, 'RouteTableId')
  found.subnets = changed(found.subnets, input, 'SubnetId')
  const groups = changed(Object.keys(found.securityGroups), input, 'SecurityGroupId')
  found.securityGroups = Object.fromEntries(groups.map((each) => [each, found.securityGroups[each] ?? each]))
  return { return: true }
}

/** Gone at once; in AWS it takes a while. What is not there is told of, and the others go. */
export function deleteVpcEndpoints(call: QueryCall): Xml {
  const ids = readList(call.input, 'VpcEndpointId')
  if (ids.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter VpcEndpointId')
  const state = stateOf(call)
  const missing = ids.filter((id) => !Object.hasOwn(state.endpoints, id))
  for (const id of ids) delete state.endpoints[id]
  const unsuccessful = missing.map((resourceId) => {
    const { code, message } = gone('InvalidVpcEndpoint.NotFound', 'Vpc Endpoint Id', resourceId)
    return { error: { code, message }, resourceId }
  })
  return { unsuccessful: items(unsuccessful) }
}

function changed(before: readonly string[], input: URLSearchParams, member: string): string[] {
  const gone = readList(input, `Remove${member}`)
  return [...new Set([...before, ...readList(input, `Add${member}`)])].filter((each) => !gone.includes(each))
}

function policyOf(input: URLSearchParams): { policy?: string } {
  const policy = readText(input, 'PolicyDocument')
  if (policy === undefined) return {}
  if (isDocument(policy)) return { policy }
  throw new AwsError('InvalidPolicyDocument', 'The Policy Document is invalid.')
}

function isDocument(text: string): boolean {
  try {
    const { Statement } = JSON.parse(text) as { Statement?: unknown }
    const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
    return statements.every((each) => typeof each === 'object' && each !== null && 'Effect' in each)
  } catch {
    return false
  }
}

function stateOf({ account, caller }: QueryCall): Ec2State {
  account.ec2 ??= {}
  return (account.ec2[caller.region] ??= { vpcs: {}, endpoints: {} })
}

function refuse(input: URLSearchParams, names: readonly string[]): void {
  const given = [...input.keys()].find((key) =>
    names.some((name) => key === name || key.startsWith(`${name}.`)),
  )
  if (given === undefined) return
  throw new AwsError('NotImplementedInSandbox', `ec2: ${given} is not simulated.`, { status: 501 })
}

function gone(code: string, what: string, id: string): AwsError {
  return new AwsError(code, `The ${what} '${id}' does not exist`)
}
