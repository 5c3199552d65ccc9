import { invalid, readList } from '../neighbour/input.ts'
import { inRegion, type NeighbourCall } from '../neighbour/service.ts'
import type { CloudWatchState, Dimension, Metric } from './state.ts'

export function stateOf(call: NeighbourCall): CloudWatchState {
  return inRegion(call.account.cloudwatch, call) ?? { metricAlarms: [], compositeAlarms: [], metrics: [] }
}

/** The member `Dimensions`; up to 30, each with a name and a value. */
export function readDimensions(call: NeighbourCall): Dimension[] {
  return dimensionsOf(call, readList(call, 'Dimensions', 30))
}

export function dimensionsOf(call: NeighbourCall, list: unknown): Dimension[] {
  const given = (list ?? []) as { Name?: unknown; Value?: unknown }[]
  if (!Array.isArray(given)) throw invalid(call, 'Dimensions', 'must be a list')
  for (const { Name, Value } of given) {
    if (typeof Name !== 'string' || typeof Value !== 'string') {
      throw invalid(call, 'Dimensions', 'must have a Name and a Value each')
    }
  }
  return given as Dimension[]
}

/** The order does not matter; one more or one less does: CloudWatch takes them as another metric. */
export function sameDimensions(a: readonly Dimension[], b: readonly Dimension[]): boolean {
  return a.length === b.length && a.every((each) => b.some((other) => sameDimension(each, other)))
}

function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.Name === b.Name && a.Value === b.Value
}

/** The name of a metric as text; also what lists of metrics are sorted by. */
export function metricKey({ Namespace, MetricName, Dimensions }: Omit<Metric, 'points'>): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)
  return [Namespace, MetricName, ...dimensions.sort()].join('\n')
}

export interface Question {
  metric: Metric | undefined
  /** Seconds. */
  period: number
  /** Milliseconds; the end is not part of it. */
  start: number
  end: number
  statistic: string
}

const day = 24 * 60 * 60 * 1000

/** Sums of every period that has data, oldest first: [begin of the period in milliseconds, value]. */
export function pointsOf(call: NeighbourCall, question: Question): [number, number][] {
  const { metric, period, start, end, statistic } = question
  const now = call.world.now()
  const groups = new Map<number, number[]>()
  for (const [time, sum] of metric?.points ?? []) {
    if (time < start || time >= end || now - time > keptFor(period)) continue
    const begin = Math.floor(time / (period * 1000)) * period * 1000
    groups.set(begin, [...(groups.get(begin) ?? []), sum])
  }
  return [...groups].sort(([a], [b]) => a - b).map(([time, values]) => [time, reduce(statistic, values)])
}

/** How long CloudWatch keeps data at that resolution: what is asked for too finely is gone. */
function keptFor(period: number): number {
  if (period < 300) return 15 * day
  return period < 3600 ? 63 * day : 455 * day
}

export const statistics = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']

function reduce(statistic: string, values: number[]): number {
  const sum = values.reduce((total, each) => total + each, 0)
  if (statistic === 'SampleCount') return values.length
  if (statistic === 'Average') return sum / values.length
  if (statistic === 'Minimum') return Math.min(...values)
  return statistic === 'Maximum' ? Math.max(...values) : sum
}

/** Only multiples of a minute are here; AWS has finer periods for metrics of high resolution. */
export function checkPeriod(call: NeighbourCall, period: unknown): number {
  if (typeof period === 'number' && Number.isInteger(period) && period >= 60 && period % 60 === 0)
    return period
  throw invalid(call, 'Period', 'must be a multiple of 60')
}
