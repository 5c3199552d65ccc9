import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { groupArn, groupOf } from './log-group.ts'
import { callOn } from './picked.ts'

/** Days; null: for ever, and where the group is not there. */
export const logRetention: Kind<number> = {
  name: 'log-retention',
  title: 'retention of log group',
  reads: () => [{ action: 'logs:DescribeLogGroups', resource: '*' }],
  read: async (door, target) => ({ state: (await groupOf(door, target))?.retentionInDays ?? null }),
  calls: ({ resource: logGroupName, region, from, to, place }) => {
    const resource = groupArn(place, logGroupName)
    if (to !== null) {
      const input = { logGroupName, retentionInDays: to }
      return sentTo(region, [callOn('logs', 'PutRetentionPolicy', { input, resource })])
    }
    if (from === null) return []
    return sentTo(region, [callOn('logs', 'DeleteRetentionPolicy', { input: { logGroupName }, resource })])
  },
  // Entries that are older than that go, and nothing brings them back.
  risk: ({ from, to }) => (to !== null && (from === null || to < from) ? 'visible' : 'safe'),
  lines: (days) => [`${days} days`],
  cloudformation: ({ resource }, days) => ({
    type: 'AWS::Logs::LogGroup',
    part: true,
    properties: { LogGroupName: resource, RetentionInDays: days },
    identifier: { LogGroupName: resource },
  }),
  terraform: ({ resource }, days) => ({
    type: 'aws_cloudwatch_log_group',
    part: true,
    arguments: { name: resource, retention_in_days: days },
    importId: resource,
  }),
}
