import { type Grant, grantsOf, opennessOf } from '../access/grant.ts'
import { type KeyAbility, keyAbilities } from '../access/key-actions.ts'
import type { Policy, Statement } from '../access/policy.ts'
import { accountOf } from '../access/principal.ts'
import type { AuditSettings } from './settings.ts'

/** One statement of a key policy that gives somebody outside the account more than a look at the key. */
export interface KeyGrant extends Grant {
  abilities: ReadonlySet<KeyAbility>
}

/**
 * The Allow statements of a key policy. Only a Deny of every action of KMS on every key takes something away here: what a
 * narrower one leaves is not worked out, so that a policy may look wider than it is, never narrower.
 */
export function keyGrants(policy: Policy, account: string): KeyGrant[] {
  const statements = policy.statements.filter((one) => one.effect === 'Allow' || deniesAll(one))
  const allowed = statements.filter(({ effect }) => effect === 'Allow')
  return grantsOf({ statements }, account).flatMap((grant, at) => {
    const abilities = keyAbilities(allowed[at]?.actions ?? { not: true, list: [] })
    return abilities.size > 0 ? [{ ...grant, abilities }] : []
  })
}

function deniesAll({ actions, resources }: Statement): boolean {
  const all = actions.list.some((action) => action === '*' || action.toLowerCase() === 'kms:*')
  return all && !actions.not && !resources.not && resources.list.includes('*')
}

export type Outsiders =
  | { who: 'nobody' }
  | { who: 'everybody' }
  | { who: 'accounts'; names: string[] }
  /** Hangs on what is not known here. */
  | { who: 'unclear' }

type Trusted = Pick<AuditSettings, 'trustedAccounts' | 'trustedOrganizations'>

/** Who of those that the settings do not trust can use a grant. */
export function outsidersOf(grant: KeyGrant, trusted: Trusted): Outsiders {
  const accounts = [...new Set(grant.others.map(accountOf))]
  const strangers = accounts.filter((account) => !trusted.trustedAccounts.includes(account))
  const openness = opennessOf(grant)
  if (openness === 'open') return { who: 'everybody' }
  if (strangers.length > 0) return { who: 'accounts', names: strangers }
  if (openness === 'unclear') return { who: 'unclear' }
  return grant.everybody ? limited(grant, trusted) : { who: 'nobody' }
}

/** Open by `*` and narrowed by conditions, any one of which is enough. */
function limited({ narrowed }: KeyGrant, { trustedAccounts, trustedOrganizations }: Trusted): Outsiders {
  const beyond = narrowed.map(({ reach, values }) => {
    if (reach === 'accounts') return values.filter((value) => !isOne(accountOf(value), trustedAccounts))
    if (reach === 'organization')
      return values.filter((value) => !isOne(value.split('/')[0] ?? '', trustedOrganizations))
    return []
  })
  const names = beyond.some((values) => values.length === 0) ? [] : (beyond[0] ?? [])
  return names.length > 0 ? { who: 'accounts', names } : { who: 'nobody' }
}

/** A policy variable stands for the key's own account or organization. */
function isOne(value: string, trusted: readonly string[]): boolean {
  return value.includes('\u0024{') || trusted.includes(value)
}
