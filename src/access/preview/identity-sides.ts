import { HoldfastError } from '../../core/errors.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamGroup, IamRole, IamUser, Identities } from '../../inventory/neighbours.ts'
import type { Access } from '../open-access.ts'
import { type Person, peopleOf } from '../people.ts'
import type { ProposedChange } from './change.ts'
import { both, type Pair, type Sides } from './sides.ts'

type IdentityChange = Extract<ProposedChange, { identityPolicy: unknown } | { managedPolicy: unknown }>
type Holder = IamUser | IamRole | IamGroup

/** Only the people whom the change can touch. */
export function identitySides(inventory: Inventory, access: Access, change: IdentityChange): Sides {
  const { identities } = inventory
  if ('error' in identities) throw unreadIdentities(identities.error.code, identities.error.needs)
  const { before, after, ...said } =
    'managedPolicy' in change
      ? managedSides(identities.ok, change.managedPolicy)
      : inlineSides(identities.ok, change.identityPolicy)
  return {
    kind: 'identity',
    change: said.change,
    repositories: [...access.repositories.values()].map(both),
    registry: both(access.registry),
    people: pairsOf(peopleIn(inventory, before), peopleIn(inventory, after)),
    missing: access.missing,
    notConsidered: access.notConsidered,
  }
}

interface Narrowed extends Pair<Identities>, Pick<Sides, 'change'> {}

function peopleIn(inventory: Inventory, identities: Identities): Person[] {
  const people = peopleOf({ ...inventory, identities: { ok: identities } })
  return people.filter(({ caller }) => caller.kind !== 'root')
}

function pairsOf(before: readonly Person[], after: readonly Person[]): Pair<Person>[] {
  const byName = new Map(after.map((person) => [person.name, person]))
  return before.map((person) => ({ before: person, after: byName.get(person.name) ?? person }))
}

function managedSides(all: Identities, { arn, document }: { arn: string; document: string }): Narrowed {
  if (!all.policies.some((policy) => policy.arn === arn))
    throw new HoldfastError('nothing-matches', {
      what: `The inventory has no managed policy ${arn}.`,
      why: 'It has those that somebody has attached, and the customer managed ones.',
      next: 'Check the ARN. For a new policy, say whose it will be: --principal NAME.',
    })
  const groups = new Set(all.groups.filter((group) => group.attached.includes(arn)).map(({ name }) => name))
  const has = ({ attached, boundary }: IamUser | IamRole) => attached.includes(arn) || boundary === arn
  const before = {
    ...all,
    users: all.users.filter((user) => has(user) || user.groups.some((name) => groups.has(name))),
    roles: all.roles.filter(has),
  }
  const policies = all.policies.map((policy) => (policy.arn === arn ? { ...policy, document } : policy))
  const change = { kind: 'managed-policy', subject: arn, removes: false } as const
  return { before, after: { ...before, policies }, change }
}

interface InlineChange {
  principal: string
  name: string
  document: string | null
}

function inlineSides(all: Identities, change: InlineChange): Narrowed {
  const holder = holderOf(all, change.principal)
  const changed = withPolicy(holder, change, all)
  const swap = <T extends Holder>(list: readonly T[]): T[] =>
    list.map((one) => (one.arn === holder.arn ? (changed as T) : one))
  const isIn = (user: IamUser) => user.arn === holder.arn || user.groups.includes(groupNameOf(holder))
  const before = {
    ...all,
    users: all.users.filter(isIn),
    roles: all.roles.filter(({ arn }) => arn === holder.arn),
  }
  const after = {
    ...all,
    users: swap(before.users),
    roles: swap(before.roles),
    groups: swap(all.groups),
  }
  const subject = `${change.name} of ${holder.arn}`
  return { before, after, change: { kind: 'identity-policy', subject, removes: change.document === null } }
}

/** Empty, which no group is called, unless it is a group. */
function groupNameOf({ arn, name }: Holder): string {
  return arn.includes(':group/') ? name : ''
}

function withPolicy(holder: Holder, { name, document }: InlineChange, all: Identities): Holder {
  const others = holder.inline.filter((policy) => policy.name !== name)
  if (document !== null) return { ...holder, inline: [...others, { name, document }] }
  const isMeant = (arn: string) =>
    arn === name || all.policies.some((one) => one.arn === arn && one.name === name)
  const attached = holder.attached.filter((arn) => !isMeant(arn))
  if (others.length === holder.inline.length && attached.length === holder.attached.length)
    throw noSuchPolicy(holder, name)
  // An inline one of that name goes first: it is what the name says.
  if (others.length < holder.inline.length) return { ...holder, inline: others }
  return { ...holder, attached }
}

function noSuchPolicy({ arn, inline, attached }: Holder, name: string): HoldfastError {
  const has = [...inline.map((policy) => policy.name), ...attached]
  return new HoldfastError('nothing-matches', {
    what: `${arn} has no policy ${JSON.stringify(name)}.`,
    why: has.length > 0 ? `It has ${has.join(', ')}.` : 'It has none at all.',
    next: 'Check the name of the policy.',
  })
}

function holderOf({ users, roles, groups }: Identities, principal: string): Holder {
  const all: Holder[] = [...users, ...roles, ...groups]
  const found = all.filter(
    ({ arn, name }) => arn === principal || name === principal || `${typeIn(arn)}/${name}` === principal,
  )
  const [only, ...more] = found
  if (only && more.length === 0) return only
  const quoted = JSON.stringify(principal)
  if (only)
    throw new HoldfastError('usage', {
      what: `${quoted} may be ${found.map(({ arn }) => arn).join(' or ')}.`,
      next: `Say which: ${typeIn(only.arn)}/${only.name}, or the ARN.`,
    })
  throw new HoldfastError('nothing-matches', {
    what: `The inventory has no user, role or group ${quoted}.`,
    why: `It has ${users.length} users, ${roles.length} roles and ${groups.length} groups.`,
    next: 'Give the name, the ARN, or user/NAME, role/NAME or group/NAME.',
  })
}

/** `user`, `role` or `group`. */
function typeIn(arn: string): string {
  return /:(user|role|group)\//.exec(arn)?.[1] ?? ''
}

function unreadIdentities(code: string, needs: string): HoldfastError {
  return new HoldfastError('nothing-matches', {
    what: 'The inventory holds no identities, so nobody can say what an identity policy changes.',
    why: `They could not be read: ${code}.`,
    next: `Allow ${needs} and look again.`,
  })
}
