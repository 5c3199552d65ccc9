import type { Budget } from './budget.ts'
import type { BudgetLimits } from './quotas.ts'

/** By the prefix of their IAM actions. */
export type AwsService =
  | 'ecr'
  | 's3'
  | 'sts'
  | 'kms'
  | 'iam'
  | 'cloudtrail'
  | 'cloudwatch'
  | 'logs'
  | 'events'
  | 'scheduler'
  | 'sns'
  | 'ec2'
  | 'ecs'
  | 'lambda'
  | 'apprunner'
  | 'batch'
  | 'sagemaker'
  | 'organizations'
  | 'ecr-public'

/** What the SDK calls an identity: keys, and a session token when they are temporary. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export type CredentialsProvider = () => Promise<AwsCredentials>

/** Where credentials, Region and endpoints come from. What is absent comes from the SDK's own chain. */
export interface AwsSettings {
  profile?: string
  region?: string
  roleArn?: string
  externalId?: string
  /** Given by the program (demo, tests): beats the chain. */
  credentials?: AwsCredentials
  /** Beats AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>. */
  endpoint?: string
  /** The `/v2/` endpoint; beats HOLDFAST_REGISTRY_ENDPOINT and what GetAuthorizationToken says (law 8). */
  registryEndpoint?: string
  /** What requests to ECR may take of the account's quotas; default: a quarter. Given, it holds on this machine too. */
  budget?: BudgetLimits
}

export interface AwsIdentity {
  account: string
  arn: string
  /** True when the endpoint says that it is the sandbox (law 9). */
  simulated: boolean
}

/** One set of credentials in one Region, and everything needed to build clients for it. */
export interface AwsContext {
  readonly region: string
  readonly registryEndpoint: string | undefined
  /** Spread into the constructor of an SDK client: Region, credentials, endpoint, retries, counting. */
  clientConfig(service: AwsService): Record<string, unknown>
  /** The custom endpoint in force, if any. */
  endpointOf(service: AwsService): string | undefined
  credentials: CredentialsProvider
  /** Shared by everything that asks ECR, the API and `/v2/` alike (law 6). */
  readonly budget: Budget
  /** Asks STS once; later calls answer from memory. */
  identity(): Promise<AwsIdentity>
  /** Requests sent so far, by `service:Operation`, retries included. */
  requests(): Record<string, number>
  close(): void
}
