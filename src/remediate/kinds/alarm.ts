import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { arnAt, callOn, type Members, picked } from './picked.ts'

/** A metric alarm as PutMetricAlarm takes it, without its name; tags stay as they are. */
export type AlarmState = Members

const members = [
  ...['AlarmDescription', 'ActionsEnabled', 'OKActions', 'AlarmActions', 'InsufficientDataActions'],
  ...['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Dimensions', 'Period', 'Unit'],
  ...['EvaluationPeriods', 'DatapointsToAlarm', 'Threshold', 'ComparisonOperator', 'TreatMissingData'],
  ...['EvaluateLowSampleCountPercentile', 'Metrics', 'ThresholdMetricId', 'EvaluationCriteria'],
  'EvaluationInterval',
]

export const alarm: Kind<AlarmState> = {
  name: 'alarm',
  title: 'alarm',
  reads: () => [{ action: 'cloudwatch:DescribeAlarms', resource: '*' }],
  read: async (door, { resource, region }) => {
    const { MetricAlarms = [] } = await door.ask('cloudwatch', 'DescribeAlarms', {
      input: { AlarmNames: [resource], AlarmTypes: ['MetricAlarm'] },
      ...{ region, resource },
    })
    const [found] = MetricAlarms
    return { state: found ? picked(found, members) : null }
  },
  calls: ({ resource: AlarmName, region, from, to, place }) => {
    const resource = arnAt(place, 'cloudwatch', `alarm:${AlarmName}`)
    if (to !== null)
      return sentTo(region, [
        callOn('cloudwatch', 'PutMetricAlarm', { input: { AlarmName, ...to }, resource }),
      ])
    if (from === null) return []
    return sentTo(region, [
      callOn('cloudwatch', 'DeleteAlarms', { input: { AlarmNames: [AlarmName] }, resource }),
    ])
  },
  // Somebody gets mails that did not come before.
  risk: () => 'visible',
  cloudformation: ({ resource }, state) => ({
    type: 'AWS::CloudWatch::Alarm',
    properties: { AlarmName: resource, ...withoutEmpty(state) },
    identifier: { AlarmName: resource },
  }),
  terraform: ({ resource }, state) => ({
    type: 'aws_cloudwatch_metric_alarm',
    arguments: {
      alarm_name: resource,
      ...Object.fromEntries(
        Object.entries(inTerraform).flatMap(([name, spelled]) => {
          const value = withoutEmpty(state)[name]
          return value === undefined ? [] : [[spelled, value]]
        }),
      ),
    },
    importId: resource,
  }),
}

const inTerraform = {
  AlarmDescription: 'alarm_description',
  ActionsEnabled: 'actions_enabled',
  OKActions: 'ok_actions',
  AlarmActions: 'alarm_actions',
  InsufficientDataActions: 'insufficient_data_actions',
  MetricName: 'metric_name',
  Namespace: 'namespace',
  Statistic: 'statistic',
  ExtendedStatistic: 'extended_statistic',
  Period: 'period',
  Unit: 'unit',
  EvaluationPeriods: 'evaluation_periods',
  DatapointsToAlarm: 'datapoints_to_alarm',
  Threshold: 'threshold',
  ComparisonOperator: 'comparison_operator',
  TreatMissingData: 'treat_missing_data',
} as const

function withoutEmpty(state: Members): { [name: string]: NonNullable<Members[string]> } {
  const kept = Object.entries(state).filter(([, value]) => !(Array.isArray(value) && value.length === 0))
  return Object.fromEntries(kept.flatMap(([name, value]) => (value == null ? [] : [[name, value]])))
}
