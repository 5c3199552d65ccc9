import type { Trail } from '../../cloudtrail/state.ts'
import type { MetricAlarm } from '../../cloudwatch/state.ts'
import type { Rule, Target } from '../../events/state.ts'
import type { LogGroup, MetricFilter } from '../../logs/state.ts'
import type { Schedule } from '../../scheduler/state.ts'
import { arnIn, daysAgo, type Place, secondsAgo } from './place.ts'

/** A trail as the console makes one that nobody has thought about. */
export function trailAt(
  place: Place,
  Name: string,
  rest: Partial<Trail> & Pick<Trail, 'S3BucketName'>,
): Trail {
  return {
    Name,
    TrailARN: arnIn(place, 'cloudtrail', `trail/${Name}`),
    HomeRegion: place.region,
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: false,
    IsOrganizationTrail: false,
    LogFileValidationEnabled: false,
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
    ...rest,
  }
}

/** Keeps everything for ever, unless told otherwise. */
export function logGroupAt(place: Place, name: string, rest: Partial<LogGroup> = {}): LogGroup {
  const logGroupArn = arnIn(place, 'logs', `log-group:${name}`)
  return {
    logGroupName: name,
    creationTime: daysAgo(place, 400),
    arn: `${logGroupArn}:*`,
    logGroupArn,
    storedBytes: 48_213_377,
    logGroupClass: 'STANDARD',
    deletionProtectionEnabled: false,
    ...rest,
  }
}

/** Counts one for every event that fits. */
export function metricFilterAt(
  place: Place,
  logGroupName: string,
  { name, pattern, metric, namespace }: { name: string; pattern: string; metric: string; namespace: string },
): MetricFilter {
  return {
    filterName: name,
    logGroupName,
    filterPattern: pattern,
    metricTransformations: [{ metricName: metric, metricNamespace: namespace, metricValue: '1' }],
    creationTime: daysAgo(place, 300),
  }
}

/** Goes off when the metric counted one or more in five minutes. */
export function alarmAt(
  place: Place,
  name: string,
  rest: Partial<MetricAlarm> & Required<Pick<MetricAlarm, 'MetricName' | 'Namespace'>>,
): MetricAlarm {
  return {
    AlarmName: name,
    AlarmArn: arnIn(place, 'cloudwatch', `alarm:${name}`),
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateValue: 'OK',
    StateReason: 'No datapoints were received and missing data is treated as not breaching.',
    StateUpdatedTimestamp: secondsAgo(place, 20),
    AlarmConfigurationUpdatedTimestamp: secondsAgo(place, 300),
    Statistic: 'Sum',
    Dimensions: [],
    Period: 300,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
    ...rest,
  }
}

export function ruleAt(
  place: Place,
  Name: string,
  { pattern, targets, ...rest }: Partial<Rule> & { pattern?: unknown; targets: Target[] },
): { rule: Rule; targets: Target[] } {
  const rule: Rule = {
    Name,
    Arn: arnIn(place, 'events', `rule/${Name}`),
    State: 'ENABLED',
    EventBusName: 'default',
    ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
    ...rest,
  }
  return { rule, targets }
}

export function scheduleAt(
  place: Place,
  Name: string,
  rest: Partial<Schedule> & Pick<Schedule, 'Target' | 'ScheduleExpression'>,
): Schedule {
  return {
    Arn: arnIn(place, 'scheduler', `schedule/default/${Name}`),
    GroupName: 'default',
    Name,
    ScheduleExpressionTimezone: 'UTC',
    State: 'ENABLED',
    CreationDate: secondsAgo(place, 120),
    LastModificationDate: secondsAgo(place, 120),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ...rest,
  }
}
