import { AwsError } from '../http.ts'
import {
  invalid,
  needInteger,
  needText,
  needTexts,
  readFlag,
  readInteger,
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
  const evaluated = needInteger(call, 'EvaluationPeriods', { min: 1, max: 1440 })
  const alarming = readInteger(call, 'DatapointsToAlarm', { min: 1, max: evaluated })
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
    EvaluationPeriods: evaluated,
    ...(alarming !== undefined && { DatapointsToAlarm: alarming }),
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

export function enableAlarmActions(call: NeighbourCall): Record<string, unknown> {
  return switchActions(call, true)
}

export function disableAlarmActions(call: NeighbourCall): Record<string, unknown> {
  return switchActions(call, false)
}

/** Names of alarms that are not there are passed over. */
function switchActions(call: NeighbourCall, on: boolean): Record<string, unknown> {
  const names = needTexts(call, 'AlarmNames', 100)
  const { metricAlarms, compositeAlarms } = stateOf(call)
  for (const alarm of [...metricAlarms, ...compositeAlarms])
    if (names.includes(alarm.AlarmName)) alarm.ActionsEnabled = on
  return {}
}

/** Those that are there go, whatever else is named; of composite alarms one at a time, unless another needs it. */
export function deleteAlarms(call: NeighbourCall): Record<string, unknown> {
  const names = needTexts(call, 'AlarmNames', 100)
  const state = ownState(call)
  const isNamed = ({ AlarmName }: { AlarmName: string }) => names.includes(AlarmName)
  const composite = state.compositeAlarms.filter(isNamed)
  if (composite.length > 1) throw invalid(call, 'AlarmNames', 'must have no more than one composite alarm')
  const left = state.compositeAlarms.filter((each) => !isNamed(each))
  const needed = left.some(({ AlarmRule }) => names.some((name) => mentions(AlarmRule, name)))
  // Assumption: a metric alarm that a composite alarm looks at stays like a composite one.
  if (needed) throw new AwsError('ResourceConflict', 'A composite alarm depends on the alarm.')
  state.compositeAlarms = left
  state.metricAlarms = state.metricAlarms.filter((each) => !isNamed(each))
  return {}
}

/** `ALARM("name")`, `OK(name)`, or the ARN in the place of the name. */
function mentions(rule: string, name: string): boolean {
  return [...rule.matchAll(/\(\s*"?([^"()]+)"?\s*\)/g)].some(
    ([, text = '']) => text.trim() === name || text.trim().endsWith(`:alarm:${name}`),
  )
}

function ownState(call: NeighbourCall): CloudWatchState {
  const state = stateOf(call)
  call.account.cloudwatch = { ...call.account.cloudwatch, [call.caller.region]: state }
  return state
}
