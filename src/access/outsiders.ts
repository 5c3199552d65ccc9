import { parseArn } from '../core/arn.ts'
import { type CompiledPolicy, layerOf } from './layer.ts'
import type { Person } from './people.ts'
import { accountOf, kindOfPrincipal } from './principal.ts'
import type { Caller } from './request.ts'

/** An account that nobody has: whatever lets it in lets in any. */
export const strangerAccount = '000000000000'
/** An organization that nobody names. */
export const strangerOrganization = 'o-0stranger0'

/** Somebody in no account here whom the policies of a repository may let in. */
export type OutsiderKind =
  | 'public'
  | 'organization'
  | 'account'
  | 'foreign-principal'
  | 'service'
  | 'federated'
  | 'dangling'

export interface Outsider extends Person {
  outside: OutsiderKind
}

interface Place {
  account: string
  partition: string
}

/**
 * Whom resource policies speak of, outside the account: whoever a statement or a condition names, and a stranger, who
 * stands for any AWS account. Private ECR wants a token, so `public` never means the internet without an account.
 * What an account lets its own people do is its business: it is taken to let them.
 */
export function outsidersIn(policies: readonly CompiledPolicy[], place: Place): Outsider[] {
  const found = new Map<string, Outsider>()
  const add = (outside: OutsiderKind, name: string, caller: Caller): void => {
    // Nobody can hold the policies of somebody who was deleted.
    const identity = outside === 'dangling' ? layerOf('identity policy', []) : 'granted'
    const own = { identity, boundary: undefined } as const
    found.set(`${outside} ${name}`, { outside, name, caller, own, group: undefined })
  }
  const { partition } = place
  add('public', 'any AWS account', {
    kind: 'account',
    account: strangerAccount,
    partition,
    organization: null,
  })
  if (policies.some(tellsMembersApart))
    add('public', 'any AWS account of another organization', {
      kind: 'account',
      account: strangerAccount,
      partition,
      organization: strangerOrganization,
    })
  const statements = policies.flatMap((policy) => policy.statements.map(({ source }) => source))
  for (const { principals, conditions } of statements) {
    if (!principals.not) for (const principal of principals.list) addNamed(principal, place, add)
    for (const { key, values } of conditions) addByCondition(key.toLowerCase(), values, { place, add })
  }
  return [...found.values()]
}

/** A condition may hold for a stranger in no organization and not for one in an organization that nobody names. */
function tellsMembersApart({ statements }: CompiledPolicy): boolean {
  return statements.some(({ source }) =>
    source.conditions.some(
      ({ operator, key }) =>
        /^aws:principalorg(id|paths)$/i.test(key) && !/^(foranyvalue:)?string(equals|like)$/i.test(operator),
    ),
  )
}

type Add = (outside: OutsiderKind, name: string, caller: Caller) => void

function addNamed({ type, id }: { type: string; id: string }, place: Place, add: Add): void {
  const kind = kindOfPrincipal({ type, id }, place.account)
  if (kind === 'service') add('service', id, { kind: 'service', name: id })
  if (kind === 'dangling') add('dangling', id, danglingCaller(id, place))
  if (kind === 'other' && type === 'Federated') add('federated', id, { kind: 'federated', provider: id })
  if (kind === 'other-account') addForeign(id, place, add)
}

function addForeign(id: string, place: Place, add: Add): void {
  const caller = foreignCaller(id, place)
  if (caller.kind === 'account') add('account', `account ${caller.account}`, caller)
  else add('foreign-principal', id, caller)
}

/** Whom a principal of another account means. */
export function foreignCaller(id: string, { partition }: Pick<Place, 'partition'>): Caller {
  const resource = parseArn(id)?.resource ?? 'root'
  if (resource === 'root') return { kind: 'account', account: accountOf(id), partition }
  if (resource.startsWith('role/')) return { kind: 'role', arn: id }
  if (resource.startsWith('assumed-role/')) return sessionCaller(id)
  return { kind: resource.startsWith('federated-user/') ? 'federated-user' : 'user', arn: id }
}

/** The role's path is not in the ARN of its session. */
function sessionCaller(id: string): Caller {
  const arn = parseArn(id)
  const [, name = '', ...session] = (arn?.resource ?? '').split('/')
  const role = `arn:${arn?.partition}:iam::${arn?.account}:role/${name}`
  return { kind: 'role', arn: role, session: session.join('/') }
}

/** Nobody can be it again; what it would have is shown all the same, as its statement stands there for nothing. */
function danglingCaller(id: string, { account, partition }: Place): Caller {
  const kind = id.startsWith('AROA') ? 'role' : 'user'
  return { kind, arn: `arn:${partition}:iam::${account}:${kind}/deleted`, id }
}

function addByCondition(
  key: string,
  values: readonly string[],
  { place, add }: { place: Place; add: Add },
): void {
  const { account, partition } = place
  for (const value of values) {
    if (key === 'aws:principalorgid' && /^o-[a-z0-9]+$/.test(value)) addMember(value, place, add)
    if (key === 'aws:principalorgpaths' && /^o-[a-z0-9]+\//.test(value))
      addMember(value.slice(0, value.indexOf('/')), place, add)
    const isOther = (id: string) => /^\d{12}$/.test(id) && id !== account
    if (key === 'aws:principalaccount' && isOther(value))
      add('account', `account ${value}`, { kind: 'account', account: value, partition })
    if (key === 'aws:principalarn' && isOther(accountOf(value)))
      add('account', `account ${accountOf(value)}`, { kind: 'account', account: accountOf(value), partition })
  }
}

function addMember(organization: string, { partition }: Place, add: Add): void {
  const caller: Caller = { kind: 'account', account: strangerAccount, partition, organization }
  add('organization', `any account of organization ${organization}`, caller)
}
