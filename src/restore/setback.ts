import { type ErrorCode, HoldfastError, hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { NotRestored } from './report.ts'

export type Setback = Pick<NotRestored, 'kind' | 'reason'>

const oneImage: readonly ErrorCode[] = [
  'registry-request-failed',
  'registry-answer-invalid',
  'aws-request-failed',
]
const oneRepository: readonly ErrorCode[] = [
  ...oneImage,
  'access-denied',
  'key-unusable',
  'registry-content-mismatch',
  'registry-not-found',
]

/** A failure that costs one image, the others go on; anything else is thrown. */
export function imageSetback(error: unknown, run: Run): Setback {
  return setback(error, oneImage, run)
}

/** A failure that costs one repository: a key that cannot be used, a policy that denies. Anything else is thrown. */
export function repositorySetback(error: unknown, run: Run): Setback {
  return setback(error, oneRepository, run)
}

function setback(error: unknown, codes: readonly ErrorCode[], run: Run): Setback {
  if (run.signal.aborted || !(error instanceof HoldfastError)) throw error
  const reason = error.why ? `${error.message} ${error.why}` : error.message
  if (error.code === 'vault-damaged') return { kind: 'damaged', reason }
  if (hasCode(error, ...codes)) return { kind: 'failed', reason }
  throw error
}
