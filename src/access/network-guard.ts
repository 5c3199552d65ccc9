import { prepareCaller } from './caller.ts'
import { type Visitor, withoutWildcards } from './chosen-values.ts'
import type { CompiledCondition } from './conditions/compile.ts'
import type { Values } from './context.ts'
import type { Place } from './guests.ts'
import { strangerAccount, strangerOrganization } from './outsiders.ts'
import { prepareAction, prepareResource } from './prepared.ts'
import type { Caller } from './request.ts'
import type { CompiledStatement } from './statement.ts'
import { no, yes } from './truth.ts'
import { mostEffort, type Outcome, visit } from './visit.ts'
import { isFirmValue, tellsOf } from './who-keys.ts'

/** Whether Denies keep everybody out who does not come from a network that they name, the account's own people too. */
export interface NetworkGuard {
  /** Actions that can be done from elsewhere. */
  open: string[]
  /** What is not known here, and decides whether more can. */
  unclear: string[]
  /** Denies that keep out, and where one may come from, in words. */
  statements: string[]
  networks: string[]
  /** ARNs and ids that may come from anywhere. */
  spared: string[]
  /** Denies on networks that keep nobody out, and why. */
  weak: string[]
}

interface Guarded extends Place {
  arn: string
  actions: readonly string[]
}

/**
 * Asks for people of the account, and for strangers, with direct calls from networks of their own. Only a Deny can be
 * a guard: an Allow of a resource binds no identity policy.
 */
export function networkGuard(
  denies: readonly CompiledStatement[],
  { arn, actions, ...place }: Guarded,
): NetworkGuard {
  const visitors = visitorsFor(denies, place)
  const found: NetworkGuard = { open: [], unclear: [], statements: [], networks: [], spared: [], weak: [] }
  const effort = { left: mostEffort }
  for (const name of actions) {
    const action = prepareAction(name)
    const covering = denies.filter(({ covers }) => covers(action.name))
    const resource = prepareResource(
      { resource: arn, caller: { kind: 'root', account: place.account } },
      action,
    )
    const ask = (visitor: Visitor) =>
      visit({ allow: undefined, denies: covering, visitor, action, resource, effort })
    const outcomes = visitors.map(ask)
    const open = outcomes.find(({ is }) => is === 'open')
    if (open) {
      found.open.push(name)
      found.weak.push(...covering.flatMap((deny) => weakness(deny, open)))
    } else found.unclear.push(...outcomes.flatMap(({ is, doubts }) => (is === 'unclear' ? doubts : [])))
    for (const deny of covering) if (outcomes.some((each) => hits(deny, each))) addWords(found, deny)
  }
  return found
}

function hits({ conditions }: CompiledStatement, { request, is }: Outcome): boolean {
  return is === 'closed' && conditions.every(({ test }) => test(request.context) === yes)
}

function addWords(found: NetworkGuard, { name, conditions, source }: CompiledStatement): void {
  const who = conditions.filter((condition) => tellsOf(keyOf(condition)) !== undefined)
  const networks = who.filter((condition) => tellsOf(keyOf(condition)) === 'network')
  found.statements.push(name)
  found.networks.push(
    ...networks.map(({ source: { key, values } }) => [key, ...values.slice(0, 3)].join(' ')),
  )
  found.spared.push(
    ...who.filter((each) => !networks.includes(each)).flatMap(({ source: { values } }) => values),
  )
  if (source.principals.not) found.spared.push(...source.principals.list.map(({ id }) => id))
}

/** Why a Deny that speaks of networks does not hit. */
function weakness({ name, conditions, source }: CompiledStatement, { request }: Outcome): string[] {
  const isForAll = source.principals.not || source.principals.list.some(({ id }) => id === '*')
  if (!isForAll || !conditions.some(isAboutNetworks)) return []
  return conditions
    .filter(({ test }) => test(request.context) === no)
    .slice(0, 1)
    .map((condition) => {
      const words = `${condition.source.operator} ${condition.source.key}`
      return `${name}: ${words} ${isAboutNetworks(condition) ? 'does not single out the networks that may' : 'spares more than a network'}`
    })
}

const keyOf = ({ source }: CompiledCondition): string => source.key.toLowerCase()

function isAboutNetworks(condition: CompiledCondition): boolean {
  return /^aws:(source(vpc|vpce|ip|vpcarn)|vpc)/.test(keyOf(condition))
}

/** People of the account, in whatever organization a Deny names, whoever a wildcard spares, and a stranger. */
function visitorsFor(denies: readonly CompiledStatement[], { account, partition }: Place): Visitor[] {
  const conditions = denies.flatMap((deny) => deny.conditions)
  const iam = `arn:${partition}:iam::${account}`
  const spared = conditions
    .filter((condition) => keyOf(condition) === 'aws:principalarn')
    .flatMap(({ source }) => source.values.filter((value) => /[*?]/.test(value)).slice(0, 20))
    .map((value) => withoutWildcards(value.replace(/^(arn:[^:]*:iam:[^:]*:)[*?]+:/, `$1${account}:`)))
  const arns = [`${iam}:role/zz-none`, ...spared.filter((arn) => arn.includes(':role/'))]
  const callers: Caller[] = [
    { kind: 'user', arn: `${iam}:user/zz-none`, id: 'AIDAZZZZZZZZZZZZZZZZZ' },
    ...spared
      .filter((arn) => arn.includes(':user/'))
      .map((arn): Caller => ({ kind: 'user', arn, id: 'AIDAZZZZZZZZZZZZZZZZZ' })),
    ...arns.map((arn): Caller => ({ kind: 'role', arn, id: 'AROAZZZZZZZZZZZZZZZZZ', session: 'zz-none' })),
    { kind: 'root', account, partition },
    { kind: 'account', account: strangerAccount, partition },
  ]
  const organizations = organizationsIn(conditions)
  return callers.flatMap((caller) =>
    organizations.map((fixed): Visitor => {
      const prepared = prepareCaller(caller)
      return { caller: prepared, account: prepared.account ?? account, fixed, free: [] }
    }),
  )
}

/** The account may be in any that a Deny names. */
function organizationsIn(conditions: readonly CompiledCondition[]): ReadonlyMap<string, Values>[] {
  const named = conditions
    .filter((condition) => /^aws:principalorg(id|paths)$/.test(keyOf(condition)))
    .flatMap((condition) =>
      condition.source.values.filter((value) => isFirmValue(keyOf(condition), value, condition.operator)),
    )
  return [strangerOrganization, ...named.slice(0, 5)].map((value) => {
    const path = withoutWildcards(value)
    return new Map<string, Values>([
      ['aws:principalorgid', [path.split('/')[0] ?? path]],
      ['aws:principalorgpaths', [path.includes('/') ? path : `${path}/r-zz00/ou-zz00-zz/`]],
    ])
  })
}
