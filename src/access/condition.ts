import { isAlwaysThere, isKnownOperator, isNeutralKey } from './condition-words.ts'
import {
  type FirmValue,
  isAccount,
  isAddressRange,
  isFirmArn,
  isNetwork,
  isOrganization,
  isOrganizationPath,
  isUserId,
} from './firm-value.ts'
import type { Condition, Statement } from './policy.ts'

/** Whom a condition leaves: some accounts, an organization, callers from a network, services acting for a source. */
export type Reach = 'own-account' | 'accounts' | 'organization' | 'network' | 'source'

export interface Narrowing {
  reach: Reach
  /** The condition key as written. */
  key: string
  values: string[]
}

/**
 * `deceptive`: looks like a restriction and is none; says why, as the end of a sentence. `unclear`: an operator or a key
 * that is not known here, so that nobody can say whom it keeps out.
 */
export type Judgement = { narrows: Narrowing } | { deceptive: string } | { unclear: string }

interface KeyRule {
  reach: Reach
  isFirm: FirmValue
  /** The one policy variable that the registry's side of a request fills in, not the caller. */
  variable?: string
}

/** Keys that say who calls or from where, in lower case (ecr-facts 6.2). */
const rules = new Map<string, KeyRule>([
  ['aws:principalorgid', { reach: 'organization', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  [
    'aws:principalorgpaths',
    { reach: 'organization', isFirm: isOrganizationPath, variable: 'aws:ResourceOrgPaths' },
  ],
  ['aws:principalaccount', { reach: 'accounts', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:principalarn', { reach: 'accounts', isFirm: isFirmArn }],
  ['aws:userid', { reach: 'accounts', isFirm: isUserId }],
  ['aws:sourcevpc', { reach: 'network', isFirm: isNetwork }],
  ['aws:sourcevpce', { reach: 'network', isFirm: isNetwork }],
  ['aws:sourcevpcarn', { reach: 'network', isFirm: isFirmArn }],
  ['aws:sourceip', { reach: 'network', isFirm: isAddressRange }],
  ['aws:vpceaccount', { reach: 'network', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:vpceorgid', { reach: 'network', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  ['aws:vpceorgpaths', { reach: 'network', isFirm: isOrganizationPath }],
  ['aws:sourceaccount', { reach: 'source', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:sourcearn', { reach: 'source', isFirm: isFirmArn }],
  ['aws:sourceorgid', { reach: 'source', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  ['aws:sourceorgpaths', { reach: 'source', isFirm: isOrganizationPath }],
  // Of key policies.
  ['kms:calleraccount', { reach: 'accounts', isFirm: isAccount }],
])

export interface Operator {
  set: 'ForAllValues' | 'ForAnyValue' | undefined
  name: string
  ifExists: boolean
  negated: boolean
  wildcards: boolean
}

export function readOperator(text: string): Operator {
  const match = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(text.toLowerCase())
  const name = match?.[2] ?? ''
  return {
    set: match?.[1] ? (match[1] === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue') : undefined,
    name,
    ifExists: match?.[3] !== undefined,
    negated: /^(stringnot|notipaddress|arnnot)/.test(name),
    wildcards: /like$|^arn/.test(name),
  }
}

/** Judges one condition of an Allow: does it keep out callers whom nobody named? */
export function judgeCondition(condition: Condition, statement: Statement, account: string): Judgement {
  const operator = readOperator(condition.operator)
  const deceptive = (why: string): Judgement => ({
    deceptive: `${condition.operator} ${condition.key} ${why}`,
  })
  const unclear = unclearIn(condition)
  if (unclear !== undefined) return { unclear }
  const rule = rules.get(condition.key.toLowerCase())
  if (!rule) return deceptive('does not say who calls')
  if (operator.negated) return deceptive('names whom it keeps out and lets in all others')
  if (operator.name === 'null') return deceptive('only asks whether the key is there')
  if (!comparesWho(operator)) return deceptive('does not compare what the key holds')
  const mayBeAbsent = operator.ifExists || operator.set === 'ForAllValues'
  if (mayBeAbsent && !isAlwaysThere(condition.key.toLowerCase()) && !demandsKey(statement, condition.key))
    return deceptive('also holds when the key is absent')
  const open = condition.values.find((value) => !isFirm(rule, value, operator))
  if (open !== undefined) return deceptive(`accepts ${JSON.stringify(open)}, which is everybody's`)
  return { narrows: { ...narrowingOf(rule, condition, account), values: condition.values } }
}

/** What of a condition is not known here: it may be newer than this program. */
export function unclearIn({ operator, key }: Condition): string | undefined {
  const name = key.toLowerCase()
  if (!isKnownOperator(readOperator(operator).name))
    return `the operator ${operator.slice(0, 60)} is not known here`
  if (!rules.has(name) && !isNeutralKey(name))
    return `the condition key ${key.slice(0, 60)} is not known here`
  return undefined
}

/**
 * Why a condition of an Allow that names its principals holds more often than it looks; undefined when it says what it
 * means. What a key compares is no matter here: a condition on a tag is one.
 */
export function emptinessOf(condition: Condition, statement: Statement): string | undefined {
  const { operator, key, values } = condition
  const { set, ifExists, negated, wildcards } = readOperator(operator)
  const name = key.toLowerCase()
  const because = (why: string) => `${operator} ${key} ${why}`
  if ((ifExists || set === 'ForAllValues') && !isAlwaysThere(name) && !demandsKey(statement, key)) {
    return because('also holds when the key is absent')
  }
  if (negated) return rules.has(name) ? because('names whom it keeps out and lets in all others') : undefined
  const open = values.find((value) => (wildcards && /^\*+$/.test(value)) || isWholeInternet(name, value))
  return open === undefined ? undefined : because(`accepts ${JSON.stringify(open)}, which is everybody's`)
}

function isWholeInternet(key: string, value: string): boolean {
  return key === 'aws:sourceip' && !isAddressRange(value, value)
}

/** The condition of a Deny that hits all but those it names: what is left is narrowed as an Allow would be. */
export function judgeException(condition: Condition, account: string): Narrowing | undefined {
  const operator = readOperator(condition.operator)
  const rule = rules.get(condition.key.toLowerCase())
  // With ForAnyValue an absent key means no denial: callers without it would get through.
  if (!rule || !operator.negated || operator.set === 'ForAnyValue') return undefined
  if (!condition.values.every((value) => isFirm(rule, value, operator))) return undefined
  return narrowingOf(rule, condition, account)
}

function comparesWho({ name }: Operator): boolean {
  return /^(stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress)$/.test(name)
}

/** `Null: {key: "false"}` beside it takes the hole out of IfExists and ForAllValues. */
function demandsKey(statement: Statement, key: string): boolean {
  return statement.conditions.some(
    (other) =>
      readOperator(other.operator).name === 'null' &&
      other.key.toLowerCase() === key.toLowerCase() &&
      other.values.every((value) => value.toLowerCase() === 'false'),
  )
}

function isFirm(rule: KeyRule, value: string, operator: Operator): boolean {
  // A variable that the caller fills in would be compared with itself.
  if (variableOf(value) !== undefined) return variableOf(value) === rule.variable?.toLowerCase()
  const prefix = operator.wildcards ? (/^[^*?]*/.exec(value)?.[0] ?? '') : value
  return rule.isFirm(value, prefix)
}

/** The variable that a value consists of; empty when it holds one among other text. */
function variableOf(value: string): string | undefined {
  if (!value.includes('\u0024{')) return undefined
  return /^\$\{([^}]*)\}$/.exec(value)?.[1]?.toLowerCase() ?? ''
}

function narrowingOf(rule: KeyRule, { key, values }: Condition, account: string): Narrowing {
  const isOwn = (value: string) =>
    value === account || variableOf(value) !== undefined || value.split(':')[4] === account
  const own = rule.reach === 'accounts' && values.length > 0 && values.every(isOwn)
  return { reach: own ? 'own-account' : rule.reach, key, values }
}
