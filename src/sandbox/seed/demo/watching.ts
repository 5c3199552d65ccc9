import type { CloudTrailState } from '../../cloudtrail/state.ts'
import type { CloudWatchState } from '../../cloudwatch/state.ts'
import type { EventsState } from '../../events/state.ts'
import type { LogsState } from '../../logs/state.ts'
import type { SchedulerState } from '../../scheduler/state.ts'
import { arnIn, type Place, roleArn, secondsAgo } from '../neighbours/place.ts'
import { pullCountsOf } from '../neighbours/pulls.ts'
import { alarmAt, logGroupAt, metricFilterAt, ruleAt, scheduleAt, trailAt } from '../neighbours/watching.ts'

const trailGroup = 'CloudTrail/shop'
const namespace = 'Shop/Registry'

/** The topic is the one of `demo/` in SNS: nobody has confirmed a subscription to it. */
const alertsAt = (place: Place): string => arnIn(place, 'sns', 'security-alerts')

/**
 * Two trails that both miss what matters: one covers one Region, is not validated, records no reads, and has not
 * been able to write to its log group for three months; the other was stopped and forgotten.
 */
export function demoTrails(place: Place): CloudTrailState {
  const group = arnIn(place, 'logs', `log-group:${trailGroup}:*`)
  const shop = trailAt(place, 'shop-trail', {
    S3BucketName: 'shop-audit-logs',
    CloudWatchLogsLogGroupArn: group,
    CloudWatchLogsRoleArn: roleArn(place, 'cloudtrail-to-logs'),
    HasCustomEventSelectors: true,
  })
  const old = trailAt(place, 'old-trail', {
    S3BucketName: 'shop-audit-logs',
    IncludeGlobalServiceEvents: false,
    HasCustomEventSelectors: true,
  })
  return {
    trails: [
      {
        trail: shop,
        status: {
          IsLogging: true,
          StartLoggingTime: secondsAgo(place, 380),
          LatestDeliveryTime: secondsAgo(place, 0.01),
          LatestCloudWatchLogsDeliveryTime: secondsAgo(place, 91),
          LatestCloudWatchLogsDeliveryError: 'AccessDenied',
        },
        selectors: {
          AdvancedEventSelectors: [
            {
              Name: 'Changes only',
              FieldSelectors: [
                { Field: 'eventCategory', Equals: ['Management'] },
                { Field: 'readOnly', Equals: ['false'] },
              ],
            },
          ],
        },
      },
      {
        trail: old,
        status: {
          IsLogging: false,
          StartLoggingTime: secondsAgo(place, 800),
          StopLoggingTime: secondsAgo(place, 380),
          LatestDeliveryTime: secondsAgo(place, 380),
          LatestDeliveryError: 'NoSuchBucket',
        },
        selectors: {
          EventSelectors: [
            {
              ReadWriteType: 'WriteOnly',
              IncludeManagementEvents: true,
              ExcludeManagementEventSources: ['kms.amazonaws.com'],
              DataResources: [],
            },
          ],
        },
      },
    ],
  }
}

/** The second filter reads well and can never match: an error code is not two things at once. */
export function demoLogs(place: Place): LogsState {
  const ecr = '($.eventSource = "ecr.amazonaws.com")'
  const filter = (name: string, metric: string, pattern: string) =>
    metricFilterAt(place, trailGroup, { name, metric, namespace, pattern })
  return {
    groups: [
      logGroupAt(place, trailGroup),
      logGroupAt(place, '/aws/lambda/ecr-cleanup', { storedBytes: 7_340_112 }),
      logGroupAt(place, '/aws/lambda/shop-thumbnails', { retentionInDays: 30 }),
      logGroupAt(place, '/ecs/shop', { retentionInDays: 90 }),
    ],
    metricFilters: [
      filter(
        'ecr-deletes',
        'EcrDeletes',
        `{ ${ecr} && (($.eventName = "DeleteRepository") || ($.eventName = "BatchDeleteImage")) }`,
      ),
      filter(
        'ecr-errors',
        'EcrErrors',
        `{ ${ecr} && ($.errorCode = "AccessDenied*") && ($.errorCode = "*UnauthorizedOperation") }`,
      ),
      filter('ecr-policy-changes', 'EcrPolicyChanges', `{ ${ecr} && ($.eventName = "SetRepositoryPolicy") }`),
    ],
    subscriptionFilters: [],
    tags: { [logGroupAt(place, trailGroup).logGroupArn]: { owner: 'platform-team' } },
  }
}

