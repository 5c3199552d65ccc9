import { CloudTrailClient, type LookupAttribute, LookupEventsCommand } from '@aws-sdk/client-cloudtrail'
import type { AwsContext } from '../../aws/context.ts'
import { parseArn } from '../../core/arn.ts'
import type { Run } from '../../core/run.ts'
import { ask } from '../collect/question.ts'
import { readTrailEvent } from './trail-event.ts'
import { type Usage, UsageCount } from './usage.ts'

export interface LookUp {
  /** ARN of a user or a role of the account. */
  principal: string
  /** CloudTrail keeps 90. */
  days: number
  /** After so many events the rest, which is older, stays unread. */
  most: number
}

/** LookupEvents takes two requests a second for each account and Region, and 50 events are a page. */
const waitMs = 500
const day = 24 * 60 * 60 * 1000

/**
 * What CloudTrail's history of events has of a user or a role, in this Region, the newest first. A user can be asked for
 * by name; sessions of a role only go by the names of the sessions, so all calls to ECR are read for it.
 */
export async function lookUpUsage(
  aws: AwsContext,
  run: Run,
  { principal, days, most }: LookUp,
): Promise<Omit<Usage, 'lastAccessed'>> {
  const client = new CloudTrailClient(aws.clientConfig('cloudtrail'))
  const EndTime = run.clock.now()
  const StartTime = new Date(EndTime.getTime() - days * day)
  const count = new UsageCount(principal)
  run.progress.phase('Reading the history of events')
  let read = 0
  let NextToken: string | undefined
  try {
    do {
      if (NextToken !== undefined) await run.clock.sleep(waitMs, run.signal)
      const command = new LookupEventsCommand({
        ...{ LookupAttributes: [attributeOf(principal)], StartTime, EndTime },
        ...(NextToken && { NextToken }),
      })
      const page = await ask('cloudtrail:LookupEvents', client.send(command, { abortSignal: run.signal }))
      for (const { CloudTrailEvent } of page.Events ?? []) addEvent(count, CloudTrailEvent)
      read += page.Events?.length ?? 0
      run.progress.advance({ items: page.Events?.length ?? 0 })
      NextToken = page.NextToken
    } while (NextToken !== undefined && read < most)
  } finally {
    client.destroy()
  }
  const complete = NextToken === undefined
  return {
    ...{ principal, source: 'event history', to: EndTime.toISOString() },
    from: complete ? StartTime.toISOString() : (count.earliest ?? EndTime.toISOString()),
    ...{ events: count.events, complete, regions: [aws.region], used: count.used },
  }
}

function attributeOf(principal: string): LookupAttribute {
  const [kind, ...path] = (parseArn(principal)?.resource ?? '').split('/')
  if (kind === 'user') return { AttributeKey: 'Username', AttributeValue: path.at(-1) ?? '' }
  return { AttributeKey: 'EventSource', AttributeValue: 'ecr.amazonaws.com' }
}

function addEvent(count: UsageCount, text = ''): void {
  const event = readTrailEvent(documentOf(text))
  if (event) count.add(event)
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
