/** As EventBridge Scheduler describes it; times are in seconds, as on the wire. */
export interface Schedule {
  Arn: string
  GroupName: string
  Name: string
  Description?: string
  ScheduleExpression: string
  ScheduleExpressionTimezone: string
  State: 'ENABLED' | 'DISABLED'
  CreationDate: number
  LastModificationDate: number
  Target: {
    Arn: string
    RoleArn: string
    Input?: string
    DeadLetterConfig?: { Arn: string }
    EcsParameters?: { TaskDefinitionArn: string; TaskCount: number; LaunchType?: string }
    RetryPolicy?: { MaximumEventAgeInSeconds: number; MaximumRetryAttempts: number }
  }
  FlexibleTimeWindow: { Mode: 'OFF' | 'FLEXIBLE'; MaximumWindowInMinutes?: number }
}

/** The group `default` is always there, and not listed here. */
export interface SchedulerState {
  groups: string[]
  schedules: Schedule[]
}