/** One alarm tells nobody, one tells a topic that nobody hears, one was silenced; and one watches them all. */
export function demoMetrics(place: Place): CloudWatchState {
  const on = (MetricName: string) => ({ MetricName, Namespace: namespace })
  const quiet = alarmAt(place, 'ecr-errors', { ...on('EcrErrors'), AlarmActions: [alertsAt(place)] })
  const { AlarmActions: _, ...common } = quiet
  return {
    metricAlarms: [
      alarmAt(place, 'ecr-deletes', on('EcrDeletes')),
      quiet,
      alarmAt(place, 'ecr-policy-changes', {
        ...on('EcrPolicyChanges'),
        ActionsEnabled: false,
        AlarmActions: [alertsAt(place)],
      }),
    ],
    compositeAlarms: [
      {
        AlarmName: 'registry',
        AlarmArn: arnIn(place, 'cloudwatch', 'alarm:registry'),
        AlarmRule: 'ALARM("ecr-errors") OR ALARM("ecr-deletes")',
        ActionsEnabled: common.ActionsEnabled,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        StateValue: common.StateValue,
        StateReason: 'No child alarm is in ALARM.',
        StateUpdatedTimestamp: common.StateUpdatedTimestamp,
        AlarmConfigurationUpdatedTimestamp: common.AlarmConfigurationUpdatedTimestamp,
      },
    ],
    metrics: pullCountsOf(place),
  }
}

/** Scan findings would have told somebody, had the rule not been switched off. */
export function demoEvents(place: Place): EventsState {
  return {
    buses: [],
    rules: [
      ruleAt(place, 'ecr-scan-findings', {
        State: 'DISABLED',
        Description: 'Critical findings of image scans',
        pattern: {
          source: ['aws.ecr'],
          'detail-type': ['ECR Image Scan'],
          detail: { 'finding-severity-counts': { CRITICAL: [{ numeric: ['>', 0] }] } },
        },
        targets: [{ Id: 'alerts', Arn: alertsAt(place) }],
      }),
      ruleAt(place, 'ecr-pushes', {
        Description: 'Nobody has said yet what should happen',
        pattern: {
          source: ['aws.ecr'],
          'detail-type': ['ECR Image Action'],
          detail: { 'action-type': ['PUSH'], result: ['SUCCESS'] },
        },
        targets: [],
      }),
      ruleAt(place, 'nightly-image-cleanup', {
        ScheduleExpression: 'cron(30 2 * * ? *)',
        targets: [{ Id: 'cleanup', Arn: arnIn(place, 'lambda', 'function:ecr-cleanup') }],
      }),
      ruleAt(place, 'monthly-invoices', {
        ScheduleExpression: 'cron(0 4 1 * ? *)',
        targets: [
          {
            Id: 'invoices',
            Arn: arnIn(place, 'ecs', 'cluster/shop'),
            RoleArn: roleArn(place, 'start-tasks'),
            EcsParameters: {
              TaskDefinitionArn: arnIn(place, 'ecs', 'task-definition/invoices:3'),
              TaskCount: 1,
              LaunchType: 'FARGATE',
            },
          },
        ],
      }),
    ],
  }
}

export function demoSchedules(place: Place): SchedulerState {
  const target = { RoleArn: roleArn(place, 'start-tasks') }
  return {
    groups: ['reports'],
    schedules: [
      scheduleAt(place, 'hourly-etl', {
        ScheduleExpression: 'rate(1 hour)',
        Target: {
          ...target,
          Arn: arnIn(place, 'ecs', 'cluster/shop'),
          EcsParameters: {
            TaskDefinitionArn: arnIn(place, 'ecs', 'task-definition/etl:8'),
            TaskCount: 1,
            LaunchType: 'FARGATE',
          },
        },
      }),
      scheduleAt(place, 'price-refresh', {
        Arn: arnIn(place, 'scheduler', 'schedule/reports/price-refresh'),
        GroupName: 'reports',
        State: 'DISABLED',
        ScheduleExpression: 'cron(0 6 ? * MON *)',
        Target: { ...target, Arn: arnIn(place, 'lambda', 'function:shop-thumbnails') },
      }),
    ],
  }
}
