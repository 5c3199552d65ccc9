import { invalid, needText, readText, readTexts, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall, NeighbourService } from '../neighbour/service.ts'
import {
  createLogGroup,
  deleteLogGroup,
  deleteMetricFilter,
  deleteRetentionPolicy,
  listTagsForResource,
  tagResource,
  untagResource,
} from './change-groups.ts'
import { putMetricFilter, putRetentionPolicy } from './changes.ts'
import { needGroup, stateOf } from './groups.ts'
import { knownOperations } from './known-operations.ts'
import type { LogGroup, MetricFilter } from './state.ts'
import { testMetricFilter } from './test-metric-filter.ts'

export const logs: NeighbourService = {
  name: 'logs',
  wire: { kind: 'json', version: '1.1', target: 'Logs_20140328', known: knownOperations },
  errors: { input: 'InvalidParameterException', token: 'InvalidParameterException' },
  operations: {
    CreateLogGroup: createLogGroup,
    DeleteLogGroup: deleteLogGroup,
    DeleteMetricFilter: deleteMetricFilter,
    DeleteRetentionPolicy: deleteRetentionPolicy,
    DescribeLogGroups: describeLogGroups,
    DescribeMetricFilters: describeMetricFilters,
    DescribeSubscriptionFilters: describeSubscriptionFilters,
    ListTagsForResource: listTagsForResource,
    PutMetricFilter: putMetricFilter,
    PutRetentionPolicy: putRetentionPolicy,
    TagResource: tagResource,
    TestMetricFilter: testMetricFilter,
    UntagResource: untagResource,
  },
}

const paging = { token: 'nextToken', size: 'limit', default: 50, most: 50 }

function describeLogGroups(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'accountIdentifiers', 'includeLinkedAccounts')
  const prefix = readText(call, 'logGroupNamePrefix')
  const pattern = readText(call, 'logGroupNamePattern')
  const ids = readTexts(call, 'logGroupIdentifiers', 50)
  if (prefix !== undefined && pattern !== undefined) {
    throw invalid(call, 'logGroupNamePattern', 'cannot be used together with logGroupNamePrefix')
  }
  const logGroupClass = readText(call, 'logGroupClass', ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'])
  const found = stateOf(call).groups.filter(
    (group) =>
      group.logGroupName.startsWith(prefix ?? '') &&
      group.logGroupName.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
      (ids === undefined || ids.some((id) => id === group.logGroupName || id === group.logGroupArn)) &&
      (logGroupClass === undefined || group.logGroupClass === logGroupClass),
  )
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ logGroupName }) => logGroupName })
  return { logGroups: items.map((group) => withCount(call, group)), ...more }
}

function withCount(call: NeighbourCall, group: LogGroup): LogGroup {
  const filters = stateOf(call).metricFilters.filter(
    ({ logGroupName }) => logGroupName === group.logGroupName,
  )
  return { ...group, metricFilterCount: filters.length }
}

function describeMetricFilters(call: NeighbourCall): Record<string, unknown> {
  const group = readText(call, 'logGroupName')
  const metric = readText(call, 'metricName')
  const namespace = readText(call, 'metricNamespace')
  const prefix = readText(call, 'filterNamePrefix') ?? ''
  if ((metric === undefined) !== (namespace === undefined)) {
    throw invalid(call, 'metricName', 'and metricNamespace must be given together')
  }
  if (group !== undefined) needGroup(call, group)
  const found = stateOf(call).metricFilters.filter(
    (each) =>
      (group === undefined || each.logGroupName === group) &&
      each.filterName.startsWith(prefix) &&
      (metric === undefined || feeds(each, metric, namespace)),
  )
  const keyOf = ({ filterName, logGroupName }: MetricFilter) => `${filterName}\n${logGroupName}`
  const { items, more } = pageOf(call, found, { ...paging, keyOf })
  return { metricFilters: items, ...more }
}

function feeds({ metricTransformations }: MetricFilter, metric: string, namespace: string | undefined) {
  return metricTransformations.some(
    ({ metricName, metricNamespace }) => metricName === metric && metricNamespace === namespace,
  )
}

function describeSubscriptionFilters(call: NeighbourCall): Record<string, unknown> {
  const group = needText(call, 'logGroupName')
  const prefix = readText(call, 'filterNamePrefix') ?? ''
  needGroup(call, group)
  const found = stateOf(call).subscriptionFilters.filter(
    ({ logGroupName, filterName }) => logGroupName === group && filterName.startsWith(prefix),
  )
  const { items, more } = pageOf(call, found, { ...paging, keyOf: ({ filterName }) => filterName })
  return { subscriptionFilters: items, ...more }
}
