import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateDescribeMetricFilters,
} from '@aws-sdk/client-cloudwatch-logs'
import { parseArn } from '../../core/arn.ts'
import type { LogGroup, MetricFilter } from '../neighbours.ts'
import { type Asking, askAll } from './question.ts'

/** `NAME` of `arn:...:log-group:NAME`. */
export function logGroupName(arn: string): string {
  return arn.split(':log-group:')[1]?.replace(/:\*$/, '') ?? ''
}

/** The log groups of these ARNs that are in this account, read in the Region of each. */
export async function collectLogGroups(asking: Asking, arns: readonly string[]): Promise<LogGroup[]> {
  const found = await eachGroup(asking, arns, async (client, name) => {
    const groups = await askAll(
      'logs:DescribeLogGroups',
      paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name }, { abortSignal: asking.signal }),
      (page) => page.logGroups,
    )
    return groups
      .filter(({ logGroupName }) => logGroupName === name)
      .map((group) => ({
        name,
        arn: (group.logGroupArn ?? group.arn ?? '').replace(/:\*$/, ''),
        ...(group.retentionInDays !== undefined && { retentionDays: group.retentionInDays }),
      }))
  })
  return found.flat()
}

export async function collectMetricFilters(asking: Asking, arns: readonly string[]): Promise<MetricFilter[]> {
  const found = await eachGroup(asking, arns, async (client, name) => {
    const filters = await askAll(
      'logs:DescribeMetricFilters',
      paginateDescribeMetricFilters({ client }, { logGroupName: name }, { abortSignal: asking.signal }),
      (page) => page.metricFilters,
    )
    return filters.map((filter) => ({
      name: filter.filterName ?? '',
      logGroup: name,
      pattern: filter.filterPattern ?? '',
      metrics: (filter.metricTransformations ?? []).map((metric) => ({
        namespace: metric.metricNamespace ?? '',
        name: metric.metricName ?? '',
        value: metric.metricValue ?? '',
      })),
    }))
  })
  return found.flat()
}

async function eachGroup<T>(
  { aws, account }: Asking,
  arns: readonly string[],
  read: (client: CloudWatchLogsClient, name: string) => Promise<T>,
): Promise<T[]> {
  const found: T[] = []
  for (const arn of new Set(arns)) {
    const parsed = parseArn(arn)
    if (!parsed || parsed.account !== account) continue
    const client = new CloudWatchLogsClient({ ...aws.clientConfig('logs'), region: parsed.region })
    try {
      found.push(await read(client, logGroupName(arn)))
    } finally {
      client.destroy()
    }
  }
  return found
}
