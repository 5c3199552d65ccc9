import { grantedActions } from './actions.ts'
import { judgeException, type Narrowing, unclearIn } from './condition.ts'
import { sparesServices } from './grant.ts'
import type { Condition, Policy, Statement } from './policy.ts'
import { kindOfPrincipal } from './principal.ts'
import { matchesWildcard } from './wildcard.ts'

/** A Deny that refuses everybody who does not come from a named network, the account's own identities too. */
export interface NetworkGuard {
  statement: string
  /** Names of the actions that it refuses. */
  actions: ReadonlySet<string>
  networks: Narrowing[]
  /** ARNs that may come from anywhere. */
  spared: string[]
}

export interface NetworkGuards {
  guards: NetworkGuard[]
  /** Denies on networks that guard nothing, and why: the end of a sentence. */
  weak: string[]
  /** What is not known here, in a Deny that may be a guard. */
  unclear: string[]
}

/** The guards of a policy over one repository. Only a Deny can be one: an Allow binds no identity policy. */
export function networkGuards(policy: Policy, repositoryArn: string, account: string): NetworkGuards {
  const found: NetworkGuards = { guards: [], weak: [], unclear: [] }
  for (const deny of policy.statements) {
    if (deny.effect !== 'Deny' || !isOver(deny, repositoryArn) || !hitsEverybody(deny, account)) continue
    const who = deny.conditions.filter((condition) => !sparesServices(condition))
    const unclear = who.flatMap((condition) => unclearIn(condition) ?? [])
    const holes = who.flatMap((condition) => holeIn(condition, account) ?? [])
    const exceptions = who.flatMap((condition) => judgeException(condition, account) ?? [])
    const networks = exceptions.filter(({ reach }) => reach === 'network')
    if (unclear.length > 0) found.unclear.push(...unclear)
    else if (holes.length > 0)
      found.weak.push(...(who.some(isAboutNetworks) ? [`${deny.name}: ${holes[0]}`] : []))
    else if (networks.length > 0) found.guards.push(guardOf(deny, exceptions))
  }
  return found
}

function guardOf(deny: Statement, exceptions: Narrowing[]): NetworkGuard {
  return {
    statement: deny.name,
    actions: new Set(grantedActions(deny.actions).names),
    networks: exceptions.filter(({ reach }) => reach === 'network'),
    spared: exceptions.filter(({ reach }) => reach !== 'network').flatMap(({ values }) => values),
  }
}

/** Why a condition of the Deny spares more than a network or a few roles. */
function holeIn(condition: Condition, account: string): string | undefined {
  const { operator, key, values } = condition
  const exception = judgeException(condition, account)
  if (!exception) return `${operator} ${key} does not single out the networks that may`
  const isRoles = key.toLowerCase() === 'aws:principalarn' && values.every((value) => !/[*?]/.test(value))
  return exception.reach === 'network' || isRoles
    ? undefined
    : `${operator} ${key} spares more than a network`
}

function isAboutNetworks({ key }: Condition): boolean {
  return /^aws:(source(vpc|vpce|ip|vpcarn)|vpc)/i.test(key)
}

function isOver({ resources }: Statement, arn: string): boolean {
  return !resources.not && resources.list.some((pattern) => matchesWildcard(pattern, arn))
}

function hitsEverybody({ principals }: Statement, account: string): boolean {
  return !principals.not && principals.list.some((one) => kindOfPrincipal(one, account) === 'everybody')
}
