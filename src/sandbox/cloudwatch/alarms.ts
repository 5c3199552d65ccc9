import { invalid, needText, readInteger, readText, readTexts, refuse } from '../neighbour/input.ts'
import { pageOf } from '../neighbour/page.ts'
import type { NeighbourCall } from '../neighbour/service.ts'
import { readDimensions, sameDimensions, stateOf } from './metrics.ts'
import type { CompositeAlarm, MetricAlarm } from './state.ts'

const types = ['CompositeAlarm', 'MetricAlarm', 'LogAlarm']
const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA']

type AnyAlarm = { kind: string; alarm: MetricAlarm | CompositeAlarm }

/** Without AlarmTypes only metric alarms are answered. */
export function describeAlarms(call: NeighbourCall): Record<string, unknown> {
  refuse(call, 'ChildrenOfAlarmName', 'ParentsOfAlarmName')
  const { items, more } = pageOf(call, wanted(call), {
    token: 'NextToken',
    size: 'MaxRecords',
    default: 50,
    most: 100,
    keyOf: ({ alarm }) => alarm.AlarmName,
  })
  const those = (wantedKind: string) =>
    items.filter(({ kind }) => kind === wantedKind).map(({ alarm }) => alarm)
  return { MetricAlarms: those('MetricAlarm'), CompositeAlarms: those('CompositeAlarm'), ...more }
}

function wanted(call: NeighbourCall): AnyAlarm[] {
  const kinds = readTexts(call, 'AlarmTypes', types.length) ?? ['MetricAlarm']
  const strange = kinds.find((kind) => !types.includes(kind))
  if (strange !== undefined) throw invalid(call, 'AlarmTypes', `must satisfy enum value set: [${types}]`)
  const names = readTexts(call, 'AlarmNames', 100)
  const prefix = readText(call, 'AlarmNamePrefix')
  if (names && prefix !== undefined) {
    throw invalid(call, 'AlarmNamePrefix', 'cannot be used together with AlarmNames')
  }
  const value = readText(call, 'StateValue', states)
  const action = readText(call, 'ActionPrefix') ?? ''
  return allAlarms(call).filter(
    ({ kind, alarm }) =>
      kinds.includes(kind) &&
      (names === undefined || names.includes(alarm.AlarmName)) &&
      alarm.AlarmName.startsWith(prefix ?? '') &&
      (value === undefined || alarm.StateValue === value) &&
      (action === '' || alarm.AlarmActions.some((each) => each.startsWith(action))),
  )
}

function allAlarms(call: NeighbourCall): AnyAlarm[] {
  const { metricAlarms, compositeAlarms } = stateOf(call)
  return [
    ...metricAlarms.map((alarm) => ({ kind: 'MetricAlarm', alarm })),
    ...compositeAlarms.map((alarm) => ({ kind: 'CompositeAlarm', alarm })),
  ]
}

/** All on one page: the API has none. The dimensions must be exactly the alarm's. */
export function describeAlarmsForMetric(call: NeighbourCall): Record<string, unknown> {
  const [name, namespace] = [needText(call, 'MetricName'), needText(call, 'Namespace')]
  const statistic = readText(call, 'Statistic')
  const period = readInteger(call, 'Period', { min: 1, max: Number.MAX_SAFE_INTEGER })
  const dimensions = readDimensions(call)
  const found = stateOf(call).metricAlarms.filter(
    (alarm) =>
      alarm.MetricName === name &&
      alarm.Namespace === namespace &&
      sameDimensions(alarm.Dimensions, dimensions) &&
      (statistic === undefined || alarm.Statistic === statistic) &&
      (period === undefined || alarm.Period === period),
  )
  return { MetricAlarms: found }
}
