import { afterAll, beforeAll, expect, test } from 'vitest'
import type { World } from '../world.ts'
import { type Answer, answered, askOf, codeOf, demoWorld, home, isUndo, main } from './call.fixture.ts'
import { neighbours } from './services.ts'

// What a change takes to be undone: after each write and its inverse, everything reads as it did before.

let world: World
let dispose: () => Promise<void>
beforeAll(async () => {
  ;({ world, dispose } = await demoWorld())
})
afterAll(async () => {
  await dispose()
  const all = neighbours.flatMap(({ name, operations }) =>
    Object.keys(operations)
      .filter(isUndo)
      .map((each) => `${name} ${each}`),
  )
  expect(all.filter((each) => !answered.has(each))).toEqual([])
})

type Step = [operation: string, input: Record<string, unknown>]
const ask =
  (service: string) =>
  (operation: string, input: Record<string, unknown> = {}) =>
    askOf(world, service)(operation, input)

const trailArn = `arn:aws:cloudtrail:${home}:${main}:trail/shop-trail`
/** What can be read of each service; `without` are times that no call can put back. */
const reads: Record<string, { read: () => Answer[]; without?: RegExp }> = {
  logs: {
    read: () => ['DescribeLogGroups', 'DescribeMetricFilters'].map((each) => ask('logs')(each)),
    without: /^creationTime$/,
  },
  cloudwatch: {
    read: () => [ask('cloudwatch')('DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] })],
    without: /Timestamp$|^StateValue$|^StateReason$/,
  },
  events: {
    read: () => {
      const rules: { Name: string }[] = ask('events')('ListRules').Rules
      return [rules, ...rules.map(({ Name }) => ask('events')('ListTargetsByRule', { Rule: Name }))]
    },
  },
  cloudtrail: {
    read: () => {
      const trails: { TrailARN: string }[] = ask('cloudtrail')('DescribeTrails').trailList
      const of = (operation: string, member: string) =>
        trails.map(({ TrailARN }) => ask('cloudtrail')(operation, { [member]: TrailARN }))
      return [trails, of('GetEventSelectors', 'TrailName'), of('GetTrailStatus', 'Name')]
    },
    without: /Time$|^LatestCloudWatchLogsDeliveryError$/,
  },
}

const functionName = { FunctionName: 'ecr-cleanup' }
reads['lambda'] = {
  read: () => [
    ask('lambda')('GetFunctionConfiguration', functionName),
    codeOf(() => ask('lambda')('GetFunctionEventInvokeConfig', functionName)),
  ],
  without: /^LastModified$/,
}

function readAll(service: string): unknown {
  const { read, without } = reads[service]!
  return JSON.parse(JSON.stringify(read(), (key, value) => (without?.test(key) ? undefined : value)))
}

const group = 'CloudTrail/shop'
const own = { logGroupName: 'new/group' }
const filter = {
  ...own,
  filterName: 'denied',
  filterPattern: '{ $.errorCode = "*" }',
  metricTransformations: [{ metricName: 'Denied', metricNamespace: 'Shop', metricValue: '1' }],
}
const alarm = {
  AlarmName: 'denied',
  MetricName: 'Denied',
  Namespace: 'Shop',
  Statistic: 'Sum',
  Period: 300,
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
}
const EventPattern = JSON.stringify({ source: ['aws.ecr'] })
const rule = { Name: 'fresh', EventPattern }
const Targets = [{ Id: 'a', Arn: `arn:aws:sns:${home}:${main}:security-alerts` }]
const tags = { resourceArn: `arn:aws:logs:${home}:${main}:log-group:new/group` }
const trail = { Name: 'fresh-trail', S3BucketName: 'shop-audit-logs' }
const logsOfTrail = {
  CloudWatchLogsLogGroupArn: `arn:aws:logs:${home}:${main}:log-group:${group}:*`,
  CloudWatchLogsRoleArn: `arn:aws:iam::${main}:role/cloudtrail-to-logs`,
}

test.each<[string, string, Step[], Step[]]>([
  ['logs', 'a group', [['CreateLogGroup', own]], [['DeleteLogGroup', own]]],
  [
    'logs',
    'a group with all that it has',
    [
      ['CreateLogGroup', { ...own, tags: { a: 'b' }, logGroupClass: 'STANDARD' }],
      ['PutRetentionPolicy', { ...own, retentionInDays: 365 }],
      ['PutMetricFilter', filter],
      ['TagResource', { ...tags, tags: { c: 'd' } }],
      ['UntagResource', { ...tags, tagKeys: ['a', 'c'] }],
    ],
    [['DeleteLogGroup', own]],
  ],
  [
    'logs',
    'a filter',
    [['PutMetricFilter', { ...filter, logGroupName: group }]],
    [['DeleteMetricFilter', { logGroupName: group, filterName: 'denied' }]],
  ],
  [
    'logs',
    'how long a group is kept',
    [['PutRetentionPolicy', { logGroupName: 'CloudTrail/shop', retentionInDays: 7 }]],
    [['DeleteRetentionPolicy', { logGroupName: 'CloudTrail/shop' }]],
  ],
  [
    'cloudwatch',
    'an alarm',
    [['PutMetricAlarm', alarm]],
    [['DeleteAlarms', { AlarmNames: ['denied', 'none'] }]],
  ],
  [
    'events',
    'a rule with a target',
    [
      ['PutRule', rule],
      ['PutTargets', { Rule: 'fresh', Targets }],
    ],
    [
      ['RemoveTargets', { Rule: 'fresh', Ids: ['a'] }],
      ['DeleteRule', { Name: 'fresh' }],
      ['DeleteRule', { Name: 'fresh' }],
    ],
  ],
  [
    'events',
    'a rule at work',
    [['EnableRule', { Name: 'ecr-scan-findings' }]],
    [['DisableRule', { Name: 'ecr-scan-findings' }]],
  ],
  [
    'cloudtrail',
    'a trail',
    [
      ['CreateTrail', { ...trail, ...logsOfTrail, IsMultiRegionTrail: true, S3KeyPrefix: 'x' }],
      ['StartLogging', { Name: 'fresh-trail' }],
    ],
    [
      ['StopLogging', { Name: 'fresh-trail' }],
      ['DeleteTrail', { Name: 'fresh-trail' }],
    ],
  ],
  [
    'lambda',
    'where failures go',
    [
      ['PutFunctionEventInvokeConfig', { ...functionName, MaximumRetryAttempts: 1 }],
      ['UpdateFunctionConfiguration', { ...functionName, DeadLetterConfig: { TargetArn: Targets[0]?.Arn } }],
    ],
    [
      ['DeleteFunctionEventInvokeConfig', functionName],
      ['UpdateFunctionConfiguration', { ...functionName, DeadLetterConfig: { TargetArn: '' } }],
    ],
  ],
])('%s: %s comes and goes', (service, _name, forth, back) => {
  const before = readAll(service)
  for (const [operation, input] of forth) ask(service)(operation, input)
  expect(readAll(service)).not.toEqual(before)
  for (const [operation, input] of back) ask(service)(operation, input)
  expect(readAll(service)).toEqual(before)
})

test('an alarm is silenced and heard again', () => {
  const named = (AlarmNames: string[]) => ({ AlarmNames })
  ask('cloudwatch')('PutMetricAlarm', alarm)
  const on = () => ask('cloudwatch')('DescribeAlarms', named(['denied'])).MetricAlarms[0].ActionsEnabled
  const before = readAll('cloudwatch')
  ask('cloudwatch')('DisableAlarmActions', named(['denied', 'none']))
  expect(on()).toBe(false)
  ask('cloudwatch')('EnableAlarmActions', named(['denied']))
  expect(readAll('cloudwatch')).toEqual(before)
  ask('cloudwatch')('DeleteAlarms', named(['denied']))
})

/** Everything that an UpdateTrail can set is set and taken away again, also what was not there. */
test('a trail is as it was, whatever was set', () => {
  ask('cloudtrail')('CreateTrail', trail)
  const Name = trail.Name
  const before = readAll('cloudtrail')
  ask('cloudtrail')('UpdateTrail', {
    Name,
    S3KeyPrefix: 'shop',
    SnsTopicName: 'security-alerts',
    KmsKeyId: 'alias/holdfast-demo',
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    ...logsOfTrail,
  })
  ask('cloudtrail')('PutEventSelectors', {
    TrailName: Name,
    EventSelectors: [{ ReadWriteType: 'WriteOnly' }],
  })
  const whole = ask('cloudtrail')('GetTrail', { Name }).Trail
  expect(whole).toMatchObject({
    S3KeyPrefix: 'shop',
    SnsTopicARN: Targets[0]?.Arn,
    HasCustomEventSelectors: true,
  })
  const nothing = { S3KeyPrefix: '', SnsTopicName: '', KmsKeyId: '' }
  ask('cloudtrail')('UpdateTrail', {
    Name,
    ...nothing,
    CloudWatchLogsLogGroupArn: '',
    CloudWatchLogsRoleArn: '',
    IsMultiRegionTrail: false,
    EnableLogFileValidation: false,
  })
  ask('cloudtrail')('PutEventSelectors', { TrailName: Name, EventSelectors: [{ ReadWriteType: 'All' }] })
  expect(readAll('cloudtrail')).toEqual(before)
  ask('cloudtrail')('DeleteTrail', { Name: trailArn.replace('shop-trail', Name) })
})

test('a rule that has targets stays, and so does what AWS has made for itself', () => {
  expect(codeOf(() => ask('events')('DeleteRule', { Name: 'ecr-scan-findings' }))).toBe('ValidationException')
  const missing = ask('events')('RemoveTargets', { Rule: 'ecr-scan-findings', Ids: ['none'] })
  expect(missing).toMatchObject({ FailedEntryCount: 1, FailedEntries: [{ TargetId: 'none' }] })
  ask('events')('PutRule', { ...rule, Name: 'managed' })
  const entry = world.state.accounts[main]!.events![home]!.rules.find((each) => each.rule.Name === 'managed')!
  entry.rule.ManagedBy = 'inspector2.amazonaws.com'
  for (const operation of ['DisableRule', 'EnableRule', 'DeleteRule'])
    expect(codeOf(() => ask('events')(operation, { Name: 'managed' }))).toBe('ManagedRuleException')
  ask('events')('DeleteRule', { Name: 'managed', Force: true })
})

test('patterns are tried, and nothing is stored', () => {
  const messages = ['{"errorCode":"AccessDenied"}', '{"errorCode":null}', 'AccessDenied']
  const input = { filterPattern: '{ $.errorCode = "Access*" }', logEventMessages: messages }
  expect(ask('logs')('TestMetricFilter', input).matches).toEqual([
    { eventNumber: 1, eventMessage: messages[0], extractedValues: { '$.errorCode': 'AccessDenied' } },
  ])
  const event = { id: '1', account: main, source: 'aws.ecr', time: '2026-01-01T00:00:00Z', region: home }
  const Event = JSON.stringify({ ...event, resources: [], 'detail-type': 'ECR Image Action', detail: {} })
  expect(ask('events')('TestEventPattern', { EventPattern, Event })).toEqual({ Result: true })
})

test.each<[string, string, Record<string, unknown>, string]>([
  ['logs', 'CreateLogGroup', { logGroupName: group }, 'ResourceAlreadyExistsException'],
  ['logs', 'CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
  ['logs', 'CreateLogGroup', { ...own, kmsKeyId: 'arn:none' }, 'InvalidParameterException'],
  ['logs', 'CreateLogGroup', { ...own, tags: { 'aws:x': 'y' } }, 'InvalidParameterException'],
  ['logs', 'DeleteLogGroup', own, 'ResourceNotFoundException'],
  ['logs', 'DeleteMetricFilter', { logGroupName: group, filterName: 'none' }, 'ResourceNotFoundException'],
  ['logs', 'DeleteRetentionPolicy', own, 'ResourceNotFoundException'],
  ['logs', 'TestMetricFilter', { filterPattern: '', logEventMessages: [] }, 'InvalidParameterException'],
  [
    'logs',
    'TestMetricFilter',
    { filterPattern: '[a, b]', logEventMessages: ['x'] },
    'NotImplementedInSandbox',
  ],
  ['cloudwatch', 'DeleteAlarms', {}, 'InvalidParameterValueException'],
  ['cloudwatch', 'DisableAlarmActions', {}, 'InvalidParameterValueException'],
  ['events', 'DisableRule', { Name: 'none' }, 'ResourceNotFoundException'],
  ['events', 'DeleteRule', { Name: 'x', EventBusName: 'none' }, 'ResourceNotFoundException'],
  ['events', 'RemoveTargets', { Rule: 'ecr-scan-findings' }, 'ValidationException'],
  ['events', 'TestEventPattern', { EventPattern, Event: '{}' }, 'ValidationException'],
  ['events', 'TestEventPattern', { EventPattern: '{"a":1}', Event: '{}' }, 'InvalidEventPatternException'],
  ['lambda', 'DeleteFunctionEventInvokeConfig', functionName, 'ResourceNotFoundException'],
  ['cloudtrail', 'CreateTrail', { ...trail, Name: 'shop-trail' }, 'TrailAlreadyExistsException'],
  ['cloudtrail', 'CreateTrail', { ...trail, Name: 'a--b' }, 'InvalidTrailNameException'],
  ['cloudtrail', 'CreateTrail', { ...trail, S3BucketName: 'none' }, 'S3BucketDoesNotExistException'],
  [
    'cloudtrail',
    'CreateTrail',
    { ...trail, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
    'InvalidParameterCombinationException',
  ],
  ['cloudtrail', 'CreateTrail', { ...trail, IsOrganizationTrail: true }, 'NotImplementedInSandbox'],
  [
    'cloudtrail',
    'UpdateTrail',
    { Name: trailArn, SnsTopicName: 'none' },
    'InsufficientSnsTopicPolicyException',
  ],
  ['cloudtrail', 'DeleteTrail', { Name: 'none' }, 'TrailNotFoundException'],
  ['cloudtrail', 'StopLogging', { Name: 'none' }, 'TrailNotFoundException'],
])('%s %s %o: %s', (service, operation, input, expected) => {
  expect(codeOf(() => ask(service)(operation, input))).toBe(expected)
})

test('CloudTrail has to be let into the bucket, and has five trails', () => {
  const { settings } = world.state.buckets['shop-audit-logs']!
  const create = (Name: string) => codeOf(() => ask('cloudtrail')('CreateTrail', { ...trail, Name }))
  world.state.buckets['shop-audit-logs']!.settings = { ...settings, policy: '{"Statement":[]}' }
  expect(create('one')).toBe('InsufficientS3BucketPolicyException')
  world.state.buckets['shop-audit-logs']!.settings = settings!
  const made = ['one', 'two', 'three', 'four', 'five', 'six'].map(create)
  expect(made.at(-1)).toBe('MaximumNumberOfTrailsExceededException')
})
