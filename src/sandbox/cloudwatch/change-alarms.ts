import {
  invalid,
  needInteger,
  needText,
  needTexts,
  readFlag,
  readText,
  readTexts,
  refuse,
} from '../neighbour/input.ts'
import { arnOf, type NeighbourCall } from '../neighbour/service.ts'
import { checkPeriod, readDimensions, stateOf, statistics } from './metrics.ts'
import type { CloudWatchState, MetricAlarm } from './state.ts'

const comparisons = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
const missing = ['breaching', 'notBreaching', 'ignore', 'missing']

/** Makes an alarm on one metric, or replaces the one of that name as a whole. */
export function putMetricAlarm(call: NeighbourCall): Record<string, unknown> {
  refuse(
    call,
    'Metrics',
    'ExtendedStatistic',
    'ThresholdMetricId',
    'EvaluateLowSampleCountPercentile',
    'Unit',
  )
  refuse(call, 'Tags')
  const name = needText(call, 'AlarmName')
  if (name.length > 255) throw invalid(call, 'AlarmName', 'must have length less than or equal to 255')
  const state = ownState(call)
  const before = state.metricAlarms.find(({ AlarmName }) => AlarmName === name)
  const at = Math.floor(call.world.now() / 1000)
  const alarm: MetricAlarm = {
    ...settingsOf(call, name),
    ...actionsOf(call),
    StateValue: before?.StateValue ?? 'INSUFFICIENT_DATA',
    StateReason: before?.StateReason ?? 'Unchecked: Initial alarm creation',
    StateUpdatedTimestamp: before?.StateUpdatedTimestamp ?? at,
    AlarmConfigurationUpdatedTimestamp: at,
  }
  state.metricAlarms = [...state.metricAlarms.filter((each) => each !== before), alarm]
  return {}
}

function settingsOf(call: NeighbourCall, name: string) {
  const description = readText(call, 'AlarmDescription')
  const threshold = call.input['Threshold']
  if (typeof threshold !== 'number') throw invalid(call, 'Threshold', 'must be a number')
  const comparison = needText(call, 'ComparisonOperator')
  if (!comparisons.includes(comparison))
    throw invalid(call, 'ComparisonOperator', `must satisfy enum value set: [${comparisons.join(', ')}]`)
  const statistic = needText(call, 'Statistic')
  if (!statistics.includes(statistic))
    throw invalid(call, 'Statistic', `must satisfy enum value set: [${statistics.join(', ')}]`)
  const treated = readText(call, 'TreatMissingData', missing)
  return {
    AlarmName: name,
    AlarmArn: arnOf(call, 'cloudwatch', `alarm:${name}`),
    ...(description !== undefined && { AlarmDescription: description }),
    MetricName: needText(call, 'MetricName'),
    Namespace: needText(call, 'Namespace'),
    Statistic: statistic,
    Dimensions: readDimensions(call),
    Period: checkPeriod(call, call.input['Period']),
    EvaluationPeriods: needInteger(call, 'EvaluationPeriods', { min: 1, max: 1440 }),
    Threshold: threshold,
    ComparisonOperator: comparison,
    ...(treated !== undefined && { TreatMissingData: treated }),
  }
}

function actionsOf(call: NeighbourCall) {
  const listed = (member: string) => {
    const arns = readTexts(call, member, 5) ?? []
    if (arns.every((arn) => arn.startsWith('arn:'))) return arns
    throw invalid(call, member, 'must be ARNs')
  }
  return {
    ActionsEnabled: readFlag(call, 'ActionsEnabled') ?? true,
    OKActions: listed('OKActions'),
    AlarmActions: listed('AlarmActions'),
    InsufficientDataActions: listed('InsufficientDataActions'),
  }
}

/** Names of alarms that are not there are passed over. */
export function enableAlarmActions(call: NeighbourCall): Record<string, unknown> {
  const names = needTexts(call, 'AlarmNames', 100)
  const { metricAlarms, compositeAlarms } = stateOf(call)
  for (const alarm of [...metricAlarms, ...compositeAlarms])
    if (names.includes(alarm.AlarmName)) alarm.ActionsEnabled = true
  return {}
}

function ownState(call: NeighbourCall): CloudWatchState {
  const state = stateOf(call)
  call.account.cloudwatch = { ...call.account.cloudwatch, [call.caller.region]: state }
  return state
}
