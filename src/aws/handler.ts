import { Readable } from 'node:stream'
import { STSClient } from '@aws-sdk/client-sts'
import type { Budget } from './budget.ts'
import type { AwsService } from './context.ts'
import { operationOf, type SentRequest } from './operation.ts'

interface Answer {
  response: { statusCode: number; headers: Record<string, string>; body?: unknown }
}

/** What SDK clients call for every attempt, after signing. */
export interface RequestHandler {
  metadata: { handlerProtocol: string }
  handle(request: SentRequest, options?: { abortSignal?: AbortSignal }): Promise<Answer>
  destroy(): void
  updateHttpClientConfig(key: never, value: never): void
  httpHandlerConfigs(): object
}

/** What the handlers of one context write down together. */
export interface Tally {
  counts: Map<string, number>
  simulated: boolean
}

/**
 * One pool of connections for all clients of a context. No limit on the whole request, because a large object
 * takes as long as it takes; 60 s without a byte is the end.
 */
export function connectionPool(): RequestHandler {
  const pool = { keepAlive: true, maxSockets: 50 }
  // The only public way to the SDK's own handler that needs no further package.
  const client = new STSClient({
    region: 'us-east-1',
    requestHandler: { connectionTimeout: 5000, socketTimeout: 60_000, httpAgent: pool, httpsAgent: pool },
  })
  return client.config.requestHandler as unknown as RequestHandler
}

/**
 * Sits under a client's retries: each attempt waits for its turn in the budget, is counted, and tells the budget
 * about throttling. A turn may come after signing; turns are short, because callers bound what they do at once.
 */
export function watched(
  inner: RequestHandler,
  service: AwsService,
  { budget, tally }: { budget: Budget; tally: Tally },
): RequestHandler {
  return {
    metadata: inner.metadata,
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => inner.httpHandlerConfigs(),
    // A client that is thrown away must not close the connections of the others: `AwsContext.close` does that.
    destroy: () => {},
    async handle(request, options) {
      const operation = `${service}:${operationOf(request, service)}`
      await budget.take(operation, options?.abortSignal)
      tally.counts.set(operation, (tally.counts.get(operation) ?? 0) + 1)
      const answer = await inner.handle(request, options)
      if (answer.response.headers['x-holdfast-simulated'] === 'true') tally.simulated = true
      await heed(budget, operation, answer)
      return answer
    },
  }
}

/** The SDK would wait at most five seconds longer than it would anyway, and only the request that was refused. */
async function heed(budget: Budget, operation: string, answer: Answer): Promise<void> {
  const { statusCode, headers } = answer.response
  if (await isThrottled(answer)) budget.throttled(operation)
  else budget.answered(operation)
  if (statusCode >= 400) budget.pause(operation, headers['retry-after'])
}

const throttlingTypes =
  /Throttling|ThrottledException|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimit/

/** ECR says it with a type in the body of a 400 (ecr-facts 1.1), so a small error body is read and put back. */
async function isThrottled({ response }: Answer): Promise<boolean> {
  if (response.statusCode === 429) return true
  if (response.statusCode !== 400 || !(response.body instanceof Readable)) return false
  const chunks: Buffer[] = []
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk))
  const body = Buffer.concat(chunks)
  response.body = Readable.from(body.length > 0 ? [body] : [])
  const type =
    response.headers['x-amzn-errortype'] ?? /"(?:__type|code)"\s*:\s*"([^"]*)"/.exec(body.toString())?.[1]
  return throttlingTypes.test(type ?? '')
}
