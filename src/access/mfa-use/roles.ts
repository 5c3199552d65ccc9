import type { IamRole } from '../../inventory/neighbours.ts'
import type { Person } from '../people.ts'
import { changingNeeds, type Rights, type Usable, type UsableNeed, usableIn, usableNeeds } from './rights.ts'
import { trapsOf } from './traps.ts'
import { type Trust, trustOf } from './trust.ts'
import { mostOf } from './users.ts'

/**
 * `automation`: of services and pipelines, which have no second factor; left alone. `roles`: taken on by other roles
 * only, and left alone, too. `federated`: people who sign in elsewhere, where the second factor is asked for.
 * `mixed`: of people and of services. `pull-only`: changes nothing, and pulls are not asked for.
 */
export type RoleState =
  | 'automation'
  | 'roles'
  | 'federated'
  | 'enforced'
  | 'trap'
  | 'not-enforced'
  | 'mixed'
  | 'nobody'
  | 'pull-only'
  | 'unknown'

export interface RoleFinding {
  kind: 'role'
  name: string
  arn: string
  state: RoleState
  rights: Usable
  /** What its sessions can use without a second factor. */
  without: UsableNeed[]
  /** Whom its trust policy lets in, as it stands there. */
  trusts: string[]
  lastUsed?: string
  traps: string[]
  reason: string
  help: string
  certain: boolean
}

export function judgeRole(
  { role, person, rights }: { role: IamRole; person: Person; rights: Rights },
  pulls: boolean,
): RoleFinding {
  const trust = trustOf(role)
  // A session has the key; of a role that a service takes on it may be missing (ecr-facts 6.2).
  const without = usableIn(rights.session)
  const asked = pulls ? usableNeeds : changingNeeds
  const demands = asked.every((need) => rights.session.usable[need] === 0)
  const most = mostOf(rights)
  const isIdle = asked.every((need) => most[need] === 0)
  const state = isIdle ? 'pull-only' : stateOf(trust, demands, trapsOf(person.own))
  const traps = state === 'trap' ? [...trust.traps, ...trapsOf(person.own)] : []
  return {
    ...{ kind: 'role', name: role.name, arn: role.arn, state, rights: most },
    ...{ without, trusts: trust.names },
    ...(role.lastUsed && { lastUsed: role.lastUsed }),
    ...{ traps, ...words({ state, trust, demands, traps }) },
    certain: Object.values(rights).every(({ certain }) => certain) && trust.without !== 'conditional',
  }
}

function stateOf({ kinds, without, traps }: Trust, demands: boolean, own: readonly string[]): RoleState {
  if (kinds.includes('unreadable')) return 'unknown'
  if (kinds.includes('nobody')) return 'nobody'
  const people = kinds.includes('accounts')
  const machines = kinds.includes('service') || kinds.includes('oidc')
  if (!people) return machines ? 'automation' : kinds.includes('saml') ? 'federated' : 'roles'
  if (without === 'denied' || demands) return 'enforced'
  if (machines) return 'mixed'
  return traps.length > 0 || own.length > 0 ? 'trap' : 'not-enforced'
}

interface Told {
  state: RoleState
  trust: Trust
  demands: boolean
  traps: readonly string[]
}

const alone = 'Leave it alone: its sessions never have a second factor, and the deny policy would stop it.'
const inTrust = 'Let its trust policy ask: Condition {"Bool": {"aws:MultiFactorAuthPresent": "true"}}.'

function words({ state, trust, demands, traps }: Told): Pick<RoleFinding, 'reason' | 'help'> {
  const names = trust.names.slice(0, 3).join(', ')
  switch (state) {
    case 'automation':
      return { reason: `For programs: ${names} takes it on.`, help: alone }
    case 'roles':
      return { reason: `Other roles take it on: ${names}.`, help: 'Look at those; nobody else gets in.' }
    case 'federated':
      return {
        reason: `People who sign in at ${names} take it on.`,
        help: 'Ask for the second factor there: sessions that start there have none that AWS knows of.',
      }
    case 'enforced':
      return { reason: enforcedReason(trust, demands), help: 'Nothing to do.' }
    case 'trap':
      return { reason: `${names} may take it on without a second factor: ${traps[0]}.`, help: inTrust }
    case 'mixed':
      return {
        reason: `People and programs take it on: ${names}.`,
        help: `Give the programs a role of their own. ${inTrust}`,
      }
    case 'not-enforced':
      return { reason: notEnforcedReason(trust, names), help: inTrust }
    case 'pull-only':
      return { reason: 'May pull, and change nothing.', help: 'With --pulls it is judged for that, too.' }
    case 'nobody':
      return { reason: 'Its trust policy lets in nobody.', help: 'Remove it if nobody misses it.' }
    default:
      return { reason: `Its trust policy cannot be read: ${names}.`, help: 'Look at the trust policy.' }
  }
}

function enforcedReason({ without }: Trust, demands: boolean): string {
  if (without === 'denied') return 'Its trust policy lets in nobody without a second factor.'
  return demands ? 'Its own policies deny changes to sessions without a second factor.' : ''
}

function notEnforcedReason({ without }: Trust, names: string): string {
  const may = without === 'conditional' ? 'may, on conditions, take it on' : 'may take it on'
  return `${names} ${may} without a second factor.`
}
