import { deniedCalls } from '../../controls/alarm-failed-calls/control.ts'
import type { Fix, FixContext } from '../fix.ts'
import { byAlarm, countable } from '../watching/by-alarm.ts'
import { byRule } from '../watching/by-rule.ts'
import { type Hearing, proposeHearing } from '../watching/hearing.ts'

const description = 'Calls to the registry that were denied'

/** A message for what happened in five minutes. Denials only: what is not found is asked for all day (ecr-facts 5.3). */
const alarm = {
  ...{ name: 'holdfast-ecr-denied', metric: 'EcrDenied', description },
  pattern:
    '{ ($.eventSource = "ecr.amazonaws.com") && (($.errorCode = "AccessDenied*") || ($.errorCode = "*UnauthorizedOperation")) }',
  why: 'Whoever listens to the topic hears of denied calls within five minutes.',
}

/** Where nothing can be counted: a message for each call. */
const rule = {
  ...{ name: 'holdfast-denied-calls', description, readingCalls: true },
  pattern: {
    source: ['aws.ecr'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: ['ecr.amazonaws.com'], errorCode: [{ prefix: 'AccessDenied' }] },
  },
  why: 'Whoever listens to the topic hears of each denied call, of reads as of writes.',
  warnings: [
    'Each denied call is a message. With a log group that the trail can write to, a plan counts them instead.',
  ],
}

export const alarmFailedCalls: Fix = {
  control: 'alarm-failed-calls',
  propose: (context) => {
    const samples = deniedCalls(context.inventory.registry)
    for (const finding of context.findings)
      proposeHearing(context, { finding, samples, listen: listenIn(context, samples) })
  },
}

function listenIn(context: FixContext, samples: Hearing['samples']): Hearing['listen'] {
  return (ear, recording) => {
    const group = recording && countable(recording, context.inventory)
    const way = group === undefined ? byRule(context, samples, rule) : byAlarm(context, group, alarm)
    return way(ear)
  }
}
