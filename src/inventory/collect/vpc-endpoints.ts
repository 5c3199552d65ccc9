import { EC2Client, type VpcEndpoint as Found, paginateDescribeVpcEndpoints } from '@aws-sdk/client-ec2'
import type { VpcEndpoint } from '../neighbours.ts'
import { type Asking, askAll } from './question.ts'

/** The endpoints for ECR's API, its registry, and S3, where the layers come from (ecr-facts 6.4). */
export async function collectVpcEndpoints({ aws, partition, signal }: Asking): Promise<VpcEndpoint[]> {
  const prefix = `${partition === 'aws-cn' ? 'cn.com' : 'com'}.amazonaws.${aws.region}`
  const services = ['ecr.api', 'ecr.dkr', 'ecr-fips.api', 'ecr-fips.dkr', 's3']
  const client = new EC2Client(aws.clientConfig('ec2'))
  try {
    const found = await askAll(
      'ec2:DescribeVpcEndpoints',
      paginateDescribeVpcEndpoints(
        { client },
        { Filters: [{ Name: 'service-name', Values: services.map((service) => `${prefix}.${service}`) }] },
        { abortSignal: signal },
      ),
      (page) => page.VpcEndpoints,
    )
    return found.map(toEndpoint)
  } finally {
    client.destroy()
  }
}

function toEndpoint(found: Found): VpcEndpoint {
  return {
    id: found.VpcEndpointId ?? '',
    service: found.ServiceName ?? '',
    type: found.VpcEndpointType ?? '',
    state: found.State ?? '',
    vpc: found.VpcId ?? '',
    ...(found.PolicyDocument && { policy: found.PolicyDocument }),
    privateDns: found.PrivateDnsEnabled ?? false,
  }
}
