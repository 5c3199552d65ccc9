import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Cycle, demoBaseline, openCycle } from '../cycle.fixture.ts'

const role = 'arn:aws:iam::111122223333:role/cloudtrail-to-logs'
const group = 'arn:aws:logs:eu-west-1:111122223333:log-group:CloudTrail/shop:*'
const monitoring = { ...demoBaseline.monitoring, logsRole: role }
const records = ['cloudtrail-records']

let cycle: Cycle
beforeEach(async () => {
  cycle = await openCycle()
})
afterEach(() => cycle.close())

type Service = 'cloudtrail' | 'logs' | 'iam'
const send = (service: Service, operation: string, input: Record<string, string>) =>
  cycle.door.send({ service, operation, input, needs: [] })
const kindsOf = async (changes: object = {}) => {
  const plan = await cycle.plan(records, { ...demoBaseline, monitoring: { ...monitoring, ...changes } })
  return { plan, kinds: plan.steps.map(({ kind }) => kind) }
}

const withoutTrails = async () => {
  for (const Name of ['shop-trail', 'old-trail']) await send('cloudtrail', 'DeleteTrail', { Name })
}

test('no trail, and no bucket is named: the plan says which line is missing', async () => {
  await withoutTrails()
  const { plan } = await kindsOf()
  expect(plan.steps).toEqual([])
  expect(plan.unfixed).toMatchObject([{ next: expect.stringContaining('monitoring: {bucket: NAME') }])
})

test('no trail: one is made that passes by itself, and goes with the run', async () => {
  await withoutTrails()
  const { plan, kinds } = await kindsOf({ bucket: 'shop-audit-logs' })
  expect(kinds).toEqual([
    ...['log-group', 'log-retention', 'bucket-public-access-block'],
    ...['kms-key-policy', 'trail', 'trail-logging'],
  ])
  expect([plan.manual, plan.unfixed]).toEqual([[], []])
  const { run = '' } = await cycle.apply(plan)
  expect(await cycle.failing(records)).toEqual([])
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  const { trails } = await cycle.inventory()
  expect(trails).toEqual({ ok: [] })
})

test('without a key and a role for it, a new trail is made all the same, and both lines are named', async () => {
  await withoutTrails()
  const { kmsKey: _, logsRole: __, ...rest } = monitoring
  const baseline = { ...demoBaseline, monitoring: { ...rest, bucket: 'shop-audit-logs' } }
  const plan = await cycle.plan(records, baseline)
  expect(plan.steps.map(({ kind }) => kind)).toContain('trail')
  expect(plan.unfixed.map(({ next }) => next)).toEqual([
    expect.stringContaining('monitoring: {kmsKey: ARN}'),
    expect.stringContaining('monitoring: {logsRole: ARN}'),
  ])
})

test('a trail without a log group gets one', async () => {
  await send('cloudtrail', 'UpdateTrail', {
    ...{ Name: 'shop-trail', CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
  })
  const { plan, kinds } = await kindsOf()
  expect(kinds).toContain('log-group')
  expect(plan.manual).toEqual([])
  const { run = '' } = await cycle.apply(plan)
  expect(await cycle.failing(records)).toEqual([])
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
  const { trails } = await cycle.inventory()
  expect('ok' in trails && trails.ok.find(({ name }) => name === 'shop-trail')).not.toHaveProperty('logGroup')
})

test('a trail that cannot write: its group is gone', async () => {
  await send('logs', 'DeleteLogGroup', { logGroupName: 'CloudTrail/shop' })
  const { plan, kinds } = await kindsOf()
  expect(kinds.slice(0, 2)).toEqual(['log-group', 'log-retention'])
  await cycle.apply(plan)
  // As the plan says to a person.
  expect(plan.manual[0]?.instructions[0]).toContain(`'${group}' --cloud-watch-logs-role-arn ${role}`)
  await send('cloudtrail', 'UpdateTrail', {
    ...{ Name: 'shop-trail', CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role },
  })
  expect(await cycle.failing(records)).toEqual([])
})

test('a trail that cannot write: its role may not', async () => {
  await send('iam', 'DeleteRolePolicy', { RoleName: 'cloudtrail-to-logs', PolicyName: 'write' })
  const { plan } = await kindsOf()
  const step = plan.steps.find(({ kind }) => kind === 'inline-policy')
  expect(JSON.parse(String(step?.after))).toMatchObject({
    Statement: [
      {
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: expect.stringContaining('CloudTrail/shop'),
      },
    ],
  })
  expect(plan.manual).toMatchObject([{ why: expect.stringContaining('after the apply') }])
})

test('a trail that cannot write: CloudTrail may not take its role on', async () => {
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  })
  await send('iam', 'UpdateAssumeRolePolicy', { RoleName: 'cloudtrail-to-logs', PolicyDocument })
  const { plan } = await kindsOf()
  expect(plan.manual[0]?.instructions[0]).toMatch(
    /^aws iam update-assume-role-policy --role-name cloudtrail-to-logs .*cloudtrail\.amazonaws\.com/,
  )
})

test('a trail that was switched off is switched on, and its bucket is looked at by a person', async () => {
  await send('cloudtrail', 'DeleteTrail', { Name: 'shop-trail' })
  const { plan, kinds } = await kindsOf()
  expect(kinds).toEqual(expect.arrayContaining(['trail', 'trail-selectors', 'trail-logging']))
  expect(plan.manual).toMatchObject([
    {
      why: 'Trail old-trail cannot write to its bucket: NoSuchBucket.',
      instructions: [expect.any(String), expect.stringContaining('--s3-bucket-name shop-audit-logs')],
    },
  ])
  const { run = '' } = await cycle.apply(plan)
  await send('cloudtrail', 'UpdateTrail', { Name: 'old-trail', S3BucketName: 'shop-audit-logs' })
  expect(await cycle.failing(records)).toEqual([])
  expect(await cycle.rollBack(run)).toMatchObject({ complete: true })
})
