import type { Inventory } from '../../inventory/inventory.ts'
import type { Alarm, MetricFilter } from '../../inventory/neighbours.ts'
import type { FixContext } from '../fix.ts'
import { alarm } from '../kinds/alarm.ts'
import { metricFilter } from '../kinds/metric-filter.ts'
import { arnAt } from '../kinds/picked.ts'
import type { Ear } from './ear.ts'
import type { Listening } from './hearing.ts'
import type { Recording } from './recording.ts'

export interface NewAlarm {
  /** Of the filter and of the alarm. */
  name: string
  description: string
  pattern: string
  metric: string
  why: string
}

const namespace = 'Holdfast/ECR'

/** The log group of a trail into which it can write; undefined: what it records cannot be counted. */
export function countable({ trail }: Recording, { registry, logGroups }: Inventory): string | undefined {
  const { logGroup, status, homeRegion } = trail
  const name = logGroup?.split(':log-group:')[1]
  const fails = 'ok' in status && status.ok.logsDeliveryError !== undefined
  const isThere = 'ok' in logGroups && logGroups.ok.some((one) => one.name === name)
  // An alarm is where its metric is, and its topic with it.
  const isHere = homeRegion === registry.region
  return isThere && isHere && !fails ? name : undefined
}

/** A filter of the trail's log group counts, and an alarm on what it counts tells the topic. */
export function byAlarm(context: FixContext, group: string, wanted: NewAlarm) {
  return (ear: Ear): Listening => ({
    publisher: 'cloudwatch',
    project: (before) => withAlarm(before, { group, wanted, ear }),
    propose: () => propose(context, { group, wanted, ear }),
  })
}

interface Proposed {
  group: string
  wanted: NewAlarm
  ear: Ear
}

function propose({ draft }: FixContext, { group, wanted, ear }: Proposed): void {
  const { name, pattern, metric, description, why } = wanted
  const metricTransformations = [{ metricName: metric, metricNamespace: namespace, metricValue: '1' }]
  draft.change(
    metricFilter,
    `${group}:${name}`,
    (state) => ({ ...state, filterPattern: pattern, metricTransformations }),
    {
      why: `CloudWatch counts them in the log group ${group}.`,
    },
  )
  const on = { MetricName: metric, Namespace: namespace, AlarmDescription: description, ...everyFiveMinutes }
  draft.change(
    alarm,
    name,
    (state) => ({
      ...noActions,
      ...state,
      ...on,
      AlarmActions: withAction(state?.['AlarmActions'], ear.arn),
    }),
    { why },
  )
}

const noActions = { OKActions: [], InsufficientDataActions: [] }
/** One in five minutes sets it off; nothing counted is no alarm. */
const everyFiveMinutes = {
  ActionsEnabled: true,
  Statistic: 'Sum',
  Dimensions: [],
  Period: 300,
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
}

function withAction(actions: unknown, arn: string): string[] {
  const before = Array.isArray(actions) ? (actions as string[]) : []
  return before.includes(arn) ? before : [...before, arn]
}

function withAlarm(inventory: Inventory, { group, wanted, ear }: Proposed): Inventory {
  const { name, pattern, metric } = wanted
  const { metricFilters, alarms, registry } = inventory
  const filter: MetricFilter = {
    ...{ name, logGroup: group, pattern },
    metrics: [{ namespace, name: metric, value: '1' }],
  }
  const made: Alarm = {
    ...{ name, arn: arnAt(registry, 'cloudwatch', `alarm:${name}`), children: [] },
    metric: { namespace, name: metric, dimensions: {} },
    ...{ actionsEnabled: true, actions: [ear.arn], statistic: 'Sum', threshold: 1, evaluationPeriods: 1 },
    ...{ comparison: 'GreaterThanOrEqualToThreshold', periodSeconds: 300, datapointsToAlarm: 1 },
  }
  return {
    ...inventory,
    metricFilters: { ok: [...('ok' in metricFilters ? metricFilters.ok : []), filter] },
    alarms: { ok: [...('ok' in alarms ? alarms.ok : []), made] },
  }
}
