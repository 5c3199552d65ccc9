import type { ChangingService } from './call.ts'

/** The SDK's clients, loaded when a step needs them. A new service is a line here and a name in `call.ts`. */
const modules = {
  ecr: async () => pair(await import('@aws-sdk/client-ecr'), 'ECRClient'),
  kms: async () => pair(await import('@aws-sdk/client-kms'), 'KMSClient'),
  iam: async () => pair(await import('@aws-sdk/client-iam'), 'IAMClient'),
  cloudtrail: async () => pair(await import('@aws-sdk/client-cloudtrail'), 'CloudTrailClient'),
  cloudwatch: async () => pair(await import('@aws-sdk/client-cloudwatch'), 'CloudWatchClient'),
  logs: async () => pair(await import('@aws-sdk/client-cloudwatch-logs'), 'CloudWatchLogsClient'),
  events: async () => pair(await import('@aws-sdk/client-eventbridge'), 'EventBridgeClient'),
  sns: async () => pair(await import('@aws-sdk/client-sns'), 'SNSClient'),
  ec2: async () => pair(await import('@aws-sdk/client-ec2'), 'EC2Client'),
  lambda: async () => pair(await import('@aws-sdk/client-lambda'), 'LambdaClient'),
  s3: async () => pair(await import('@aws-sdk/client-s3'), 'S3Client'),
}

interface Loaded<M> {
  module: M
  Client: new (config: Record<string, unknown>) => unknown
}

function pair<M extends object>(module: M, client: keyof M): Loaded<M> {
  return { module, Client: module[client] as Loaded<M>['Client'] }
}

export async function loadService(service: ChangingService): Promise<Loaded<Record<string, unknown>>> {
  return (await modules[service]()) as Loaded<Record<string, unknown>>
}

type ModuleOf<S extends ChangingService> = Awaited<ReturnType<(typeof modules)[S]>>['module']

/** `GetRepositoryPolicy`, for every command of the service's client. */
export type OperationOf<S extends ChangingService> = keyof ModuleOf<S> extends infer Name
  ? Name extends `${infer O}Command`
    ? O
    : never
  : never

type CommandOf<S extends ChangingService, O extends string> =
  ModuleOf<S> extends Record<`${O}Command`, abstract new (input: never) => infer Made> ? Made : never

export type InputOf<S extends ChangingService, O extends string> =
  CommandOf<S, O> extends { readonly input: infer I } ? I : never

export type OutputOf<S extends ChangingService, O extends string> =
  CommandOf<S, O> extends {
    resolveMiddlewareWithContext(...all: never[]): (...all: never[]) => Promise<{ output: infer Out }>
  }
    ? Out
    : never
