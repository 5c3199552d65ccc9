import { HoldfastError } from '../../core/errors.ts'
import type { PolicyAsk } from './ask.ts'
import type { PolicyDocument } from './statements.ts'

export interface PolicySize {
  /** Without white space for identity policies, as IAM counts; with it for repository policies. */
  characters: number
  limit: number
  /** Where it fits. */
  fits: string[]
}

/** IAM's quotas count no white space; ecr-facts 1.6 for repository policies. Assumption: there white space counts. */
const limits: Record<PolicyAsk['attachTo'], readonly [number, string][]> = {
  identity: [
    [2_048, 'inline policy of a user'],
    [5_120, 'inline policy of a group'],
    [6_144, 'managed policy'],
    [10_240, 'inline policy of a role'],
  ],
  repository: [[10_240, 'repository policy']],
}

/** Where nothing takes it, it is refused. */
export function sizeOf({ attachTo }: PolicyAsk, policy: PolicyDocument): PolicySize {
  const text = attachTo === 'identity' ? JSON.stringify(policy) : policyText(policy)
  const characters = text.length
  const limit = 10_240
  const fits = limits[attachTo].filter(([most]) => characters <= most).map(([, place]) => place)
  if (fits.length > 0) return { characters, limit, fits }
  throw new HoldfastError('usage', {
    what: `The policy would have ${characters} characters, and AWS takes ${limit} at most.`,
    next: 'Use fewer, wider patterns with --repository, or write several policies.',
  })
}

/** As people read it. */
export function policyText(policy: PolicyDocument): string {
  return `${JSON.stringify(policy, null, 2)}\n`
}
