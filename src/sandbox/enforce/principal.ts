import { partitionOf } from '../../core/arn.ts'
import type { Caller } from '../http.ts'
import { listOf, type Statement } from '../policy-match.ts'

/**
 * How a statement of a resource's policy names the caller: itself, by the role of its session, or only by its
 * account, which then has to let the caller in by an identity policy of its own.
 */
export type Named = 'itself' | 'role' | 'account' | 'not'

export interface Who {
  caller: Caller
  /** Of the role that its session is of, with the path. */
  roleArn: string
  /** It has a permissions boundary. */
  bounded: boolean
}

export function howNamed(statement: Statement, { caller, roleArn, bounded }: Who): Named {
  const { Effect, Principal, NotPrincipal } = statement
  if (NotPrincipal === undefined) return namedBy(Principal, caller, roleArn)
  // Such a Deny spares nobody who has a boundary, whomever it names.
  if (Effect === 'Deny' && bounded) return 'itself'
  const spared = namedBy(NotPrincipal, caller, roleArn)
  // An account that is spared a Deny is not yet everybody in it; an account without an Allow is.
  const everybodyElse = spared === 'not' || (Effect === 'Deny' && spared === 'account')
  return everybodyElse ? 'itself' : 'not'
}

function namedBy(principal: unknown, caller: Caller, roleArn: string): Named {
  if (principal === '*') return 'itself'
  if (typeof principal !== 'object' || principal === null) return 'not'
  const listed = listOf((principal as { AWS?: unknown }).AWS).map(String)
  if (listed.includes('*') || listed.includes(caller.arn)) return 'itself'
  if (listed.includes(roleArn)) return roleArn === caller.arn ? 'itself' : 'role'
  const root = `arn:${partitionOf(caller.region)}:iam::${caller.account}:root`
  return listed.includes(caller.account) || listed.includes(root) ? 'account' : 'not'
}
