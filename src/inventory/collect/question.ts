import type { AwsContext } from '../../aws/context.ts'
import { awsError, awsErrorCode } from '../../aws/errors.ts'
import type { Clock } from '../../core/clock.ts'
import { HoldfastError } from '../../core/errors.ts'

/** What every collector needs: whom to ask, when to stop, and what time it is. */
export interface Asking {
  aws: AwsContext
  /** `aws`, `aws-cn`, ... */
  partition: string
  account: string
  signal: AbortSignal
  clock: Clock
}

/** A request's answer; its failure as a HoldfastError that names the operation, `service:Operation`. */
export async function ask<T>(operation: string, request: Promise<T>): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw awsError(error, { operation })
  }
}

const mostPages = 100_000

/** What all pages of an SDK paginator hold. A listing that never ends is refused. */
export async function askAll<Page, T>(
  operation: string,
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly T[] | undefined,
): Promise<T[]> {
  const found: T[] = []
  let count = 0
  try {
    for await (const page of pages) {
      if (++count > mostPages) throw endless(operation)
      found.push(...(items(page) ?? []))
    }
  } catch (error) {
    throw awsError(error, { operation })
  }
  return found
}

/** Undefined when the service says that there is none, by one of these codes. */
export async function unlessNone<T>(answer: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (codes.includes(awsErrorCode(error) ?? '')) return undefined
    throw error
  }
}

/** Tags as the services list them, as a record. */
export function tagRecord(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

function endless(operation: string): HoldfastError {
  return new HoldfastError('registry-answer-invalid', {
    what: `${operation} gave ${mostPages} pages and no end.`,
    why: 'Following them would never end.',
    next: 'Run again; if it happens again the endpoint is broken.',
  })
}
