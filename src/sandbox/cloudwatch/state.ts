export interface Dimension {
  Name: string
  Value: string
}

/** As CloudWatch describes it; times are in seconds, as on the wire. */
interface AnyAlarm {
  AlarmName: string
  AlarmArn: string
  AlarmDescription?: string
  ActionsEnabled: boolean
  OKActions: string[]
  AlarmActions: string[]
  InsufficientDataActions: string[]
  StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
  StateReason: string
  StateUpdatedTimestamp: number
  AlarmConfigurationUpdatedTimestamp: number
}

export interface MetricAlarm extends AnyAlarm {
  MetricName?: string
  Namespace?: string
  Statistic?: string
  Dimensions: Dimension[]
  Period?: number
  EvaluationPeriods: number
  DatapointsToAlarm?: number
  Threshold?: number
  ComparisonOperator: string
  TreatMissingData?: string
}

export interface CompositeAlarm extends AnyAlarm {
  AlarmRule: string
}

/** A metric, and what was measured: time in milliseconds and the sum of that minute. */
export interface Metric {
  Namespace: string
  MetricName: string
  Dimensions: Dimension[]
  points: [time: number, sum: number][]
}

export interface CloudWatchState {
  metricAlarms: MetricAlarm[]
  compositeAlarms: CompositeAlarm[]
  metrics: Metric[]
}
