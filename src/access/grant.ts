import { type GrantedActions, grantedActions } from './actions.ts'
import { judgeCondition, judgeException, type Narrowing, readOperator, unclearIn } from './condition.ts'
import type { Condition, Policy, Principal, Statement } from './policy.ts'
import { kindOfPrincipal } from './principal.ts'
import { matchesWildcard } from './wildcard.ts'

/** What one Allow statement gives to principals outside the account, with everything that limits it. */
export interface Grant {
  statement: string
  /** True when any AWS account is meant: `*`, or NotPrincipal in an Allow. */
  everybody: boolean
  /** Ids of other accounts and of their users and roles. */
  others: string[]
  /** Ids of deleted users and roles: nobody can use these. */
  dangling: string[]
  actions: GrantedActions
  /** True when a wildcard or NotAction chose the actions. */
  broad: boolean
  resources: string[]
  /** Each keeps strangers out by itself. Empty: nothing does. */
  narrowed: Narrowing[]
  /** Conditions that look as if they did, and why they do not. */
  deceptive: string[]
  /** What may keep strangers out, for all that is known here. */
  unclear: string[]
  /** Kinds of principals whom nobody here can place, such as `Federated`. */
  strangers: string[]
}

/** Whether strangers can use a grant; `unclear` when that hangs on something that is not known here. */
export function opennessOf({
  everybody,
  narrowed,
  unclear,
  strangers,
}: Grant): 'open' | 'closed' | 'unclear' {
  if (narrowed.length > 0 || (!everybody && strangers.length === 0)) return 'closed'
  return everybody && unclear.length === 0 ? 'open' : 'unclear'
}

export function givesSomething({ actions }: Grant): boolean {
  return actions.names.length + actions.unlisted.length > 0
}

/** The Allow statements of a policy as grants, Deny statements of the same policy taken into account. */
export function grantsOf(policy: Policy, account: string): Grant[] {
  const denies = policy.statements
    .filter(({ effect }) => effect === 'Deny')
    .map((statement) => ({ statement, denied: grantedActions(statement.actions).named }))
  return policy.statements
    .filter(({ effect }) => effect === 'Allow')
    .map((statement) => grantOf(statement, denies, account))
}

interface DenyStatement {
  statement: Statement
  /** Names of the known actions that it covers. */
  denied: ReadonlySet<string>
}

function grantOf(statement: Statement, denies: readonly DenyStatement[], account: string): Grant {
  const actions = grantedActions(statement.actions)
  const kinds = statement.principals.list.map((principal) => ({
    ...principal,
    kind: kindOfPrincipal(principal, account),
  }))
  const idsOf = (kind: string) => kinds.filter((one) => one.kind === kind).map(({ id }) => id)
  const judged = statement.conditions.map((condition) => judgeCondition(condition, statement, account))
  const covering = denies
    .filter((deny) => coversActions(deny, actions) && coversResources(deny.statement, statement))
    .map((deny) => deny.statement)
  return {
    statement: statement.name,
    everybody: statement.principals.not || idsOf('everybody').length > 0,
    others: idsOf('other-account'),
    dangling: idsOf('dangling'),
    actions,
    broad: statement.actions.not || statement.actions.list.some((action) => /[*?]/.test(action)),
    resources: statement.resources.list,
    narrowed: [
      ...judged.flatMap((one) => ('narrows' in one ? one.narrows : [])),
      ...covering.flatMap((deny) => narrowingsBy(deny, account)),
    ],
    deceptive: judged.flatMap((one) => ('deceptive' in one ? one.deceptive : [])),
    unclear: [
      ...judged.flatMap((one) => ('unclear' in one ? one.unclear : [])),
      ...covering.flatMap(unclearInDeny),
    ],
    strangers: kinds.filter(({ kind }) => kind === 'other').map(({ type }) => type),
  }
}

function unclearInDeny({ conditions }: Statement): string[] {
  return conditions.flatMap((condition) => unclearIn(condition) ?? [])
}

/**
 * A Deny narrows an Allow, all of which it covers, when it hits everybody but a few: those it names by NotPrincipal, or
 * those whom every one of its conditions spares.
 */
function narrowingsBy(deny: Statement, account: string): Narrowing[] {
  if (deny.principals.not) return spared(deny, account)
  const hitsEverybody = deny.principals.list.some((one) => kindOfPrincipal(one, account) === 'everybody')
  if (!hitsEverybody) return []
  if (deny.conditions.length === 0) return [{ reach: 'own-account', key: 'Deny', values: [] }]
  const who = deny.conditions.filter((condition) => !sparesServices(condition))
  const exceptions = who.map((condition) => judgeException(condition, account))
  // One condition that is something else may spare anybody, and then the Deny proves nothing.
  return who.length > 0 && exceptions.every((one) => one !== undefined) ? exceptions : []
}

function spared(deny: Statement, account: string): Narrowing[] {
  if (deny.conditions.length > 0) return []
  const kinds = deny.principals.list.map((principal) => kindOfPrincipal(principal, account))
  if (kinds.includes('everybody')) return []
  const reach = kinds.includes('other-account') ? 'accounts' : 'own-account'
  return [{ reach, key: 'NotPrincipal', values: deny.principals.list.map(({ id }: Principal) => id) }]
}

/** The usual exemption in a network Deny, so that AWS services go on working (ecr-facts 6.2). */
export function sparesServices({ operator, key, values }: Condition): boolean {
  const isService = /^aws:(principalisawsservice|viaawsservice)$/i.test(key)
  return isService && readOperator(operator).name === 'bool' && values.every((value) => value === 'false')
}

function coversActions(
  { statement: deny, denied }: DenyStatement,
  { names, unlisted }: GrantedActions,
): boolean {
  const deniesUnlisted = (action: string) =>
    deny.actions.list.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) !==
    deny.actions.not
  return names.every((name) => denied.has(name)) && unlisted.every(deniesUnlisted)
}

function coversResources(deny: Statement, allow: Statement): boolean {
  if (deny.resources.not || allow.resources.not) return false
  return allow.resources.list.every((wanted) =>
    deny.resources.list.some((pattern) => matchesWildcard(pattern, wanted)),
  )
}
