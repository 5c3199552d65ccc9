/** As Lambda describes it. */
export interface FunctionConfiguration {
  FunctionName: string
  FunctionArn: string
  /** Absent for functions from an image. */
  Runtime?: string
  Handler?: string
  Role: string
  CodeSize: number
  Description: string
  Timeout: number
  MemorySize: number
  LastModified: string
  CodeSha256: string
  Version: string
  DeadLetterConfig?: { TargetArn: string }
  Environment?: { Variables: Record<string, string> }
  KMSKeyArn?: string
  TracingConfig: { Mode: string }
  RevisionId: string
  PackageType: 'Zip' | 'Image'
  Architectures: string[]
  LoggingConfig: { LogFormat: string; LogGroup: string }
}

export interface FunctionState {
  configuration: FunctionConfiguration
  /** Of functions from an image: as written, and what it was when the function was made. */
  image?: { uri: string; resolved: string }
  tags: Record<string, string>
  policy?: string
  /** Of asynchronous calls. Time in seconds. */
  invoke?: {
    LastModified: number
    MaximumRetryAttempts: number
    MaximumEventAgeInSeconds: number
    DestinationConfig: { OnSuccess: { Destination?: string }; OnFailure: { Destination?: string } }
  }
}

export interface EventSourceMapping {
  UUID: string
  EventSourceArn: string
  FunctionArn: string
  BatchSize: number
  /** Seconds. */
  LastModified: number
  State: string
}

export interface LambdaState {
  functions: FunctionState[]
  mappings: EventSourceMapping[]
}
