import { AwsError } from '../http.ts'
import { needText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall, type NeighbourService } from '../neighbour/service.ts'
import { knownOperations } from './known-operations.ts'
import type { AppRunnerService } from './state.ts'

export const apprunner: NeighbourService = {
  name: 'apprunner',
  wire: { kind: 'json', version: '1.0', target: 'AppRunner', known: knownOperations },
  errors: { input: 'InvalidRequestException', token: 'InvalidRequestException' },
  operations: { DescribeService: describeService, ListServices: listServices },
}

function listServices(call: NeighbourCall): Record<string, unknown> {
  const { items, more } = pageOf(call, servicesOf(call), {
    token: 'NextToken',
    size: 'MaxResults',
    default: 20,
    most: 20,
    keyOf: ({ ServiceArn }) => ServiceArn,
  })
  return { ServiceSummaryList: items.map(summaryOf), ...more }
}

function summaryOf(service: AppRunnerService) {
  const { ServiceName, ServiceId, ServiceArn, ServiceUrl, CreatedAt, UpdatedAt, Status } = service
  return { ServiceName, ServiceId, ServiceArn, ServiceUrl, CreatedAt, UpdatedAt, Status }
}

function describeService(call: NeighbourCall): Record<string, unknown> {
  const arn = needText(call, 'ServiceArn')
  const found = servicesOf(call).find(({ ServiceArn }) => ServiceArn === arn)
  if (!found) throw new AwsError('ResourceNotFoundException', `Service not found: ${arn}`)
  return { Service: { ...found, ...standardParts(call, found) } }
}

/** Nothing judges these; the API answers them always. */
function standardParts(call: NeighbourCall, { CreatedAt }: AppRunnerService) {
  const name = 'DefaultConfiguration'
  return {
    AutoScalingConfigurationSummary: {
      AutoScalingConfigurationArn: arnOf(call, 'apprunner', `autoscalingconfiguration/${name}/1/simulated`),
      AutoScalingConfigurationName: name,
      AutoScalingConfigurationRevision: 1,
      Status: 'ACTIVE',
      CreatedAt,
      HasAssociatedService: true,
      IsDefault: true,
    },
    NetworkConfiguration: {
      EgressConfiguration: { EgressType: 'DEFAULT' },
      IngressConfiguration: { IsPubliclyAccessible: true },
      IpAddressType: 'IPV4',
    },
  }
}

function servicesOf(call: NeighbourCall): AppRunnerService[] {
  return inRegion(call.account.apprunner, call)?.services ?? []
}
