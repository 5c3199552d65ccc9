import { awsErrorCode } from '../aws/errors.ts'
import { type ErrorCode, HoldfastError } from '../core/errors.ts'
import type { Answer, MissingAnswer } from './inventory.ts'

/** Without credentials nothing can be known, and an interrupted run is over: these stop the collection. */
const fatal: readonly ErrorCode[] = ['credentials-expired', 'credentials-missing', 'interrupted', 'internal']

/** Turns a failed call into a missing answer for its part of the inventory; what is fatal is thrown on. */
export async function answer<T>(needs: string, asked: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: await asked }
  } catch (error) {
    if (!(error instanceof HoldfastError) || fatal.includes(error.code)) throw error
    return missing(codeOf(error), error.why ?? error.message, needs)
  }
}

export function missing(code: string, message: string, needs: string): { error: MissingAnswer } {
  return { error: { code, message, needs } }
}

/** The service's own name of the error where it has one: that is what people search for. */
function codeOf(error: HoldfastError): string {
  const itsOwn = error.cause instanceof Error && '$fault' in error.cause
  return itsOwn ? (awsErrorCode(error) ?? error.code) : error.code
}
