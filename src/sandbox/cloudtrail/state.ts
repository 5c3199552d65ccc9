import type { SeenCalls } from './events.ts'

/** As CloudTrail describes it; times are in seconds, as on the wire. */
export interface Trail {
  Name: string
  TrailARN: string
  HomeRegion: string
  S3BucketName: string
  S3KeyPrefix?: string
  SnsTopicARN?: string
  IncludeGlobalServiceEvents: boolean
  IsMultiRegionTrail: boolean
  IsOrganizationTrail: boolean
  LogFileValidationEnabled: boolean
  CloudWatchLogsLogGroupArn?: string
  CloudWatchLogsRoleArn?: string
  KmsKeyId?: string
  HasCustomEventSelectors: boolean
  HasInsightSelectors: boolean
}

export interface TrailStatus {
  IsLogging: boolean
  StartLoggingTime?: number
  StopLoggingTime?: number
  LatestDeliveryTime?: number
  LatestDeliveryError?: string
  LatestDigestDeliveryTime?: number
  LatestCloudWatchLogsDeliveryTime?: number
  LatestCloudWatchLogsDeliveryError?: string
}

export interface EventSelector {
  ReadWriteType: 'All' | 'ReadOnly' | 'WriteOnly'
  IncludeManagementEvents: boolean
  ExcludeManagementEventSources: string[]
  DataResources: { Type: string; Values: string[] }[]
}

export interface FieldSelector {
  Field: string
  Equals?: string[]
  NotEquals?: string[]
  StartsWith?: string[]
  NotStartsWith?: string[]
  EndsWith?: string[]
  NotEndsWith?: string[]
}

/** A trail has selectors of the one kind or of the other. */
export interface TrailSelectors {
  EventSelectors?: EventSelector[]
  AdvancedEventSelectors?: { Name: string; FieldSelectors: FieldSelector[] }[]
}

export interface TrailState {
  trail: Trail
  status: TrailStatus
  selectors: TrailSelectors
}

export interface CloudTrailState {
  /** In their home Region. */
  trails: TrailState[]
  /** The history of events of this Region; absent: nothing was called yet. */
  history?: SeenCalls
}

/** What every trail has that nobody has asked for anything else: all management events. */
export const everyManagementEvent: TrailSelectors = {
  EventSelectors: [
    {
      ReadWriteType: 'All',
      IncludeManagementEvents: true,
      ExcludeManagementEventSources: [],
      DataResources: [],
    },
  ],
}
