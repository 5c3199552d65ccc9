import type { Ec2State, Vpc, VpcEndpointState } from '../../ec2/state.ts'
import type { SnsState, Subscription, Topic } from '../../sns/state.ts'
import { arnIn, daysAgo, type Place } from './place.ts'

/** Short for what the seeds say of networks and topics. */
const vpcId = 'vpc-0a1b2c3d4e5f60718'

export function networkOf(vpcs: readonly Vpc[], endpoints: readonly VpcEndpointState[]): Ec2State {
  const byId = <T extends { id: string }>(list: readonly T[]) =>
    Object.fromEntries(list.map((each) => [each.id, each]))
  return { vpcs: byId(vpcs), endpoints: byId(endpoints) }
}

export function shopVpc(): Vpc {
  return { id: vpcId, cidr: '10.20.0.0/16', isDefault: false, tags: { Name: 'shop' } }
}

export function defaultVpc(): Vpc {
  return { id: 'vpc-0d3f4a1700000000d', cidr: '172.31.0.0/16', isDefault: true, tags: {} }
}

/** In the subnets of the shop, behind one security group. */
export function interfaceAt(
  place: Place,
  service: 'ecr.api' | 'ecr.dkr' | 'logs',
  rest: Partial<VpcEndpointState> = {},
): VpcEndpointState {
  return {
    ...plainEndpoint(place, service),
    type: 'Interface',
    subnets: ['subnet-0aa00000000000001', 'subnet-0bb00000000000002'],
    securityGroups: { 'sg-0ec0000000000000e': 'registry-endpoints' },
    privateDns: true,
    ...rest,
  }
}

export function gatewayAt(place: Place, rest: Partial<VpcEndpointState> = {}): VpcEndpointState {
  return { ...plainEndpoint(place, 's3'), routeTables: ['rtb-0cc00000000000003'], ...rest }
}

const ids: Record<string, string> = { 'ecr.api': 'a', 'ecr.dkr': 'd', logs: 'c', s3: '3' }

function plainEndpoint(place: Place, service: string): VpcEndpointState {
  return {
    id: `vpce-0e00000000000000${ids[service] ?? '0'}`,
    vpc: vpcId,
    type: 'Gateway',
    service: `com.amazonaws.${place.region}.${service}`,
    state: 'available',
    createdAt: daysAgo(place, 300),
    routeTables: [],
    subnets: [],
    securityGroups: {},
    privateDns: false,
    tags: {},
  }
}

export function topicsOf(topics: readonly Topic[]): SnsState {
  return { topics: Object.fromEntries(topics.map((each) => [each.arn, each])) }
}

export function topicAt(
  place: Place,
  name: string,
  rest: Pick<Topic, 'subscriptions'> & Partial<Topic>,
): Topic {
  const arn = arnIn(place, 'sns', name)
  return { arn, displayName: '', policy: topicPolicy(place, arn), ...rest }
}

/** Whoever the account allows, and the alarms and rules of the account. */
function topicPolicy({ account }: Place, arn: string): string {
  const statement = (sid: string, principal: object, condition: object) => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: principal,
    Action: 'SNS:Publish',
    Resource: arn,
    Condition: condition,
  })
  const services = { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] }
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      statement('owner', { AWS: '*' }, { StringEquals: { 'AWS:SourceOwner': account.id } }),
      statement('alarms', services, { StringEquals: { 'aws:SourceAccount': account.id } }),
    ],
  })
}

/** Without a number: nobody has confirmed it. */
export function mailTo(
  place: Place,
  address: string,
  confirmed?: { topic: string; id: string },
): Subscription {
  const arn = confirmed && `${arnIn(place, 'sns', confirmed.topic)}:${confirmed.id}`
  return { protocol: 'email', endpoint: address, owner: place.account.id, ...(arn && { arn }) }
}
