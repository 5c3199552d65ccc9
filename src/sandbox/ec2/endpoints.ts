import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { ec2Page, type FilterFields, filtered, items, tagSet, tagTexts, withIds } from './input.ts'
import type { VpcEndpointState } from './state.ts'

/** What an endpoint has that was given no policy of its own. */
const fullAccess = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
})

const fields: FilterFields<VpcEndpointState> = {
  'service-name': ({ service }) => [service],
  'vpc-id': ({ vpc }) => [vpc],
  'vpc-endpoint-id': ({ id }) => [id],
  'vpc-endpoint-state': ({ state }) => [state],
  'vpc-endpoint-type': ({ type }) => [type],
  tag: ({ tags }) => tagTexts(tags),
  'tag-key': ({ tags }) => Object.keys(tags),
}

export function describeVpcEndpoints(call: QueryCall): Xml {
  const { account, caller } = call
  const all = Object.values(account.ec2?.[caller.region]?.endpoints ?? {})
  const wanted = { member: 'VpcEndpointId', code: 'InvalidVpcEndpointId.NotFound' }
  const found = filtered(call, withIds(call, all, wanted), fields)
  const { items: page, next } = ec2Page(call, found, 'DescribeVpcEndpoints')
  return { vpcEndpointSet: items(page.map((each) => showEndpoint(call, each))), nextToken: next }
}

export function showEndpoint({ account }: QueryCall, endpoint: VpcEndpointState): Xml {
  const { id, type, service, subnets, securityGroups, createdAt } = endpoint
  return {
    vpcEndpointId: id,
    vpcEndpointType: type,
    vpcId: endpoint.vpc,
    serviceName: service,
    state: endpoint.state,
    policyDocument: endpoint.policy ?? fullAccess,
    routeTableIdSet: items(endpoint.routeTables),
    subnetIdSet: items(subnets),
    groupSet: items(Object.entries(securityGroups).map(([groupId, groupName]) => ({ groupId, groupName }))),
    ipAddressType: type === 'Interface' ? 'ipv4' : undefined,
    privateDnsEnabled: endpoint.privateDns,
    requesterManaged: false,
    networkInterfaceIdSet: items(subnets.map((_, at) => `eni-${id.slice('vpce-'.length, -1)}${at}`)),
    dnsEntrySet: items(type === 'Interface' ? [{ dnsName: dnsNameOf(id, service) }] : []),
    creationTimestamp: new Date(createdAt).toISOString(),
    tagSet: tagSet(endpoint.tags),
    ownerId: account.id,
  }
}

/** `com.amazonaws.eu-west-1.ecr.api` is reached as `api.ecr.eu-west-1.vpce.amazonaws.com`. */
function dnsNameOf(id: string, service: string): string {
  const [, , region, ...name] = service.split('.')
  return `${id}.${name.reverse().join('.')}.${region}.vpce.amazonaws.com`
}
