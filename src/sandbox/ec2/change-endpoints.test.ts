import * as sdk from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, startClient } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'

const VpcId = 'vpc-0a1b2c3d4e5f60718'
const api = 'vpce-0e00000000000000a'
const layers = 'vpce-0e000000000000003'
const dkr = 'com.amazonaws.eu-west-1.ecr.dkr'
const policy = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 'ecr:*', Resource: '*', Principal: '*' }],
})

/** What is refused changes nothing: one sandbox is enough. */
let demo: Sandbox
let refusing: ReturnType<typeof askerOf>['ask']
beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo' })
  refusing = askerOf(clientOf(demo), 'ec2', sdk).ask
})
afterAll(() => demo.close())

async function started() {
  const client = await startClient({ seed: 'demo' })
  const { ask } = askerOf(client, 'ec2', sdk)
  const of = async (id: string) => ask('DescribeVpcEndpoints', { 'VpcEndpointId.1': id })
  return { ask, of }
}

test('an interface is made with its policy, and found', async () => {
  const { ask, of } = await started()
  const made = await ask('CreateVpcEndpoint', {
    VpcId,
    ServiceName: dkr,
    VpcEndpointType: 'Interface',
    PolicyDocument: policy,
    'SubnetId.1': 'subnet-1',
    'SecurityGroupId.1': 'sg-1',
  })
  const id = /<vpcEndpointId>([^<]+)/.exec(made)?.[1] ?? ''
  const found = await of(id)
  for (const text of [dkr, 'subnet-1', '<privateDnsEnabled>true', 'sg-1']) expect(found).toContain(text)
  expect(found).not.toContain('"Action":"*"')
})

test('a policy comes, goes back to the default, and private DNS is switched off', async () => {
  const { ask, of } = await started()
  const change = (input: Record<string, string>) => ask('ModifyVpcEndpoint', { VpcEndpointId: api, ...input })
  await change({ PolicyDocument: policy, 'AddSubnetId.1': 'subnet-9' })
  expect(await of(api)).toContain('ecr:*')
  await change({ ResetPolicy: 'true', PrivateDnsEnabled: 'false', 'RemoveSubnetId.1': 'subnet-9' })
  const found = await of(api)
  expect(found).not.toContain('ecr:*')
  expect(found).toContain('<privateDnsEnabled>false')
  expect(found).not.toContain('subnet-9')
})

test('an endpoint goes as it came, and a policy is put back to what it was', async () => {
  const { ask } = await started()
  const read = async () => (await ask('DescribeVpcEndpoints')).replace(/<requestId>[^<]+/, '')
  const before = await read()
  const input = { VpcId, ServiceName: dkr, VpcEndpointType: 'Interface', 'SecurityGroupId.1': 'sg-1' }
  const id = /<vpcEndpointId>([^<]+)/.exec(await ask('CreateVpcEndpoint', input))?.[1] ?? ''
  expect(await read()).not.toBe(before)
  const answer = await ask('DeleteVpcEndpoints', { 'VpcEndpointId.1': id, 'VpcEndpointId.2': 'vpce-none' })
  expect(answer).toContain('<resourceId>vpce-none')
  expect(answer).not.toContain(id)
  expect(await read()).toBe(before)
  await ask('ModifyVpcEndpoint', { VpcEndpointId: api, PolicyDocument: policy })
  expect(await read()).not.toBe(before)
  await ask('ModifyVpcEndpoint', { VpcEndpointId: api, ResetPolicy: 'true' })
  expect(await read()).toBe(before)
})

test.each<[string, Record<string, string>, string]>([
  ['CreateVpcEndpoint', { VpcId: 'vpc-0', ServiceName: dkr }, '400 InvalidVpcID.NotFound'],
  ['CreateVpcEndpoint', { VpcId, ServiceName: dkr }, '400 InvalidServiceName'],
  [
    'CreateVpcEndpoint',
    { VpcId, ServiceName: 'com.amazonaws.us-east-1.ecr.api', VpcEndpointType: 'Interface' },
    '400 InvalidServiceName',
  ],
  [
    'CreateVpcEndpoint',
    { VpcId, ServiceName: 'com.amazonaws.eu-west-1.ecr.api', VpcEndpointType: 'Interface' },
    '400 InvalidParameter',
  ],
  ['CreateVpcEndpoint', { VpcId, ServiceName: dkr, VpcEndpointType: 'Resource' }, '400 InvalidParameter'],
  ['DeleteVpcEndpoints', {}, '400 MissingParameter'],
  ['ModifyVpcEndpoint', { VpcEndpointId: 'vpce-0' }, '400 InvalidVpcEndpointId.NotFound'],
  ['ModifyVpcEndpoint', { VpcEndpointId: api, PolicyDocument: 'x' }, '400 InvalidPolicyDocument'],
  ['ModifyVpcEndpoint', { VpcEndpointId: layers, PrivateDnsEnabled: 'true' }, '400 InvalidParameter'],
  ['ModifyVpcEndpoint', { VpcEndpointId: api, IpAddressType: 'ipv6' }, '501 NotImplementedInSandbox'],
])('%s %j: %s', async (operation, input, expected) => {
  expect(await refusing(operation, input)).toBe(expected)
})
