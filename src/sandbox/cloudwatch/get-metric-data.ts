import { createHash } from 'node:crypto'
import { seal, unseal } from '../ecr/token.ts'
import { AwsError } from '../http.ts'
import { invalid, needTime, readInteger, readList, readText, refuse } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { checkPeriod, dimensionsOf, metricKey, pointsOf, stateOf, statistics } from './metrics.ts'

interface Series {
  id: string
  label: string
  points: [number, number][]
}

const mostQueries = 500
const mostPoints = 100_800

/** Many metrics at once. A page ends in the middle of a metric when it is full; the next one goes on there. */
export function getMetricData(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'LabelOptions')
  const budget = readInteger(call, 'MaxDatapoints', { min: 1, max: mostPoints }) ?? mostPoints
  const series = seriesOf(call)
  const from = readPosition(call)
  const total = series.reduce((sum, { points }) => sum + points.length, 0)
  const to = Math.min(from + budget, total)
  return {
    MetricDataResults: cut(series, from, to),
    Messages: [],
    ...(to < total && { NextToken: seal(call.world, purposeOf(call), { from: to }) }),
  }
}

function seriesOf(call: NeighbourCall): Series[] {
  const queries = readList(call, 'MetricDataQueries', mostQueries) as Record<string, unknown>[] | undefined
  if (!queries?.length) throw invalid(call, 'MetricDataQueries', 'must not be empty')
  const span = { start: needTime(call, 'StartTime'), end: needTime(call, 'EndTime') }
  if (span.start >= span.end) throw invalid(call, 'StartTime', 'must be less than EndTime')
  const ids = queries.map(({ Id }) => Id)
  if (new Set(ids).size < ids.length) throw invalid(call, 'MetricDataQueries', 'must not have an Id twice')
  const oldestFirst = readText(call, 'ScanBy', scans) === 'TimestampAscending'
  return queries
    .filter(({ ReturnData }) => ReturnData !== false)
    .map((query) => {
      const { points, ...rest } = answerQuery(call, query, span)
      return { ...rest, points: oldestFirst ? points : points.reverse() }
    })
}

const scans = ['TimestampDescending', 'TimestampAscending']

function answerQuery(
  call: NeighbourCall,
  query: Record<string, unknown>,
  span: { start: number; end: number },
): Series {
  const { Id, Expression, Label } = query
  if (Expression != null) refuse({ ...call, input: query }, 'Expression')
  if (typeof Id !== 'string' || !/^[a-z][A-Za-z0-9_]*$/.test(Id)) {
    throw invalid(call, 'MetricDataQueries.Id', 'must begin with a lowercase letter')
  }
  const stat = query['MetricStat'] as Record<string, unknown> | undefined
  const asked = stat?.['Metric'] as Record<string, unknown> | undefined
  const name = {
    Namespace: String(asked?.['Namespace'] ?? ''),
    MetricName: String(asked?.['MetricName'] ?? ''),
  }
  if (!name.Namespace || !name.MetricName) throw invalid(call, 'MetricStat.Metric', 'must name a metric')
  const statistic = String(stat?.['Stat'])
  if (!statistics.includes(statistic)) throw invalid(call, 'MetricStat.Stat', 'is not a simple statistic')
  const period = checkPeriod(call, stat?.['Period'])
  const key = metricKey({ ...name, Dimensions: dimensionsOf(call, asked?.['Dimensions']) })
  const metric = stateOf(call).metrics.find((each) => metricKey(each) === key)
  const points = pointsOf(call, { metric, period, ...span, statistic })
  return { id: Id, label: typeof Label === 'string' ? Label : name.MetricName, points }
}

/** The points number `from` to `to` of all series, one after the other. */
function cut(series: Series[], from: number, to: number) {
  let begin = 0
  return series.flatMap(({ id, label, points }) => {
    const [first, end] = [begin, begin + points.length]
    begin = end
    const page = points.slice(Math.max(from - first, 0), Math.max(to - first, 0))
    // A series without points is on the page where it would begin.
    if (page.length === 0 && (points.length > 0 || from > first || to < first)) return []
    const StatusCode = end > to ? 'PartialData' : 'Complete'
    return [
      {
        Id: id,
        Label: label,
        Timestamps: page.map(([time]) => time / 1000),
        Values: page.map(sumOf),
        StatusCode,
      },
    ]
  })
}

const sumOf = ([, value]: [number, number]): number => value

function readPosition(call: NeighbourCall): number {
  const token = readText(call, 'NextToken')
  if (token === undefined) return 0
  const content = unseal(call.world, purposeOf(call), token) as { from: number } | undefined
  if (content) return content.from
  throw new AwsError(call.service.errors.token, 'The page token is not valid.')
}

function purposeOf({ caller, input }: NeighbourCall): string {
  const { NextToken: _, MaxDatapoints: __, ...question } = input
  const text = JSON.stringify([caller.account, caller.region, question])
  return `metric data ${createHash('sha256').update(text).digest('hex')}`
}
