import type { MetricFilter } from '@aws-sdk/client-cloudwatch-logs'
import { sentTo } from '../call.ts'
import type { Door } from '../door.ts'
import type { Kind, Target } from '../kind.ts'
import { groupArn } from './log-group.ts'
import { callOn, type Members, picked } from './picked.ts'

/** As PutMetricFilter takes it, without the names of filter and group. */
export type MetricFilterState = Members & {
  filterPattern: string
  metricTransformations: readonly Members[]
}

const members = [
  ...['filterPattern', 'metricTransformations', 'applyOnTransformedLogs'],
  ...['fieldSelectionCriteria', 'emitSystemFieldDimensions'],
]

/** The resource is `GROUP:FILTER`; neither of the two may have a colon in it. */
export const metricFilter: Kind<MetricFilterState> = {
  name: 'metric-filter',
  title: 'metric filter',
  reads: ({ resource }, place) => [
    { action: 'logs:DescribeMetricFilters', resource: groupArn(place, partsOf(resource).logGroupName) },
  ],
  read: async (door, target) => {
    const found = await filterOf(door, target)
    return { state: found ? (picked(found, members) as MetricFilterState) : null }
  },
  calls: ({ resource, region, from, to, place }) => {
    const names = partsOf(resource)
    const arn = groupArn(place, names.logGroupName)
    if (to !== null)
      return sentTo(region, [
        callOn('logs', 'PutMetricFilter', { input: { ...names, ...to }, resource: arn }),
      ])
    if (from === null) return []
    return sentTo(region, [callOn('logs', 'DeleteMetricFilter', { input: names, resource: arn })])
  },
  risk: () => 'safe',
  cloudformation: ({ resource }, { filterPattern, metricTransformations }) => {
    const { logGroupName, filterName } = partsOf(resource)
    return {
      type: 'AWS::Logs::MetricFilter',
      properties: {
        ...{ LogGroupName: logGroupName, FilterName: filterName, FilterPattern: filterPattern },
        MetricTransformations: metricTransformations.map((each) =>
          Object.fromEntries(Object.entries(each).map(([name, value]) => [capital(name), value])),
        ),
      },
      identifier: { LogGroupName: logGroupName, FilterName: filterName },
    }
  },
  terraform: ({ resource }, { filterPattern, metricTransformations }) => {
    const { logGroupName, filterName } = partsOf(resource)
    return {
      type: 'aws_cloudwatch_log_metric_filter',
      arguments: {
        ...{ name: filterName, log_group_name: logGroupName, pattern: filterPattern },
        metric_transformation: metricTransformations.map((each) => ({
          name: each['metricName'],
          namespace: each['metricNamespace'],
          value: each['metricValue'],
        })),
      },
      importId: resource,
      blocks: ['metric_transformation'],
    }
  },
}

function partsOf(resource: string): { logGroupName: string; filterName: string } {
  const [logGroupName = '', filterName = ''] = resource.split(':')
  return { logGroupName, filterName }
}

/** Filters are listed by prefix, so that the one meant may stand among others. */
async function filterOf(door: Door, { resource, region }: Target): Promise<MetricFilter | undefined> {
  const { logGroupName, filterName } = partsOf(resource)
  let nextToken: string | undefined
  do {
    const page = await door.find('logs', 'DescribeMetricFilters', {
      input: { logGroupName, filterNamePrefix: filterName, ...(nextToken && { nextToken }) },
      ...{ region, resource, absent: ['ResourceNotFoundException'] },
    })
    const found = page?.metricFilters?.find((each) => each.filterName === filterName)
    if (found) return found
    nextToken = page?.nextToken
  } while (nextToken)
  return undefined
}

function capital(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`
}
