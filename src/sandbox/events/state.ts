/** As EventBridge describes it; times are in seconds, as on the wire. */
export interface Rule {
  Name: string
  Arn: string
  EventPattern?: string
  State: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'
  Description?: string
  ScheduleExpression?: string
  RoleArn?: string
  ManagedBy?: string
  EventBusName: string
}

export interface Target {
  Id: string
  Arn: string
  RoleArn?: string
  Input?: string
  EcsParameters?: { TaskDefinitionArn: string; TaskCount: number; LaunchType?: string }
  DeadLetterConfig?: { Arn: string }
  RetryPolicy?: { MaximumRetryAttempts: number; MaximumEventAgeInSeconds: number }
}

export interface EventBus {
  Name: string
  Arn: string
  Description?: string
  Policy?: string
  CreationTime: number
  LastModifiedTime: number
}

/** The bus `default` is always there, and not listed here. */
export interface EventsState {
  buses: EventBus[]
  rules: { rule: Rule; targets: Target[] }[]
}
