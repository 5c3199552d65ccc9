import { afterEach, expect, test } from 'vitest'
import { dangerousChanges } from '../../controls/alarm-dangerous-changes/control.ts'
import { deniedCalls } from '../../controls/alarm-failed-calls/control.ts'
import { eventMatches } from '../../events/event-pattern.ts'
import { filterMatches } from '../../events/filter-pattern.ts'
import { type Sample, seriousFindings } from '../../events/samples.ts'
import { confirmationToken } from '../../sandbox/sns/subscriptions.ts'
import { type Cycle, demoBaseline, openCycle } from '../cycle.fixture.ts'
import { kindOf } from '../kinds/index.ts'
import type { Plan, Step } from '../plan.ts'
import { harmless } from './harmless.ts'

const place = { account: '111122223333', region: 'eu-west-1' }
const topic = 'arn:aws:sns:eu-west-1:111122223333:holdfast-ecr-alarms'
const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:CloudTrail/shop:*'
const controls = [
  'cloudtrail-records',
  'alarm-dangerous-changes',
  'alarm-failed-calls',
  'alarm-scan-findings',
]

let cycle: Cycle
afterEach(() => cycle.close())

const send = (service: 'sns' | 'cloudtrail' | 'logs', operation: string, input: Record<string, string>) =>
  cycle.door.send({ service, operation, input, needs: [] })

/** What the mail asks its reader to do. */
const confirm = (TopicArn: string, endpoint: string) =>
  send('sns', 'ConfirmSubscription', {
    TopicArn,
    Token: confirmationToken(TopicArn, { protocol: 'email', endpoint }),
  })

/** What the plan asks a person to do for the trail. */
const tellTrail = () =>
  send('cloudtrail', 'UpdateTrail', {
    Name: 'shop-trail',
    CloudWatchLogsLogGroupArn: group,
    CloudWatchLogsRoleArn: 'arn:aws:iam::111122223333:role/cloudtrail-to-logs',
  })

/** Every setting is read again, by its kind, and is as the plan says. */
async function readsAsPlanned({ steps }: Plan): Promise<void> {
  for (const { kind, resource, after } of steps) {
    const found = await kindOf(kind)?.read(cycle.door, { resource })
    expect([kind, resource, found?.state]).toEqual([kind, resource, after])
  }
}

const events = (samples: readonly Sample[]) => samples.flatMap((sample) => sample.events)
const records = (samples: readonly Sample[]) => samples.flatMap(({ record }) => record ?? [])

/** The service and the evaluator agree about every event, and what is meant to be heard is. */
async function agreesOnEvents(EventPattern: string, samples: readonly Sample[]): Promise<void> {
  for (const event of [...events(samples), ...events(harmless(place))]) {
    const input = { EventPattern, Event: JSON.stringify(event) }
    const { Result } = await cycle.door.ask('events', 'TestEventPattern', { input })
    expect(Result).toBe(eventMatches(EventPattern, event))
  }
  for (const sample of samples)
    expect(sample.events.some((event) => eventMatches(EventPattern, event) === true)).toBe(true)
  for (const event of events(harmless(place))) expect(eventMatches(EventPattern, event)).toBe(false)
}

function patternOf({ steps }: Plan, rule: string): string {
  const found = steps.find(({ id }) => id === `event-rule:${rule}`)
  return (found?.after as { EventPattern: string } | undefined)?.EventPattern ?? ''
}

