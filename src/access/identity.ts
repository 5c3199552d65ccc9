import { type GrantedActions, grantedActions } from './actions.ts'
import { isAboutMfa, type SecondFactor, secondFactorOf } from './mfa.ts'
import { readOperator } from './operator.ts'
import type { Condition, Policy, Statement } from './policy.ts'
import { unknownIn } from './who-keys.ts'
import { matchesWildcard } from './wildcard.ts'

export interface RegistryPlace {
  partition: string
  account: string
  region: string
}

/** On every repository of the registry, also those that are still to come; on some; on none. */
export type Reach = 'everywhere' | 'somewhere' | 'nowhere'

/** A statement of an identity policy, as far as it is about one registry. */
export interface IdentityStatement {
  name: string
  effect: Statement['effect']
  actions: GrantedActions
  /** All actions of all services, or all but a few, on everything. */
  everything: boolean
  reach: Reach
  factor: SecondFactor
  trap?: string
  /** Conditions by which it may or may not hold: words for the first one that decides something not known here. */
  unclear?: string
  /** Has a condition that is neither on MFA nor always true of somebody: when, from where, for whom. */
  conditional: boolean
}

/** What an identity policy says about one registry; statements about other things are left out. */
export function identityStatements(policy: Policy, place: RegistryPlace): IdentityStatement[] {
  return policy.statements
    .map((statement) => identityStatement(statement, place))
    .filter(({ reach, actions }) => reach !== 'nowhere' && actions.names.length + actions.unlisted.length > 0)
}

function identityStatement(statement: Statement, place: RegistryPlace): IdentityStatement {
  const { name, effect, actions, resources, conditions } = statement
  const { demand, trap } = secondFactorOf(statement)
  const others = conditions.filter((each) => !isAboutMfa(each))
  const unclear = others.map(unknownIn).find((words) => words !== undefined)
  return {
    name,
    effect,
    actions: grantedActions(actions),
    everything: (actions.not || actions.list.includes('*')) && resources.list.includes('*') && !resources.not,
    reach: narrowed(reachOf(statement, place), others, place),
    factor: demand,
    ...(trap !== undefined && { trap }),
    ...(unclear !== undefined && { unclear }),
    conditional: others.length > 0,
  }
}

/** Repositories that nobody would name: what matches both matches every one. */
const probes = ['repository/0/zz', 'repository/q']

/** All but some repositories are everywhere for an Allow, and not for a Deny: each is taken at its worst. */
function reachOf({ resources, effect }: Statement, { partition, region, account }: RegistryPlace): Reach {
  const sections = ['arn', partition, 'ecr', region, account]
  const fitting = resources.list
    .map(sectionsOf)
    .filter((pattern) => sections.every((each, at) => matchesWildcard(pattern[at] ?? '', each)))
    .map(([, , , , , resource = '']) => resource)
  const named = fitting.filter((resource) => canName(resource))
  const all = named.some((resource) => probes.every((probe) => matchesWildcard(resource, probe)))
  if (!resources.not) return all ? 'everywhere' : named.length > 0 ? 'somewhere' : 'nowhere'
  if (all) return 'nowhere'
  return effect === 'Allow' || named.length === 0 ? 'everywhere' : 'somewhere'
}

/** Six; IAM takes those that are missing for `*`, and no wildcard reaches into the next one. */
function sectionsOf(pattern: string): string[] {
  const [arn = '', partition = '*', service = '*', region = '*', account = '*', ...rest] = pattern.split(':')
  return [
    arn === '*' ? '*' : arn,
    partition,
    service,
    region,
    account,
    rest.length > 0 ? rest.join(':') : '*',
  ]
}

/** A policy variable may be anything, so it names some. */
function canName(resource: string): boolean {
  const literal = /^[^*?$]*/.exec(resource)?.[0] ?? ''
  return literal.startsWith('repository/') || 'repository/'.startsWith(literal)
}

/** Conditions that choose among the repositories. */
function narrowed(reach: Reach, conditions: readonly Condition[], { region }: RegistryPlace): Reach {
  if (reach === 'nowhere') return reach
  const regions = conditions.filter(({ key }) => key.toLowerCase() === 'aws:requestedregion')
  if (regions.some((condition) => excludes(condition, region))) return 'nowhere'
  const chooses = ({ key }: Condition) => /^(aws|ecr):resourcetag\//i.test(key)
  return conditions.some(chooses) ? 'somewhere' : reach
}

function excludes({ operator, values }: Condition, region: string): boolean {
  const { name, negated } = readOperator(operator)
  if (!/^string(not)?(equals|like)/.test(name)) return false
  return values.some((value) => matchesWildcard(value, region)) === negated
}
