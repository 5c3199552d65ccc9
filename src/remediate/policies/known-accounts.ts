import type { Baseline } from '../baseline.ts'
import type { Place } from '../place.ts'
import { oneOrMany } from './document.ts'
import type { Way } from './mend.ts'
import { isForEverybody, withCondition } from './ways.ts'

/**
 * Everybody becomes: whoever is of the own account, or of one or an organization that is trusted. `key` is by what the
 * service knows the account of whoever calls.
 */
export function everybodyKnown(
  { audit }: Pick<Baseline, 'audit'>,
  { account }: Pick<Place, 'account'>,
  key = 'aws:PrincipalAccount',
): Way {
  return (statement) => {
    if (!isForEverybody(statement)) return undefined
    const accounts = oneOrMany([...new Set([account, ...audit.trustedAccounts])])
    const { Sid, ...rest } = statement
    const own = withCondition(statement, 'StringEquals', { [key]: accounts })
    if (audit.trustedOrganizations.length === 0) return [own]
    const organizations = { 'aws:PrincipalOrgID': oneOrMany(audit.trustedOrganizations) }
    const others = { ...rest, ...(Sid && { Sid: `${Sid}Organizations` }) }
    return [own, withCondition(others, 'StringEquals', organizations)]
  }
}
