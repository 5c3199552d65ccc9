import { AwsError } from '../http.ts'
import { readText, readTexts } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import { arnOf, inRegion, type NeighbourCall } from '../neighbour/service.ts'
import type { EcsState } from './state.ts'

export function stateOf(call: NeighbourCall): EcsState {
  return inRegion(call.account.ecs, call) ?? { clusters: [], services: [], tasks: [], taskDefinitions: [] }
}

export const paging = { token: 'nextToken', size: 'maxResults', default: 100, most: 100 }

export function listClusters(call: NeighbourCall): Record<string, unknown> {
  const keyOf = ({ clusterArn }: { clusterArn: string }) => clusterArn
  const { items, more } = pageOf(call, stateOf(call).clusters, { ...paging, keyOf })
  return { clusterArns: items.map(keyOf), ...more }
}

export function describeClusters(call: NeighbourCall): Record<string, unknown> {
  const wanted = readTexts(call, 'clusters', 100) ?? ['default']
  const { clusters, services, tasks } = stateOf(call)
  const byName = (name: string) => clusters.find((each) => isNamed(each.clusterArn, each.clusterName, name))
  const count = (list: readonly { clusterArn: string }[], arn: string) =>
    list.filter(({ clusterArn }) => clusterArn === arn).length
  return {
    clusters: wanted.flatMap((name) => {
      const cluster = byName(name)
      if (!cluster) return []
      const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING')
      return {
        ...cluster,
        status: 'ACTIVE',
        registeredContainerInstancesCount: 0,
        runningTasksCount: count(running, cluster.clusterArn),
        pendingTasksCount: 0,
        activeServicesCount: count(services, cluster.clusterArn),
      }
    }),
    failures: failuresOf(
      call,
      'cluster',
      wanted.filter((name) => !byName(name)),
    ),
  }
}

/** The cluster of the member `cluster`; none named is the one called default. */
export function clusterArnOf(call: NeighbourCall): string {
  const name = readText(call, 'cluster') ?? 'default'
  const { clusters } = stateOf(call)
  const found = clusters.find((each) => isNamed(each.clusterArn, each.clusterName, name))
  if (found) return found.clusterArn
  throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
}

/** What a batch could not find is told beside what it found. */
export function failuresOf(call: NeighbourCall, kind: string, names: readonly string[]) {
  return names.map((name) => ({
    arn: name.startsWith('arn:') ? name : arnOf(call, 'ecs', `${kind}/${name}`),
    reason: 'MISSING',
  }))
}

export function isNamed(arn: string, shortName: string, given: string): boolean {
  return given === arn || given === shortName
}
