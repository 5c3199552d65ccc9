import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '../world.ts'
import { answered, askOf, codeOf, demoWorld, home, isChange, isUndo, main } from './call.fixture.ts'
import { neighbours } from './services.ts'

// Every change of a neighbour: what it does, what it answers (held against the SDK), and what it refuses.

let world: World
let dispose: () => Promise<void>
beforeAll(async () => {
  ;({ world, dispose } = await demoWorld())
})
afterAll(async () => {
  await dispose()
  const all = neighbours.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter((each) => isChange(each) && !isUndo(each))
      .map((each) => `${name} ${each}`),
  )
  expect(all.filter((each) => !answered.has(each))).toEqual([])
})

const topic = `arn:aws:sns:${home}:${main}:security-alerts`
const queue = `arn:aws:sqs:${home}:${main}:failed`
const group = 'CloudTrail/shop'
const metric = { metricName: 'Denied', metricNamespace: 'Shop', metricValue: '1' }
const filter = {
  logGroupName: group,
  filterName: 'denied',
  filterPattern: '{ $.errorCode = "*" }',
  metricTransformations: [metric],
}
const alarm = {
  AlarmName: 'denied',
  MetricName: 'Denied',
  Namespace: 'Shop',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
}

test('logs: a filter is made and replaced, and logs are kept for as long as said', () => {
  const ask = askOf(world, 'logs')
  ask('PutMetricFilter', filter)
  ask('PutMetricFilter', { ...filter, filterPattern: '' })
  const { metricFilters } = ask('DescribeMetricFilters', { filterNamePrefix: 'denied' })
  expect(metricFilters).toMatchObject([{ filterPattern: '', metricTransformations: [metric] }])
  ask('PutRetentionPolicy', { logGroupName: group, retentionInDays: 365 })
  expect(ask('DescribeLogGroups', { logGroupNamePrefix: group }).logGroups).toMatchObject([
    { retentionInDays: 365 },
  ])
  const resourceArn = `arn:aws:logs:${home}:${main}:log-group:${group}`
  ask('TagResource', { resourceArn, tags: { owner: 'security' } })
  ask('TagResource', { resourceArn, tags: { stage: 'live' } })
  expect(ask('ListTagsForResource', { resourceArn }).tags).toEqual({ owner: 'security', stage: 'live' })
})

test('cloudwatch: an alarm is made, replaced, and heard again', () => {
  const ask = askOf(world, 'cloudwatch')
  ask('PutMetricAlarm', { ...alarm, ActionsEnabled: false })
  ask('PutMetricAlarm', { ...alarm, ActionsEnabled: false, AlarmActions: [topic] })
  const found = () => ask('DescribeAlarms', { AlarmNames: ['denied'] }).MetricAlarms
  expect(found()).toMatchObject([
    { ActionsEnabled: false, AlarmActions: [topic], StateValue: 'INSUFFICIENT_DATA' },
  ])
  ask('EnableAlarmActions', { AlarmNames: ['denied', 'none'] })
  expect(found()).toMatchObject([{ ActionsEnabled: true }])
})

test('events: a rule is made, gets targets, keeps them when it is replaced, and is enabled', () => {
  const ask = askOf(world, 'events')
  const EventPattern = JSON.stringify({ source: ['aws.ecr'] })
  const { RuleArn } = ask('PutRule', { Name: 'all', EventPattern, State: 'DISABLED' })
  expect(RuleArn).toBe(`arn:aws:events:${home}:${main}:rule/all`)
  ask('PutTargets', { Rule: 'all', Targets: [{ Id: 'a', Arn: queue }] })
  ask('PutTargets', { Rule: 'all', Targets: [{ Id: 'a', Arn: topic, DeadLetterConfig: { Arn: queue } }] })
  ask('PutRule', { Name: 'all', EventPattern, State: 'DISABLED', Description: 'All' })
  ask('EnableRule', { Name: 'all' })
  expect(ask('DescribeRule', { Name: 'all' })).toMatchObject({ State: 'ENABLED', Description: 'All' })
  expect(ask('ListTargetsByRule', { Rule: 'all' }).Targets).toMatchObject([{ Arn: topic }])
})

