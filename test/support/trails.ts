import { type Cycle, demoBaseline } from '../../src/remediate/cycle.fixture.ts'

const role = 'arn:aws:iam::111122223333:role/cloudtrail-to-logs'
const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:CloudTrail/shop:*'

/** For a trail that is made anew. */
export const trailWishes = {
  ...demoBaseline,
  monitoring: { ...demoBaseline.monitoring, logsRole: role, bucket: 'shop-audit-logs' },
}

const send = ({ door }: Cycle, operation: string, input: Record<string, string>) =>
  door.send({ service: 'cloudtrail', operation, input, needs: [] })

/** The demo's trails as the demo does not have them, and the control whose plan then goes another way. */
export const trailWays: [what: string, control: string, prepare: (cycle: Cycle) => Promise<void>][] = [
  [
    'a trail that writes to its log group: counted there',
    'alarm-failed-calls',
    (cycle) =>
      send(cycle, 'UpdateTrail', {
        ...{ Name: 'shop-trail', CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role },
      }),
  ],
  [
    'no trail at all: one is made',
    'cloudtrail-records',
    async (cycle) => {
      for (const Name of ['shop-trail', 'old-trail']) await send(cycle, 'DeleteTrail', { Name })
    },
  ],
]
