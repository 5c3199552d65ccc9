import {
  GetScheduleCommand,
  paginateListSchedules,
  SchedulerClient,
  type ScheduleSummary,
} from '@aws-sdk/client-scheduler'
import { inParallel } from '../../core/parallel.ts'
import type { Schedule } from '../neighbours.ts'
import { type Asking, ask, askAll } from './question.ts'

const atOnce = 4

/** All schedules of EventBridge Scheduler; a list shows no task definition, so each is read. */
export async function collectSchedules({ aws, signal }: Asking): Promise<Schedule[]> {
  const client = new SchedulerClient(aws.clientConfig('scheduler'))
  try {
    const listed = await askAll(
      'scheduler:ListSchedules',
      paginateListSchedules({ client }, {}, { abortSignal: signal }),
      (page) => page.Schedules,
    )
    const found: Schedule[] = []
    await inParallel(listed, atOnce, async (one) => {
      found.push(await readSchedule(client, one, signal))
    })
    return found.sort((a, b) => (a.arn < b.arn ? -1 : 1))
  } finally {
    client.destroy()
  }
}

async function readSchedule(
  client: SchedulerClient,
  listed: ScheduleSummary,
  signal: AbortSignal,
): Promise<Schedule> {
  const command = new GetScheduleCommand({ Name: listed.Name, GroupName: listed.GroupName })
  const one = await ask('scheduler:GetSchedule', client.send(command, { abortSignal: signal }))
  const deadLetter = one.Target?.DeadLetterConfig?.Arn
  const taskDefinition = one.Target?.EcsParameters?.TaskDefinitionArn
  return {
    name: one.Name ?? '',
    arn: one.Arn ?? listed.Arn ?? '',
    enabled: one.State !== 'DISABLED',
    expression: one.ScheduleExpression ?? '',
    target: {
      arn: one.Target?.Arn ?? '',
      ...(deadLetter && { deadLetter }),
      ...(taskDefinition && { taskDefinition }),
    },
  }
}
