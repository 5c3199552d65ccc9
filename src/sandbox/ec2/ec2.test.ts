import * as sdk from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, clientOf, failure } from '../client.fixture.ts'
import { askerOf } from '../query.fixture.ts'
import type { Sandbox } from '../sandbox.ts'
import { startSandbox } from '../start.ts'
import { complaintsAboutXml, operationsOfSdk } from '../xml-schema.fixture.ts'
import { knownEc2Operations } from './known-operations.ts'
import { ec2Service } from './service.ts'

let demo: Sandbox
let client: Client
let asker: ReturnType<typeof askerOf>

beforeAll(async () => {
  demo = await startSandbox({ seed: 'demo' })
  client = clientOf(demo)
  asker = askerOf(client, 'ec2', sdk)
})
afterAll(() => demo.close())

function ec2(region = 'eu-west-1') {
  const [credentials] = client.signers
  return new sdk.EC2Client({ endpoint: demo.awsEndpoint, region, credentials, maxAttempts: 1 })
}
const services = async (filters: Record<string, string[]>) => {
  const Filters = Object.entries(filters).map(([Name, Values]) => ({ Name, Values }))
  const { VpcEndpoints = [] } = await ec2().send(new sdk.DescribeVpcEndpointsCommand({ Filters }))
  return VpcEndpoints.map(({ ServiceName }) => ServiceName?.split('.').slice(3).join('.')).sort()
}

test('the names are those of the SDK, and every operation answers what it expects', async () => {
  expect([...knownEc2Operations].sort()).toEqual(operationsOfSdk(sdk).sort())
  const isRead = (operation: string) => operation.startsWith('Describe')
  const reads = Object.keys(ec2Service.operations).filter(isRead)
  for (const operation of reads) await asker.ask(operation)
  expect([...asker.answered].sort()).toEqual(reads.sort())
  const wrong = '<DescribeVpcsResponse><vpcSet><item><VpcId>v</VpcId></item></vpcSet></DescribeVpcsResponse>'
  expect(complaintsAboutXml(sdk, 'DescribeVpcs', wrong)).toEqual([
    'DescribeVpcs.vpcSet[0].VpcId is not a member',
  ])
})

test('an interface and a gateway, whole', async () => {
  const { VpcEndpoints = [] } = await ec2().send(new sdk.DescribeVpcEndpointsCommand({}))
  const [gateway, api] = VpcEndpoints
  expect(api).toMatchObject({
    ServiceName: 'com.amazonaws.eu-west-1.ecr.api',
    VpcEndpointType: 'Interface',
    State: 'available',
    PrivateDnsEnabled: true,
    Groups: [{ GroupName: 'registry-endpoints' }],
    DnsEntries: [{ DnsName: expect.stringContaining('.api.ecr.eu-west-1.vpce.amazonaws.com') }],
    RouteTableIds: [],
  })
  expect(JSON.parse(api?.PolicyDocument ?? '')).toMatchObject({
    Statement: [{ Action: '*', Principal: '*' }],
  })
  expect(gateway).toMatchObject({
    VpcEndpointType: 'Gateway',
    SubnetIds: [],
    RouteTableIds: [expect.any(String)],
  })
  expect(await ec2('us-east-1').send(new sdk.DescribeVpcEndpointsCommand({}))).toMatchObject({
    VpcEndpoints: [],
  })
})

test.each<[Record<string, string[]>, string[]]>([
  [{}, ['ecr.api', 's3']],
  [{ 'service-name': ['com.amazonaws.eu-west-1.ecr.api', 'com.amazonaws.eu-west-1.ecr.dkr'] }, ['ecr.api']],
  [{ 'service-name': ['com.amazonaws.*.ecr.???'] }, ['ecr.api']],
  [{ 'service-name': ['comXamazonaws.eu-west-1.ecr.api'] }, []],
  [{ 'vpc-endpoint-type': ['Gateway'], 'vpc-endpoint-state': ['available'] }, ['s3']],
  [{ 'vpc-endpoint-type': ['Gateway'], 'vpc-endpoint-state': ['failed'] }, []],
])('filters %j: %j', async (filters, expected) => {
  expect(await services(filters)).toEqual(expected)
})

test('networks and Regions', async () => {
  const { Vpcs = [] } = await ec2().send(new sdk.DescribeVpcsCommand({}))
  expect(Vpcs.map(({ IsDefault }) => IsDefault)).toEqual([false, true])
  const tagged = new sdk.DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['shop'] }] })
  expect((await ec2().send(tagged)).Vpcs).toHaveLength(1)
  const regions = async (AllRegions: boolean) =>
    ((await ec2().send(new sdk.DescribeRegionsCommand({ AllRegions }))).Regions ?? []).filter(
      ({ OptInStatus }) => OptInStatus !== 'not-opted-in',
    )
  expect((await regions(false)).map(({ RegionName }) => RegionName)).toEqual(['eu-west-1', 'us-east-1'])
  expect(await regions(true)).toHaveLength(2)
})

test.each<[string, Record<string, string>, string]>([
  [
    'DescribeVpcEndpoints',
    { 'Filter.1.Name': 'colour', 'Filter.1.Value.1': 'red' },
    '400 InvalidParameterValue',
  ],
  ['DescribeVpcEndpoints', { 'VpcEndpointId.1': 'vpce-none' }, '400 InvalidVpcEndpointId.NotFound'],
  ['DescribeVpcs', { 'VpcId.1': 'vpc-none' }, '400 InvalidVpcID.NotFound'],
  ['DescribeVpcs', { MaxResults: '4' }, '400 InvalidParameterValue'],
  ['DescribeVpcs', { NextToken: 'made.up' }, '400 InvalidNextToken'],
  ['DescribeRegions', { 'RegionName.1': 'mars-1' }, '400 InvalidParameterValue'],
  ['RunInstances', {}, '501 NotImplementedInSandbox'],
  ['MakeCoffee', {}, '400 InvalidAction'],
])('%s %j: %s', async (operation, input, expected) => {
  expect(await asker.ask(operation, input)).toBe(expected)
})

test('EC2 has its own words for what every service refuses', async () => {
  demo.addFault({ service: 'ec2', operation: 'DescribeVpcEndpoints', kind: 'denied', times: 1 })
  const sent = () => failure(ec2().send(new sdk.DescribeVpcEndpointsCommand({})))
  expect(await sent()).toBe('403 UnauthorizedOperation')
  const credentials = { ...client.signers[0], secretAccessKey: 'wrong' }
  const stranger = new sdk.EC2Client({
    endpoint: demo.awsEndpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  })
  expect(await failure(stranger.send(new sdk.DescribeVpcsCommand({})))).toBe('401 AuthFailure')
})
