import {
  type FunctionConfiguration,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  paginateListFunctions,
} from '@aws-sdk/client-lambda'
import { inParallel } from '../../core/parallel.ts'
import type { LambdaFunction } from '../neighbours.ts'
import { type Asking, ask, askAll, unlessNone } from './question.ts'

const atOnce = 4

/** All functions; more is asked of those from an image, and of those in `scheduled` (ARNs). Never a variable's value. */
export async function collectFunctions(
  { aws, signal }: Asking,
  scheduled: ReadonlySet<string>,
): Promise<LambdaFunction[]> {
  const client = new LambdaClient(aws.clientConfig('lambda'))
  try {
    const listed = await askAll(
      'lambda:ListFunctions',
      paginateListFunctions({ client }, {}, { abortSignal: signal }),
      (page) => page.Functions,
    )
    const found = new Map<string, LambdaFunction>()
    await inParallel(listed, atOnce, async (one) => {
      const arn = one.FunctionArn ?? ''
      const image = one.PackageType === 'Image' ? await imageOf(client, arn, signal) : undefined
      const onFailure = scheduled.has(arn) ? await onFailureOf(client, arn, signal) : undefined
      found.set(arn, { ...toFunction(one), ...(image && { image }), ...(onFailure && { onFailure }) })
    })
    return listed.flatMap(({ FunctionArn = '' }) => found.get(FunctionArn) ?? [])
  } finally {
    client.destroy()
  }
}

function toFunction(found: FunctionConfiguration): LambdaFunction {
  const name = found.FunctionName ?? ''
  return {
    name,
    arn: found.FunctionArn ?? '',
    role: found.Role ?? '',
    ...(found.Runtime && { runtime: found.Runtime }),
    ...(found.DeadLetterConfig?.TargetArn && { deadLetter: found.DeadLetterConfig.TargetArn }),
    logGroup: found.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    environment: Object.keys(found.Environment?.Variables ?? {}).sort(),
  }
}

/** With its digest where Lambda tells it: that is what runs, whatever the tag says today. */
async function imageOf(client: LambdaClient, arn: string, signal: AbortSignal): Promise<string | undefined> {
  const command = new GetFunctionCommand({ FunctionName: arn })
  const { Code } = await ask('lambda:GetFunction', client.send(command, { abortSignal: signal }))
  return Code?.ResolvedImageUri ?? Code?.ImageUri
}

async function onFailureOf(
  client: LambdaClient,
  arn: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: arn })
  const found = await unlessNone(
    ask('lambda:GetFunctionEventInvokeConfig', client.send(command, { abortSignal: signal })),
    'ResourceNotFoundException',
  )
  return found?.DestinationConfig?.OnFailure?.Destination
}
