import type { Caller } from '../http.ts'
import { listOf, namesCaller, type Statement, statementsOf } from '../policy-match.ts'

/**
 * May the caller assume the role that has this trust policy? A Deny wins, whatever its condition; an Allow with a
 * condition other than `sts:ExternalId` does not count.
 */
export function trusts(policy: string, caller: Caller, externalId: string | undefined): boolean {
  const applying = statementsOf(policy).filter(
    ({ Principal, Action }) => coversAssumeRole(Action) && namesCaller(Principal, caller),
  )
  const denied = applying.some((each) => each.Effect === 'Deny')
  return !denied && applying.some((each) => each.Effect === 'Allow' && holds(each, externalId))
}

function coversAssumeRole(action: unknown): boolean {
  return listOf(action).some((each) => ['sts:AssumeRole', 'sts:*', '*'].includes(String(each)))
}

function holds({ Condition = {} }: Statement, externalId: string | undefined): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const known = operator === 'StringEquals' && key.toLowerCase() === 'sts:externalid'
      return known && externalId !== undefined && listOf(wanted).includes(externalId)
    }),
  )
}