test('from the call to a person: the plan, and what it leaves to people, make every control pass', async () => {
  cycle = await openCycle()
  const plan = await cycle.plan(controls)
  expect(await cycle.failing(controls)).toHaveLength(4)
  await agreesOnEvents(patternOf(plan, 'holdfast-registry-changes'), dangerousChanges(place))
  await agreesOnEvents(patternOf(plan, 'holdfast-denied-calls'), deniedCalls(place))
  await agreesOnEvents(patternOf(plan, 'ecr-scan-findings'), [seriousFindings(place, 'BASIC')])
  await agreesOnEvents(patternOf(plan, 'holdfast-inspector-findings'), [seriousFindings(place, 'ENHANCED')])

  expect(await cycle.apply(plan, { max: 100 })).toMatchObject({ complete: true })
  await readsAsPlanned(plan)
  // Nobody has followed the link yet, and the trail still has its old error.
  expect(await cycle.failing(controls)).toHaveLength(4)
  expect(plan.manual.map(({ controls: of }) => of)).toEqual([
    ['cloudtrail-records'],
    ['alarm-dangerous-changes', 'alarm-failed-calls', 'alarm-scan-findings'],
  ])
  await confirm(topic, 'security@shop.example')
  expect(await cycle.failing(controls)).toEqual([expect.stringContaining('cloudtrail-records')])
  await tellTrail()
  expect(await cycle.failing(controls)).toEqual([])
})

test('where a trail writes to its log group, denied calls are counted, and an alarm tells of them', async () => {
  cycle = await openCycle()
  await tellTrail()
  const plan = await cycle.plan(['alarm-failed-calls'])
  expect(plan.steps.map(({ id }) => id)).toEqual([
    'topic:holdfast-ecr-alarms',
    'subscription:holdfast-ecr-alarms/email/security@shop.example',
    'metric-filter:CloudTrail/shop:holdfast-ecr-denied',
    'alarm:holdfast-ecr-denied',
    'trail-selectors:shop-trail',
  ])
  const { filterPattern } = stepOf(plan, 'metric-filter').after as { filterPattern: string }
  await agreesOnRecords(filterPattern, deniedCalls(place))
  const { run = '' } = await cycle.apply(plan)
  await readsAsPlanned(plan)
  await confirm(topic, 'security@shop.example')
  expect(await cycle.failing(['alarm-failed-calls'])).toEqual([])

  // Confirmed or not, the way back takes all of it.
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  const { metricFilters, alarms } = await cycle.inventory()
  expect(JSON.stringify([metricFilters, alarms])).not.toContain('holdfast')
})

function stepOf({ steps }: Plan, kind: string): Step {
  const found = steps.find((step) => step.kind === kind)
  if (!found) throw new Error(`no step of ${kind}`)
  return found
}

async function agreesOnRecords(filterPattern: string, samples: readonly Sample[]): Promise<void> {
  const all = [...records(samples), ...records(harmless(place))]
  const logEventMessages = all.map((record) => JSON.stringify(record))
  const { matches = [] } = await cycle.door.ask('logs', 'TestMetricFilter', {
    input: { filterPattern, logEventMessages },
  })
  const counted = all.map((_, at) => matches.some(({ eventNumber }) => Number(eventNumber) === at + 1))
  expect(counted).toEqual(all.map((record) => filterMatches(filterPattern, record)))
  expect(counted).toEqual(all.map((_, at) => at < records(samples).length))
}

test('without anybody to tell, nothing is made, and the plan says what to write', async () => {
  cycle = await openCycle()
  const { monitoring } = demoBaseline
  const plan = await cycle.plan(['alarm-dangerous-changes', 'alarm-failed-calls', 'alarm-scan-findings'], {
    ...demoBaseline,
    monitoring: { ...monitoring, emails: [] },
  })
  expect(plan.steps).toEqual([])
  expect(new Set(plan.unfixed.map(({ next }) => next))).toEqual(
    new Set([expect.stringContaining('monitoring: {emails:')]),
  )
})

test('a topic that people listen to already: it is told, and its policy lets EventBridge in as it did', async () => {
  cycle = await openCycle()
  await confirm(topic.replace('holdfast-ecr-alarms', 'security-alerts'), 'security@shop.example')
  const named = { ...demoBaseline.monitoring, topic: 'security-alerts', emails: [] }
  const plan = await cycle.plan(['alarm-dangerous-changes'], { ...demoBaseline, monitoring: named })
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['event-rule', 'event-targets'])
  expect(plan.manual).toEqual([])
  await cycle.apply(plan)
  expect(await cycle.failing(['alarm-dangerous-changes'])).toEqual([])
})
