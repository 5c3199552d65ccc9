import { needTexts, readText } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { clusterArnOf, failuresOf, isNamed, paging, stateOf } from './clusters.ts'
import type { Service } from './state.ts'

export const launchTypes = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES']

/** Ten a page, when nobody asks for more. */
export function listServices(call: NeighbourCall): Record<string, unknown> {
  const launchType = readText(call, 'launchType', launchTypes)
  const strategy = readText(call, 'schedulingStrategy', ['REPLICA', 'DAEMON'])
  const found = servicesOf(call).filter(
    (each) =>
      (launchType === undefined || each.launchType === launchType) &&
      (strategy === undefined || each.schedulingStrategy === strategy),
  )
  const keyOf = ({ serviceArn }: Service) => serviceArn
  const { items, more } = pageOf(call, found, { ...paging, default: 10, keyOf })
  return { serviceArns: items.map(keyOf), ...more }
}

export function describeServices(call: NeighbourCall): Record<string, unknown> {
  const services = servicesOf(call)
  const wanted = needTexts(call, 'services', 10)
  const byName = (name: string) => services.find((each) => isNamed(each.serviceArn, each.serviceName, name))
  return {
    services: wanted.flatMap((name) => byName(name) ?? []),
    failures: failuresOf(
      call,
      'service',
      wanted.filter((name) => !byName(name)),
    ),
  }
}

function servicesOf(call: NeighbourCall): Service[] {
  const cluster = clusterArnOf(call)
  return stateOf(call).services.filter(({ clusterArn }) => clusterArn === cluster)
}
