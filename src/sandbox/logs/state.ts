/** As CloudWatch Logs describes it; times are in milliseconds. */
export interface LogGroup {
  logGroupName: string
  creationTime: number
  /** Absent: for ever. */
  retentionInDays?: number
  metricFilterCount?: number
  /** With `:*` at the end. */
  arn: string
  /** Without it. */
  logGroupArn: string
  storedBytes: number
  kmsKeyId?: string
  logGroupClass: 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY'
  deletionProtectionEnabled: boolean
}

export interface MetricFilter {
  filterName: string
  logGroupName: string
  filterPattern: string
  metricTransformations: {
    metricName: string
    metricNamespace: string
    metricValue: string
    defaultValue?: number
    unit?: string
  }[]
  creationTime: number
}

export interface SubscriptionFilter {
  filterName: string
  logGroupName: string
  filterPattern: string
  destinationArn: string
  roleArn?: string
  distribution: 'ByLogStream' | 'Random'
  creationTime: number
}

export interface LogsState {
  groups: LogGroup[]
  metricFilters: MetricFilter[]
  subscriptionFilters: SubscriptionFilter[]
  /** Of groups, by their ARN without `:*`. */
  tags?: Record<string, Record<string, string>>
}
