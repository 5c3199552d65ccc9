import { HoldfastError } from '../../core/errors.ts'
import { sentTo } from '../call.ts'
import type { Door } from '../door.ts'
import type { Change, Kind, Target } from '../kind.ts'
import type { Place } from '../place.ts'
import { arnAt, callOn } from './picked.ts'

/** That it is there. One that was there before has the same state, so that no plan ever deletes it. */
type LogGroup = { name: string }

export const logGroup: Kind<LogGroup> = {
  name: 'log-group',
  title: 'log group',
  reads: () => [{ action: 'logs:DescribeLogGroups', resource: '*' }],
  read: async (door, target) => ({
    state: (await groupOf(door, target)) ? { name: target.resource } : null,
  }),
  calls: ({ resource, region, from, to, place }) => {
    const arn = groupArn(place, resource)
    const input = { logGroupName: resource }
    if (to !== null)
      return from === null ? sentTo(region, [callOn('logs', 'CreateLogGroup', { input, resource: arn })]) : []
    if (from === null) return []
    const call = callOn('logs', 'DeleteLogGroup', { input, resource: arn })
    const looked = ['logs:DescribeMetricFilters', 'logs:DescribeSubscriptionFilters']
    const needs = [...call.needs, ...looked.map((action) => ({ action, resource: arn }))]
    return sentTo(region, [{ ...call, needs }])
  },
  risk: () => 'safe',
  guard: refuseUsed,
  lines: ({ name }) => [name],
  cloudformation: ({ resource }) => ({
    type: 'AWS::Logs::LogGroup',
    properties: { LogGroupName: resource },
    identifier: { LogGroupName: resource },
  }),
  terraform: ({ resource }) => ({
    type: 'aws_cloudwatch_log_group',
    arguments: { name: resource },
    importId: resource,
  }),
}

/** `:*` stands for what is in it; IAM wants it for nearly all actions on a group. */
export function groupArn(place: Place, name: string): string {
  return arnAt(place, 'logs', `log-group:${name}:*`)
}

/** Groups are listed by prefix, so that the one meant may stand among others. */
export async function groupOf(door: Door, { resource: name, region }: Target) {
  let nextToken: string | undefined
  do {
    const page = await door.ask('logs', 'DescribeLogGroups', {
      input: { logGroupNamePrefix: name, ...(nextToken && { nextToken }) },
      ...{ region, resource: name },
    })
    const found = page.logGroups?.find(({ logGroupName }) => logGroupName === name)
    if (found) return found
    nextToken = page.nextToken
  } while (nextToken)
  return undefined
}

/** Made by a run and then used by others: their filters would go with it. */
async function refuseUsed(door: Door, { resource, region, to }: Change<LogGroup>): Promise<void> {
  if (to !== null) return
  const asked = { input: { logGroupName: resource }, region, resource }
  const { metricFilters = [] } = await door.ask('logs', 'DescribeMetricFilters', asked)
  const { subscriptionFilters = [] } = await door.ask('logs', 'DescribeSubscriptionFilters', asked)
  const [used] = [...metricFilters, ...subscriptionFilters]
  if (!used) return
  throw new HoldfastError('plan-refused', {
    what: `Log group ${resource} is not deleted: filter ${used.filterName} of it is not the run's.`,
    next: 'Delete the filter first if nobody needs it, or keep the group and leave this step out.',
  })
}
