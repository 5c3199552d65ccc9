import { type CloudTrailState, everyManagementEvent } from '../../cloudtrail/state.ts'
import type { CloudWatchState } from '../../cloudwatch/state.ts'
import type { EventsState, Target } from '../../events/state.ts'
import type { LogsState } from '../../logs/state.ts'
import type { SchedulerState } from '../../scheduler/state.ts'
import { arnIn, type Place, roleArn, secondsAgo } from '../neighbours/place.ts'
import { pullCountsOf } from '../neighbours/pulls.ts'
import { trailBucketName } from '../neighbours/trail-bucket.ts'
import { alarmAt, logGroupAt, metricFilterAt, ruleAt, scheduleAt, trailAt } from '../neighbours/watching.ts'
import { cleanKeys } from './foundations.ts'
import { configurationChanges, keyChanges, watched } from './watched.ts'

const trailGroup = 'CloudTrail/audit'
const namespace = 'Shop/Registry'
const topicAt = (place: Place): string => arnIn(place, 'sns', 'security-alerts')
const trailKey = (place: Place): string => arnIn(place, 'kms', `key/${cleanKeys.trail}`)

/** One trail for all Regions: validated, encrypted, and it reaches its log group. */
export function cleanTrails(place: Place): CloudTrailState {
  const trail = trailAt(place, 'audit-trail', {
    S3BucketName: trailBucketName,
    IsMultiRegionTrail: true,
    LogFileValidationEnabled: true,
    KmsKeyId: trailKey(place),
    CloudWatchLogsLogGroupArn: arnIn(place, 'logs', `log-group:${trailGroup}:*`),
    CloudWatchLogsRoleArn: roleArn(place, 'cloudtrail-to-logs'),
  })
  const justNow = secondsAgo(place, 0.003)
  const status = {
    IsLogging: true,
    StartLoggingTime: secondsAgo(place, 390),
    LatestDeliveryTime: justNow,
    LatestDigestDeliveryTime: secondsAgo(place, 0.03),
    LatestCloudWatchLogsDeliveryTime: justNow,
  }
  return { trails: [{ trail, status, selectors: everyManagementEvent }] }
}

/** A filter for everything that is worth an alarm (ecr-facts 5.2 and 5.3). */
export function cleanLogs(place: Place): LogsState {
  const kmsKeyId = trailKey(place)
  return {
    groups: [
      logGroupAt(place, trailGroup, { retentionInDays: 365, kmsKeyId, deletionProtectionEnabled: true }),
      logGroupAt(place, '/aws/lambda/ecr-cleanup', { retentionInDays: 90, kmsKeyId }),
      logGroupAt(place, '/ecs/shop', { retentionInDays: 90, kmsKeyId }),
    ],
    metricFilters: watched.map((each) => metricFilterAt(place, trailGroup, { ...each, namespace })),
    subscriptionFilters: [],
  }
}

/** An alarm on every filter; somebody hears each of them. */
export function cleanMetrics(place: Place): CloudWatchState {
  const metricAlarms = watched.map(({ name, metric }) =>
    alarmAt(place, name, {
      MetricName: metric,
      Namespace: namespace,
      AlarmActions: [topicAt(place)],
    }),
  )
  return { metricAlarms, compositeAlarms: [], metrics: pullCountsOf(place) }
}

/** What AWS itself reports, and what a trail tells of changes; each goes to people. */
export function cleanEvents(place: Place): EventsState {
  const lost = { DeadLetterConfig: { Arn: arnIn(place, 'sqs', 'undelivered-events') } }
  const targets: Target[] = [{ Id: 'alerts', Arn: topicAt(place), ...lost }]
  const told = (name: string, pattern: unknown) => ruleAt(place, name, { pattern, targets })
  return {
    buses: [],
    rules: [
      told('image-actions', {
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action'],
        detail: { 'action-type': ['PUSH', 'DELETE'] },
      }),
      told('key-changes', byTrail('kms', keyChanges)),
      told('registry-changes', byTrail('ecr', configurationChanges)),
      told('replication', { source: ['aws.ecr'], 'detail-type': ['ECR Replication Action'] }),
      told('scan-findings', { source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] }),
      told('scan-findings-inspector', {
        source: ['aws.inspector2'],
        'detail-type': ['Inspector2 Finding'],
        detail: { severity: ['HIGH', 'CRITICAL'], status: ['ACTIVE'] },
      }),
    ],
  }
}

function byTrail(service: string, eventName: readonly string[]) {
  return {
    source: [`aws.${service}`],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName },
  }
}

/** Only at home: the clean-up cleans both Regions. */
export function cleanUpRule(place: Place): EventsState['rules'][number] {
  return ruleAt(place, 'nightly-image-cleanup', {
    ScheduleExpression: 'cron(30 2 * * ? *)',
    targets: [
      {
        Id: 'cleanup',
        Arn: arnIn(place, 'lambda', 'function:ecr-cleanup'),
        DeadLetterConfig: { Arn: arnIn(place, 'sqs', 'ecr-cleanup-failed') },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
      },
    ],
  })
}

export function cleanSchedules(place: Place): SchedulerState {
  const Target = {
    Arn: arnIn(place, 'ecs', 'cluster/shop'),
    RoleArn: roleArn(place, 'start-tasks'),
    DeadLetterConfig: { Arn: arnIn(place, 'sqs', 'undelivered-events') },
    EcsParameters: {
      TaskDefinitionArn: arnIn(place, 'ecs', 'task-definition/invoices:4'),
      TaskCount: 1,
      LaunchType: 'FARGATE',
    },
  }
  return {
    groups: [],
    schedules: [scheduleAt(place, 'monthly-invoices', { ScheduleExpression: 'cron(0 4 1 * ? *)', Target })],
  }
}
