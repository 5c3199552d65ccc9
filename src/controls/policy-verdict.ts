import { parsePolicy } from '../access/parse.ts'
import type { Policy } from '../access/policy.ts'
import type { Answer } from '../inventory/inventory.ts'
import { pass, unknown, type Verdict } from './control.ts'

interface PolicyQuestion {
  policy: Answer<string | null>
  /** The verdict's reason when there is no policy at all. */
  none: string
}

/** Judges a policy that is there and can be read; one that cannot be read is never a pass (law 3). */
export function judgePolicy({ policy, none }: PolicyQuestion, judge: (policy: Policy) => Verdict): Verdict {
  if ('error' in policy) return unknown(policy.error)
  if (policy.ok === null) return pass(none)
  const parsed = parsePolicy(policy.ok)
  return 'unreadable' in parsed
    ? { status: 'unknown', reason: `Not judged: ${parsed.unreadable}.` }
    : judge(parsed)
}
