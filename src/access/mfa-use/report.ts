/**
 * Which users and roles can use what they may do on the registry without a second factor, as the evaluator answers it;
 * the deny policy that ends it for people, what that would break, and the proof that it does what it should.
 * @module
 */
import type { Inventory } from '../../inventory/inventory.ts'
import type { Identities, UserCredentials } from '../../inventory/neighbours.ts'
import { type Access, openAccess } from '../open-access.ts'
import { type Break, breaksOf } from './breaks.ts'
import { type DenyPolicy, denyPolicy } from './deny.ts'
import { type Proof, proveDeny } from './proof.ts'
import { type Rights, rightsByName } from './rights.ts'
import { judgeRole, type RoleFinding } from './roles.ts'
import { judgeUser, type UserFinding } from './users.ts'

export type { Break } from './breaks.ts'
export type { DenyPolicy } from './deny.ts'
export type { RoleFinding } from './roles.ts'
export type { UserFinding } from './users.ts'

export interface MfaReport {
  schema: 'holdfast.access-mfa/1'
  registry: string
  simulated: boolean
  asOf: string
  /** What the policy would stop, what was used lately first. */
  breaks: Break[]
  /** Of those who may do anything here; by state, the worst first. */
  users: UserFinding[]
  roles: RoleFinding[]
  root: { device: boolean; keys: number; reason: string } | null
  policy: DenyPolicy
  attachTo: Attachment
  proof: Proof
  missing: string[]
  notConsidered: string[]
}

export interface Attachment {
  /** People: they have a password or a device. */
  users: string[]
  /** Groups all of whose members are among them. */
  groups: string[]
  /** Keys and nothing else: most likely programs, which the policy would stop. First a role, or a device. */
  later: string[]
}

export interface MfaOptions {
  /** Pulls need a second factor, too. */
  pulls?: boolean
  /** How long ago a use is not lately any more. */
  days?: number
  signal?: AbortSignal
}

export function mfaReport(inventory: Inventory, options: MfaOptions = {}): MfaReport {
  const { pulls = false, days = 90, signal } = options
  const access = openAccess(inventory)
  const rights = rightsByName(access, signal)
  const { users, roles } = judgeAll(access, rights, pulls)
  const targets = users.filter(isTarget)
  const policy = denyPolicy(pulls)
  const arns = new Set(targets.map(({ arn }) => arn))
  const { registry, collectedAt, credentials } = inventory
  return {
    schema: 'holdfast.access-mfa/1',
    ...{ registry: registry.url, simulated: registry.simulated, asOf: collectedAt },
    breaks: breaksOf(targets, roles, { asOf: collectedAt, days }),
    ...{ users, roles, root: rootOf(inventory), policy },
    attachTo: attachmentOf(targets, inventory),
    proof: proveDeny(access, { arns, policy, pulls, before: rights }, signal),
    missing: [
      ...access.missing,
      ...('error' in credentials ? [`credential report (${credentials.error.code})`] : []),
    ],
    notConsidered: access.notConsidered,
  }
}

const states = [
  ...['trap', 'device-missing', 'key-only', 'not-enforced', 'mixed', 'unknown', 'federated', 'roles'],
  ...['automation', 'no-way-in', 'nobody', 'pull-only', 'enforced'],
]

function byState(one: { state: string; name: string }, other: { state: string; name: string }): number {
  const order = states.indexOf(one.state) - states.indexOf(other.state)
  return order || (one.name < other.name ? -1 : 1)
}

function judgeAll({ people, inventory }: Access, rights: ReadonlyMap<string, Rights>, pulls: boolean) {
  const users: UserFinding[] = []
  const roles: RoleFinding[] = []
  const byName = new Map(people.map((person) => [person.name, person]))
  const rows = rowsOf(inventory)
  const { users: allUsers, roles: allRoles } = identitiesOf(inventory)
  for (const user of allUsers) {
    const [person, own] = [byName.get(user.arn), rights.get(user.arn)]
    if (person && own) users.push(judgeUser({ user, person, rights: own, row: rows.get(user.arn), pulls }))
  }
  for (const role of allRoles) {
    const [person, own] = [byName.get(role.arn), rights.get(role.arn)]
    if (person && own) roles.push(judgeRole({ role, person, rights: own }, pulls))
  }
  return { users: users.sort(byState), roles: roles.sort(byState) }
}

function identitiesOf({ identities }: Inventory): Identities {
  return 'ok' in identities ? identities.ok : { users: [], roles: [], groups: [], policies: [] }
}

function rowsOf({ credentials }: Inventory): Map<string, UserCredentials> {
  return new Map('ok' in credentials ? credentials.ok.map((row) => [row.arn, row]) : [])
}

/** Whoever can change something without a second factor; what is not known is no reason to leave the policy off. */
function isTarget({ state }: UserFinding): boolean {
  return state === 'trap' || state === 'device-missing' || state === 'not-enforced' || state === 'key-only'
}

/** No policy of the account binds the root user. */
function rootOf({ credentials }: Inventory): MfaReport['root'] {
  if ('error' in credentials) return null
  const row = credentials.ok.find(({ user }) => user === '<root_account>')
  if (!row) return null
  const keys = row.keys.filter(({ active }) => active).length
  const device = row.mfa ? 'has a device' : 'has NO device'
  const reason = `The root user may do everything and ${device}${keys > 0 ? `, and ${keys} access keys` : ''}. No policy of the account binds it, the one below neither.`
  return { device: row.mfa, keys, reason }
}

function attachmentOf(targets: readonly UserFinding[], inventory: Inventory): Attachment {
  const isProgram = ({ password, device }: UserFinding) => !password && !device
  const users = targets.filter((user) => !isProgram(user)).map(({ arn }) => arn)
  const later = targets.filter(isProgram).map(({ arn }) => arn)
  return { users, groups: groupsOf(inventory, new Set(users)), later }
}

function groupsOf(inventory: Inventory, targets: ReadonlySet<string>): string[] {
  const { groups, users } = identitiesOf(inventory)
  return groups
    .filter(({ name }) => {
      const members = users.filter((user) => user.groups.includes(name))
      return members.length > 0 && members.every(({ arn }) => targets.has(arn))
    })
    .map(({ name }) => name)
}
