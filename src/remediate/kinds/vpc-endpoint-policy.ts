import type { Json } from '../call.ts'
import { sentTo } from '../call.ts'
import type { Kind, Target } from '../kind.ts'
import type { Place } from '../place.ts'
import { policyLines, sameText } from './policy-text.ts'

/** What an endpoint lets through; the resource is its id, `vpce-0123456789abcdef0`. */
export const vpcEndpointPolicy: Kind<string> = {
  name: 'vpc-endpoint-policy',
  title: 'policy of VPC endpoint',
  // EC2 knows no resource for its lists.
  reads: () => [{ action: 'ec2:DescribeVpcEndpoints', resource: '*' }],
  read: async (door, { resource, region }) => {
    const found = await door.find('ec2', 'DescribeVpcEndpoints', {
      input: { VpcEndpointIds: [resource] },
      ...{ region, resource, absent: ['InvalidVpcEndpointId.NotFound', 'InvalidVpcEndpoint.NotFound'] },
    })
    return { state: found?.VpcEndpoints?.[0]?.PolicyDocument ?? null }
  },
  calls: ({ to, place, ...target }) => {
    if (to === null) return []
    const input: { [key: string]: Json } = {
      VpcEndpointId: target.resource,
      // So that it is again as AWS writes it.
      ...(sameText(to, fullAccess) ? { ResetPolicy: true } : { PolicyDocument: to }),
    }
    const needs = [{ action: 'ec2:ModifyVpcEndpoint', resource: arnOf(target, place) }]
    return sentTo(target.region, [{ service: 'ec2', operation: 'ModifyVpcEndpoint', input, needs }])
  },
  risk: () => 'visible',
  isSame: sameText,
  lines: policyLines,
  // None in CloudFormation: there a policy is a property of the whole endpoint, with its network and its service.
  terraform: ({ resource }, text) => ({
    type: 'aws_vpc_endpoint_policy',
    arguments: { vpc_endpoint_id: resource, policy: text },
    importId: resource,
  }),
}

/** What an endpoint has that was given no policy of its own (ecr-facts 6.4). */
const fullAccess = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
})

function arnOf({ resource }: Target, { partition, region, account }: Place): string {
  return `arn:${partition}:ec2:${region}:${account}:vpc-endpoint/${resource}`
}
