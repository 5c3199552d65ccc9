import type { Answer } from './inventory.ts'

/** What surrounds a registry: identities, logs, alarms, events, network. Everything is as the services say it. */

/** Times are ISO 8601; policy documents are JSON text, URL decoding done. */
export interface Identities {
  users: IamUser[]
  roles: IamRole[]
  groups: IamGroup[]
  /** Customer managed ones, and those of AWS that somebody has attached; the default version of each. */
  policies: IamPolicy[]
}

interface IamHolder {
  name: string
  arn: string
  inline: { name: string; document: string }[]
  /** ARNs of managed policies. */
  attached: string[]
}

export interface IamUser extends IamHolder {
  id: string
  createdAt: string
  groups: string[]
  /** ARN of the managed policy that is its permissions boundary. */
  boundary?: string
  tags: Record<string, string>
}

export interface IamRole extends IamHolder {
  id: string
  createdAt: string
  trust: string
  boundary?: string
  lastUsed?: string
  tags: Record<string, string>
}

export type IamGroup = IamHolder

export interface IamPolicy {
  arn: string
  name: string
  document: string
}

/** One row of the credential report; `<root_account>` is the account's root. */
export interface UserCredentials {
  user: string
  arn: string
  /** May sign in to the console. */
  password: boolean
  passwordLastUsed?: string
  mfa: boolean
  keys: { active: boolean; rotatedAt?: string; lastUsed?: string; lastUsedService?: string }[]
}

export interface Trail {
  name: string
  arn: string
  homeRegion: string
  multiRegion: boolean
  organization: boolean
  globalEvents: boolean
  logFileValidation: boolean
  kmsKey?: string
  bucket: string
  /** ARN of the CloudWatch log group that it delivers to. */
  logGroup?: string
  /** ARN of the role by which it does. */
  logsRole?: string
  status: Answer<TrailStatus>
  selectors: Answer<TrailSelectors>
  bucketSettings: Answer<BucketSettings>
}

export interface TrailStatus {
  logging: boolean
  lastDelivery?: string
  /** The error of the last delivery to the bucket, if it failed. */
  deliveryError?: string
  lastLogsDelivery?: string
  logsDeliveryError?: string
}

export interface TrailSelectors {
  classic: { readWrite: string; managementEvents: boolean; excludedSources: string[] }[]
  advanced: { name: string; fields: AdvancedField[] }[]
}

export interface AdvancedField {
  field: string
  equals: string[]
  notEquals: string[]
  startsWith: string[]
  notStartsWith: string[]
  endsWith: string[]
  notEndsWith: string[]
}

export interface BucketSettings {
  /** As S3 sees its policy. */
  publicByPolicy: boolean
  /** Grants of its ACL to everybody or to any AWS user. */
  publicByAcl: boolean
  /** All four switches of its public access block. */
  blocksPublicAccess: boolean
  versioning: boolean
  mfaDelete: boolean
  kmsKey?: string
}

export interface LogGroup {
  name: string
  arn: string
  /** Absent: for ever. */
  retentionDays?: number
}

export interface MetricFilter {
  name: string
  logGroup: string
  pattern: string
  metrics: { namespace: string; name: string; value: string }[]
}

export interface Alarm {
  name: string
  arn: string
  /** Absent for composite alarms and for those on a metric expression. */
  metric?: { namespace: string; name: string; dimensions: Record<string, string> }
  /** Other alarms that a composite alarm's rule names. */
  children: string[]
  actionsEnabled: boolean
  /** What it does when it goes off: ARNs. */
  actions: string[]
  statistic?: string
  threshold?: number
  comparison?: string
  periodSeconds?: number
  evaluationPeriods?: number
  /** How many of these periods must be over the threshold; absent: all. */
  datapointsToAlarm?: number
  missingData?: string
}

export interface Topic {
  arn: string
  subscriptions: { protocol: string; endpoint: string; confirmed: boolean }[]
}

export interface EventRule {
  name: string
  arn: string
  bus: string
  enabled: boolean
  /** EventBridge sends it API calls that only read, too, which it does for rules that ask for them. */
  readingCalls?: boolean
  /** JSON text. */
  pattern?: string
  schedule?: string
  targets: EventTarget[]
}

export interface EventTarget {
  arn: string
  deadLetter?: string
  /** Of a target that runs an ECS task. */
  taskDefinition?: string
}

/** Of EventBridge Scheduler. */
export interface Schedule {
  name: string
  arn: string
  enabled: boolean
  expression: string
  target: EventTarget
}

export interface VpcEndpoint {
  id: string
  /** `com.amazonaws.eu-west-1.ecr.api`. */
  service: string
  type: string
  state: string
  vpc: string
  /** JSON text. */
  policy?: string
  privateDns: boolean
}

export interface LambdaFunction {
  name: string
  arn: string
  role: string
  /** Absent for functions from an image. */
  runtime?: string
  /** As written; of functions from an image. */
  image?: string
  deadLetter?: string
  /** Where what an asynchronous call could not do goes. */
  onFailure?: string
  logGroup: string
  environment: string[]
}

export type UseSource = 'ecs' | 'lambda' | 'app-runner' | 'batch' | 'sagemaker' | 'file'

/** Something that runs, or will run, an image of this registry. */
export interface ImageUse {
  source: UseSource
  repository: string
  /** One of both at least; a running task has both. */
  tag?: string
  digest?: string
  /** The ARN of what uses it, or the file and line. */
  by: string
  /** `task`, `service`, `task definition`, `scheduled task`, `function`, ... */
  what: string
}

export interface PublicRepository {
  name: string
  arn: string
  uri: string
  createdAt: string
  tags: Answer<Record<string, string>>
}
