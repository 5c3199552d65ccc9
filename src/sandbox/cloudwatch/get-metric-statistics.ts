import { AwsError } from '../http.ts'
import { invalid, needInteger, needText, needTime, readTexts, refuse } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { checkPeriod, metricKey, pointsOf, readDimensions, stateOf, statistics } from './metrics.ts'

const most = 1440

/** One metric, several statistics; no paging: what would be too much is refused. */
export function getMetricStatistics(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'ExtendedStatistics', 'Unit')
  const name = { Namespace: needText(call, 'Namespace'), MetricName: needText(call, 'MetricName') }
  const range = { min: 60, max: Number.MAX_SAFE_INTEGER }
  const period = checkPeriod(call, needInteger(call, 'Period', range))
  const asked = readTexts(call, 'Statistics', statistics.length) ?? []
  if (asked.length === 0 || asked.some((each) => !statistics.includes(each))) {
    throw invalid(call, 'Statistics', `must satisfy enum value set: [${statistics}]`)
  }
  const span = spanOf(call, period)
  const key = metricKey({ ...name, Dimensions: readDimensions(call) })
  const metric = stateOf(call).metrics.find((each) => metricKey(each) === key)
  const series = asked.map((statistic) => pointsOf(call, { metric, period, ...span, statistic }))
  const Datapoints = (series[0] ?? []).map(([time], at) => ({
    Timestamp: time / 1000,
    Unit: 'Count',
    ...Object.fromEntries(asked.map((statistic, which) => [statistic, series[which]?.[at]?.[1]])),
  }))
  return { Label: name.MetricName, Datapoints }
}

function spanOf(call: NeighbourCall, period: number): { start: number; end: number } {
  const [start, end] = [needTime(call, 'StartTime'), needTime(call, 'EndTime')]
  if (start >= end) throw invalid(call, 'StartTime', 'must be less than EndTime')
  const count = Math.ceil((end - start) / 1000 / period)
  if (count <= most) return { start, end }
  throw new AwsError(
    'InvalidParameterCombinationException',
    `You have requested up to ${count} datapoints, which exceeds the limit of ${most}.`,
  )
}