test('cloudtrail: a trail is changed where it is at home, started, and told what to record', () => {
  const ask = askOf(world, 'cloudtrail')
  const arn = `arn:aws:cloudtrail:${home}:${main}:trail/shop-trail`
  const KmsKeyId = 'alias/holdfast-demo'
  const whole = { Name: arn, IsMultiRegionTrail: true, EnableLogFileValidation: true, KmsKeyId }
  const logGroup = {
    CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${main}:log-group:${group}:*`,
    CloudWatchLogsRoleArn: `arn:aws:iam::${main}:role/cloudtrail-to-logs`,
  }
  expect(ask('UpdateTrail', { ...whole, ...logGroup }).KmsKeyId).toContain(':key/')
  expect(ask('GetTrailStatus', { Name: arn }).LatestCloudWatchLogsDeliveryError).toBeUndefined()
  expect(ask('GetTrail', { Name: arn }).Trail).toMatchObject({
    IsMultiRegionTrail: true,
    LogFileValidationEnabled: true,
  })
  ask('PutEventSelectors', { TrailName: arn, EventSelectors: [{ ReadWriteType: 'All' }] })
  const found = ask('GetEventSelectors', { TrailName: arn })
  expect(found).toMatchObject({ EventSelectors: [{ IncludeManagementEvents: true }] })
  expect(found.AdvancedEventSelectors).toBeUndefined()
  ask('StartLogging', { Name: 'old-trail' })
  expect(ask('GetTrailStatus', { Name: 'old-trail' }).IsLogging).toBe(true)
})

test('lambda: a function gets a runtime and a place for what it could not do', () => {
  const ask = askOf(world, 'lambda')
  const FunctionName = 'ecr-cleanup'
  const before = ask('GetFunctionConfiguration', { FunctionName })
  const DeadLetterConfig = { TargetArn: queue }
  const after = ask('UpdateFunctionConfiguration', { FunctionName, Runtime: 'python3.13', DeadLetterConfig })
  expect(after).toMatchObject({ Runtime: 'python3.13', DeadLetterConfig, Timeout: before.Timeout })
  ask('PutFunctionEventInvokeConfig', {
    FunctionName,
    DestinationConfig: { OnFailure: { Destination: queue } },
  })
  expect(ask('GetFunctionEventInvokeConfig', { FunctionName })).toMatchObject({
    DestinationConfig: { OnFailure: { Destination: queue } },
    MaximumRetryAttempts: 2,
  })
})

const trail = { Name: 'shop-trail' }
const rule = { Name: 'r', EventPattern: '{"source":["aws.ecr"]}' }
test.each<[string, string, Record<string, unknown>, string]>([
  ['logs', 'PutMetricFilter', { ...filter, logGroupName: 'none' }, 'ResourceNotFoundException'],
  ['logs', 'PutMetricFilter', { ...filter, filterName: 'a:b' }, 'InvalidParameterException'],
  ['logs', 'PutMetricFilter', { ...filter, metricTransformations: [] }, 'InvalidParameterException'],
  ['logs', 'PutMetricFilter', { ...filter, metricTransformations: [{}] }, 'InvalidParameterException'],
  ['logs', 'PutMetricFilter', { ...filter, filterPattern: 'x'.repeat(1025) }, 'InvalidParameterException'],
  ['logs', 'PutMetricFilter', { ...filter, filterPattern: '{ $.a = }' }, 'InvalidParameterException'],
  ['logs', 'PutMetricFilter', { ...filter, applyOnTransformedLogs: true }, 'NotImplementedInSandbox'],
  ['logs', 'TagResource', { resourceArn: 'none', tags: { a: 'b' } }, 'ResourceNotFoundException'],
  ['logs', 'PutRetentionPolicy', { logGroupName: group, retentionInDays: 8 }, 'InvalidParameterException'],
  ['logs', 'PutRetentionPolicy', { logGroupName: 'none', retentionInDays: 7 }, 'ResourceNotFoundException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, Threshold: undefined }, 'InvalidParameterValueException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, Statistic: 'Most' }, 'InvalidParameterValueException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, Period: 61 }, 'InvalidParameterValueException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, ComparisonOperator: 'Is' }, 'InvalidParameterValueException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, AlarmActions: ['me'] }, 'InvalidParameterValueException'],
  ['cloudwatch', 'PutMetricAlarm', { ...alarm, Metrics: [{}] }, 'NotImplementedInSandbox'],
  ['cloudwatch', 'EnableAlarmActions', {}, 'InvalidParameterValueException'],
  ['events', 'PutRule', { Name: 'r' }, 'ValidationException'],
  ['events', 'PutRule', { ...rule, Name: 'a b' }, 'ValidationException'],
  ['events', 'PutRule', { ...rule, EventPattern: '{"source":"aws.ecr"}' }, 'InvalidEventPatternException'],
  ['events', 'PutRule', { ...rule, EventPattern: '{}' }, 'InvalidEventPatternException'],
  ['events', 'PutRule', { ...rule, EventPattern: 'x' }, 'InvalidEventPatternException'],
  ['events', 'PutRule', { ...rule, EventBusName: 'none' }, 'ResourceNotFoundException'],
  ['events', 'PutRule', { Name: 'r', ScheduleExpression: 'daily' }, 'ValidationException'],
  ['events', 'EnableRule', { Name: 'none' }, 'ResourceNotFoundException'],
  ['events', 'PutTargets', { Rule: 'none', Targets: [{ Id: 'a', Arn: topic }] }, 'ResourceNotFoundException'],
  ['events', 'PutTargets', { Rule: 'ecr-pushes', Targets: [] }, 'ValidationException'],
  ['events', 'PutTargets', { Rule: 'ecr-pushes', Targets: [{ Id: 'a', Arn: 'x' }] }, 'ValidationException'],
  [
    'events',
    'PutTargets',
    { Rule: 'ecr-pushes', Targets: [1, 2, 3, 4, 5, 6].map((id) => ({ Id: `${id}`, Arn: topic })) },
    'LimitExceededException',
  ],
  ['cloudtrail', 'UpdateTrail', { Name: 'none' }, 'TrailNotFoundException'],
  ['cloudtrail', 'UpdateTrail', { ...trail, S3BucketName: 'none' }, 'S3BucketDoesNotExistException'],
  ['cloudtrail', 'UpdateTrail', { ...trail, KmsKeyId: 'alias/none' }, 'KmsKeyNotFoundException'],
  ['cloudtrail', 'UpdateTrail', { ...trail, KmsKeyId: 'alias/legacy-images' }, 'KmsKeyDisabledException'],
  [
    'cloudtrail',
    'UpdateTrail',
    { ...trail, CloudWatchLogsLogGroupArn: 'arn:none' },
    'InvalidCloudWatchLogsLogGroupArnException',
  ],
  [
    'cloudtrail',
    'UpdateTrail',
    { ...trail, CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${main}:log-group:${group}:*` },
    'InvalidCloudWatchLogsRoleArnException',
  ],
  ['cloudtrail', 'PutEventSelectors', { TrailName: 'shop-trail' }, 'InvalidEventSelectorsException'],
  [
    'cloudtrail',
    'PutEventSelectors',
    { TrailName: 'shop-trail', AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'colour' }] }] },
    'InvalidEventSelectorsException',
  ],
  ['cloudtrail', 'StartLogging', { Name: 'none' }, 'TrailNotFoundException'],
  [
    'lambda',
    'UpdateFunctionConfiguration',
    { FunctionName: 'ecr-cleanup', Runtime: 'python3.7' },
    'InvalidParameterValueException',
  ],
  [
    'lambda',
    'UpdateFunctionConfiguration',
    { FunctionName: 'ecr-cleanup', DeadLetterConfig: { TargetArn: 'x' } },
    'InvalidParameterValueException',
  ],
  [
    'lambda',
    'UpdateFunctionConfiguration',
    { FunctionName: 'shop-thumbnails', Runtime: 'python3.13' },
    'InvalidParameterValueException',
  ],
  ['lambda', 'UpdateFunctionConfiguration', { FunctionName: 'none' }, 'ResourceNotFoundException'],
  [
    'lambda',
    'PutFunctionEventInvokeConfig',
    { FunctionName: 'ecr-cleanup', MaximumRetryAttempts: 3 },
    'InvalidParameterValueException',
  ],
])('%s %s %o: %s', (service, operation, input, expected) => {
  expect(codeOf(() => askOf(world, service)(operation, input))).toBe(expected)
})

