import { type Grant, grantsOf } from '../access/grant.ts'
import { parsePolicy, type Unreadable } from '../access/parse.ts'
import type { Policy } from '../access/policy.ts'
import type { Answer } from '../inventory/inventory.ts'
import { pass, unknown, type Verdict } from './control.ts'
import { join, statementWords } from './grant-words.ts'

interface PolicyQuestion {
  policy: Answer<string | null>
  /** The verdict when there is no policy at all; a text is the reason of a pass. */
  none: string | Verdict
}

/** Judges a policy that is there and can be read; one that cannot be read is never a pass (law 3). */
export function judgePolicy({ policy, none }: PolicyQuestion, judge: (policy: Policy) => Verdict): Verdict {
  if ('error' in policy) return unknown(policy.error)
  if (policy.ok === null) return typeof none === 'string' ? pass(none) : none
  const parsed = readPolicy(policy)
  return 'unreadable' in parsed ? notJudged(parsed.unreadable) : judge(parsed)
}

/** `unknown` with a reason of its own, for what is there and cannot be understood. */
export function notJudged(why: string): Verdict {
  return { status: 'unknown', reason: `Not judged: ${why}.` }
}

/** What hangs on words that are not known here. */
export function unclearVerdict(grants: readonly Grant[]): Verdict {
  const why = grants.flatMap(({ unclear, strangers }) => [
    ...unclear,
    ...strangers.map((type) => `principals of the kind ${type.slice(0, 60)} cannot be placed`),
  ])
  const [first] = grants
  return notJudged(`${join([...new Set(why)].slice(0, 3))}${first ? ` (${statementWords(first)})` : ''}`)
}

const parsed = new WeakMap<object, Policy | Unreadable>()

/** Each text is parsed once, however many controls ask for it; forgotten with the inventory that it came in. */
export function readPolicy(policy: { ok: string | null }): Policy | Unreadable {
  const before = parsed.get(policy)
  if (before) return before
  const found = parsePolicy(policy.ok ?? '{}')
  parsed.set(policy, found)
  return found
}

const granted = new WeakMap<Policy, { account: string; grants: Grant[] }>()

/** As `grantsOf`, once for each policy. */
export function readGrants(policy: Policy, account: string): Grant[] {
  const before = granted.get(policy)
  if (before?.account === account) return before.grants
  const grants = grantsOf(policy, account)
  granted.set(policy, { account, grants })
  return grants
}
