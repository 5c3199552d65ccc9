import { setMaxListeners } from 'node:events'
import { ECRClient } from '@aws-sdk/client-ecr'
import type { AwsContext } from '../aws/context.ts'
import { awsError, awsErrorCode } from '../aws/errors.ts'

export interface EcrQuestion {
  /** The API operation, which is the IAM action too. */
  operation: string
  resource?: string
  signal?: AbortSignal | undefined
}

type Send<T> = (client: ECRClient, options: { abortSignal?: AbortSignal }) => Promise<T>

/** Sends one request; every failure is a HoldfastError that keeps the SDK's error as its cause. */
export type Ask = <T>(question: EcrQuestion, send: Send<T>) => Promise<T>

export function asker(aws: AwsContext): { ask: Ask; close(): void } {
  const client = new ECRClient(aws.clientConfig('ecr'))
  const ask: Ask = async ({ operation, resource, signal }, send) => {
    // One signal stops a whole run, so very many requests listen to it at once; that is no leak.
    if (signal) setMaxListeners(0, signal)
    try {
      return await send(client, signal ? { abortSignal: signal } : {})
    } catch (error) {
      throw awsError(error, { operation: `ecr:${operation}`, ...(resource && { resource }) })
    }
  }
  return { ask, close: () => client.destroy() }
}

/** Undefined when the service says that there is none: what is not there is an answer, not a failure. */
export async function unlessMissing<T>(answer: Promise<T>, exception: string): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (awsErrorCode(error) === exception) return undefined
    throw error
  }
}