test('a trail is not changed from another Region', () => {
  const abroad = askOf(world, 'cloudtrail', { region: 'us-east-1' })
  const Name = `arn:aws:cloudtrail:${home}:${main}:trail/shop-trail`
  expect(codeOf(() => abroad('StartLogging', { Name }))).toBe('InvalidHomeRegionException')
})

test('ecr-public: tags are added and replaced, and no other is lost', () => {
  const ask = askOf(world, 'ecr-public', { region: 'us-east-1' })
  const resourceArn = `arn:aws:ecr-public::${main}:repository/shop-cli`
  const tag = (Key: string, Value: string) => ({ Key, Value })
  ask('TagResource', { resourceArn, tags: [tag('owner', 'cli-team'), tag('stage', 'live')] })
  ask('TagResource', { resourceArn, tags: [tag('stage', 'old')] })
  expect(ask('ListTagsForResource', { resourceArn }).tags).toEqual([
    tag('owner', 'cli-team'),
    tag('stage', 'old'),
  ])
  const many = Array.from({ length: 49 }, (_, at) => tag(`k${at}`, ''))
  expect(codeOf(() => ask('TagResource', { resourceArn, tags: many }))).toBe('TooManyTagsException')
  expect(codeOf(() => ask('TagResource', { resourceArn }))).toBe('InvalidParameterException')
  expect(codeOf(() => ask('TagResource', { resourceArn, tags: [{ Value: 'x' }] }))).toBe(
    'InvalidParameterException',
  )
  const nobody = { resourceArn: `${resourceArn}-none`, tags: [tag('a', 'b')] }
  expect(codeOf(() => ask('TagResource', nobody))).toBe('RepositoryNotFoundException')
})
