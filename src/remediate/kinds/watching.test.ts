import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Cycle, demoBaseline, openCycle } from '../cycle.fixture.ts'
import type { Plan } from '../plan.ts'

const alerts = 'arn:aws:sns:eu-west-1:111122223333:holdfast-ecr-alarms'
const queue = 'arn:aws:sqs:eu-west-1:111122223333:tickets'

let cycle: Cycle
beforeEach(async () => {
  cycle = await openCycle()
})
afterEach(() => cycle.close())

type Service = 'sns' | 'logs' | 'cloudwatch' | 'lambda'
const send = (service: Service, operation: string, input: Record<string, string | object[] | object>) =>
  cycle.door.send({ service, operation, input: input as Record<string, string>, needs: [] })

const applied = async (plan: Plan) => (await cycle.apply(plan, { max: 100 })).run ?? ''

test('a topic that others have joined is not deleted with the run that made it', async () => {
  const run = await applied(await cycle.plan(['alarm-dangerous-changes']))
  await send('sns', 'Subscribe', { TopicArn: alerts, Protocol: 'sqs', Endpoint: queue })
  const stuck = await cycle.rollBack(run)
  expect(stuck.complete).toBe(false)
  expect(stuck.steps.find(({ outcome }) => outcome === 'failed')).toMatchObject({
    step: 'topic:holdfast-ecr-alarms',
    reason: expect.stringContaining('subscriber of it (sqs)'),
  })
  const { Subscriptions = [] } = await cycle.door.ask('sns', 'ListSubscriptionsByTopic', {
    input: { TopicArn: alerts },
  })
  const own = Subscriptions.find(({ Protocol }) => Protocol === 'sqs')?.SubscriptionArn ?? ''
  await send('sns', 'Unsubscribe', { SubscriptionArn: own })
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
})

test('a subscription that is pending stays for a while, and the way back says so', async () => {
  const monitoring = { ...demoBaseline.monitoring, topic: 'security-alerts', emails: ['new@shop.example'] }
  const run = await applied(await cycle.plan(['alarm-dangerous-changes'], { ...demoBaseline, monitoring }))
  const { steps, complete } = await cycle.rollBack(run)
  expect(complete).toBe(true)
  expect(steps.find(({ step }) => step.startsWith('subscription:'))).toMatchObject({
    outcome: 'already',
    reason: expect.stringContaining('by itself after two days'),
  })
})

const cleanup = '/aws/lambda/ecr-cleanup'

test('a log group that others use is not deleted with the run that made it', async () => {
  await send('logs', 'DeleteLogGroup', { logGroupName: cleanup })
  const plan = await cycle.plan(['clean-up-function'])
  expect(plan.steps.slice(0, 2)).toMatchObject([
    {
      id: `log-group:${cleanup}`,
      risk: 'safe',
      warnings: [expect.stringContaining('what was logged meanwhile')],
    },
    { id: `log-retention:${cleanup}`, after: 365 },
  ])
  const run = await applied(plan)
  const filter = { logGroupName: cleanup, filterName: 'own' }
  await send('logs', 'PutMetricFilter', {
    ...{ ...filter, filterPattern: 'ERROR' },
    metricTransformations: [{ metricName: 'Errors', metricNamespace: 'Own', metricValue: '1' }],
  })
  const stuck = await cycle.rollBack(run)
  expect(stuck.steps.at(-1)).toMatchObject({
    step: `log-group:${cleanup}`,
    outcome: 'failed',
    reason: expect.stringContaining('filter own of it'),
  })
  await send('logs', 'DeleteMetricFilter', filter)
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  const { logGroups = [] } = await cycle.door.ask('logs', 'DescribeLogGroups', { input: {} })
  expect(logGroups.map(({ logGroupName }) => logGroupName)).not.toContain(cleanup)
})

test('logs that are there already: that older entries go is told as what it is', async () => {
  const { steps } = await cycle.plan(['clean-up-function'])
  expect(steps.find(({ kind }) => kind === 'log-retention')).toMatchObject({
    risk: 'destructive',
    warnings: [expect.stringContaining('a rollback does not bring them back')],
  })
  expect(steps.map(({ kind }) => kind).slice(-2)).toEqual(['inline-policy', 'function-failures'])
})

test('what a function does with failures stays, but for where they go', async () => {
  await send('lambda', 'PutFunctionEventInvokeConfig', {
    FunctionName: 'ecr-cleanup',
    MaximumRetryAttempts: 0 as never,
    DestinationConfig: { OnSuccess: { Destination: queue } },
  })
  const plan = await cycle.plan(['clean-up-function'])
  const step = plan.steps.find(({ kind }) => kind === 'function-failures')
  expect(step?.after).toEqual({
    ...{ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21_600 },
    DestinationConfig: { OnSuccess: { Destination: queue }, OnFailure: { Destination: alerts } },
  })
  const run = await applied(plan)
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
})

test('a function whose failures go somewhere is left alone in that', async () => {
  await send('lambda', 'UpdateFunctionConfiguration', {
    FunctionName: 'ecr-cleanup',
    DeadLetterConfig: { TargetArn: queue },
  })
  const { steps, manual } = await cycle.plan(['clean-up-function'])
  expect(steps.map(({ kind }) => kind)).toEqual(['log-retention'])
  expect(manual.map(({ why }) => why)).toEqual([
    expect.stringContaining('Its runtime python3.8'),
    expect.stringContaining('its role may delete in every repository'),
  ])
})
