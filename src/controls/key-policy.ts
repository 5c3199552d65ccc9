import { type Grant, type Guest, grantsOf } from '../access/grant.ts'
import { type KeyAbility, keyAbilities, keyActions } from '../access/key-actions.ts'
import type { CompiledPolicy } from '../access/layer.ts'
import type { KmsKey } from '../inventory/inventory.ts'
import type { AuditSettings } from './settings.ts'
import { untrusted } from './trust.ts'

/** The Allow statements of a key policy that give somebody outside the account more than a look at the key. */
export function keyGrants(
  policy: CompiledPolicy,
  { account, arn }: Pick<KmsKey, 'account' | 'arn'>,
  partition: string,
): Grant[] {
  return grantsOf(policy, {
    ...{ account, partition },
    actions: ({ actions }) => keyActions(actions),
    resources: () => [arn],
  }).filter(({ guests }) => guests.length > 0)
}

export function abilitiesOf(guests: readonly Guest[]): Set<KeyAbility> {
  return keyAbilities({ not: false, list: guests.flatMap(({ actions }) => actions) })
}

type Trusted = Pick<AuditSettings, 'trustedAccounts' | 'trustedOrganizations'>

/** Who of those that the settings do not trust can use a grant; a policy variable stands for the key's own account. */
export function outsidersOf({ guests }: Grant, trusted: Trusted): Guest[] {
  const isOwn = ({ organization }: Guest) => organization?.includes('\u0024{') === true
  return untrusted(guests, trusted).filter((guest) => guest.kind !== 'service' && !isOwn(guest))
}

/** `444455556666`, `o-abcdefghij`. */
export function outsiderName({ kind, account, organization, name }: Guest): string {
  if (kind === 'organization') return organization ?? name
  return account ?? name.split(' ').at(-1) ?? name
}
