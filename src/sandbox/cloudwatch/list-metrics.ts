import { readList, readText, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { metricKey, stateOf } from './metrics.ts'
import type { Metric } from './state.ts'

const hour = 60 * 60 * 1000
const twoWeeks = 14 * 24 * hour

/** A metric without data in the last two weeks is not listed, though its data can still be had. */
export function listMetrics(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'IncludeLinkedAccounts', 'OwningAccount')
  const namespace = readText(call, 'Namespace')
  const name = readText(call, 'MetricName')
  const since = readText(call, 'RecentlyActive', ['PT3H']) === undefined ? twoWeeks : 3 * hour
  const wanted = (readList(call, 'Dimensions', 10) ?? []) as { Name: string; Value?: string }[]
  const found = stateOf(call).metrics.filter(
    (metric) =>
      (namespace === undefined || metric.Namespace === namespace) &&
      (name === undefined || metric.MetricName === name) &&
      wanted.every((each) => hasDimension(metric, each)) &&
      call.world.now() - lastOf(metric) <= since,
  )
  const { items, more } = pageOf(call, found, {
    token: 'NextToken',
    default: 500,
    most: 500,
    keyOf: metricKey,
  })
  const Metrics = items.map(({ Namespace, MetricName, Dimensions }) => ({
    Namespace,
    MetricName,
    Dimensions,
  }))
  return { Metrics, ...more }
}

function hasDimension({ Dimensions }: Metric, { Name, Value }: { Name: string; Value?: string }): boolean {
  return Dimensions.some((each) => each.Name === Name && (Value == null || each.Value === Value))
}

function lastOf({ points }: Metric): number {
  return Math.max(...points.map(([time]) => time))
}
