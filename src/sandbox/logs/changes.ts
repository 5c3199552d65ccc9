import { AwsError } from '../http.ts'
import { invalid, needInteger, needText, readList, readText, refuse } from '../neighbour/input.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { needGroup, ownState } from './groups.ts'
import { compilePattern } from './pattern/compile.ts'
import type { MetricFilter } from './state.ts'

/** A filter of that name in the group is replaced. No event is ever run through it. */
export function putMetricFilter(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'applyOnTransformedLogs', 'fieldSelectionCriteria', 'emitSystemFieldDimensions')
  const logGroupName = needText(call, 'logGroupName')
  const filterName = needText(call, 'filterName')
  if (filterName.length > 512 || /[:*]/.test(filterName))
    throw invalid(call, 'filterName', 'must satisfy regular expression pattern: [^:*]*')
  const filterPattern = call.input['filterPattern'] === '' ? '' : needText(call, 'filterPattern')
  if (filterPattern.length > 1024) throw invalid(call, 'filterPattern', 'must have length up to 1024')
  compilePattern(filterPattern)
  const metricTransformations = transformationsOf(call)
  needGroup(call, logGroupName)
  const state = ownState(call)
  const filter = { filterName, logGroupName, filterPattern, metricTransformations }
  const others = state.metricFilters.filter(
    (each) => each.logGroupName !== logGroupName || each.filterName !== filterName,
  )
  const ofGroup = others.filter((each) => each.logGroupName === logGroupName)
  if (ofGroup.length >= 100)
    throw new AwsError('LimitExceededException', 'A log group has up to 100 metric filters.')
  state.metricFilters = [...others, { ...filter, creationTime: call.world.now() }]
  return {}
}

/** One, and no more. */
function transformationsOf(call: NeighbourCall): MetricFilter['metricTransformations'] {
  const list = readList(call, 'metricTransformations', 1) as Record<string, unknown>[] | undefined
  const [first] = list ?? []
  if (!first) throw invalid(call, 'metricTransformations', 'must have one member')
  const each = { ...call, input: first }
  refuse(each, 'dimensions')
  const defaultValue = first['defaultValue']
  const unit = readText(each, 'unit')
  return [
    {
      metricName: needText(each, 'metricName'),
      metricNamespace: needText(each, 'metricNamespace'),
      metricValue: needText(each, 'metricValue'),
      ...(typeof defaultValue === 'number' && { defaultValue }),
      ...(unit !== undefined && { unit }),
    },
  ]
}

const spans = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
]

export function putRetentionPolicy(call: NeighbourCall): Record<string, unknown> {
  const group = needGroup(call, needText(call, 'logGroupName'))
  const days = needInteger(call, 'retentionInDays', { min: 1, max: 3653 })
  if (!spans.includes(days)) throw invalid(call, 'retentionInDays', `must be one of: [${spans.join(', ')}]`)
  group.retentionInDays = days
  return {}
}
