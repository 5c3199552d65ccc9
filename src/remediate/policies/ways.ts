import { isRegistryWide } from '../../access/action-scope.ts'
import { grantedActions } from '../../access/actions.ts'
import { kindOfPrincipal } from '../../access/principal.ts'
import type { Baseline } from '../baseline.ts'
import type { Place } from '../place.ts'
import { asList, oneOrMany, type RawPrincipal, type RawStatement } from './document.ts'
import type { Way } from './mend.ts'

/** A condition that also holds when its key is absent becomes one that asks for it (ecr-facts 6.2). */
export const strictOperators: Way = (statement) => {
  const { Condition } = statement
  if (!Condition) return undefined
  const isDeny = statement.Effect === 'Deny'
  const strict = Object.entries(Condition).map(
    ([operator, block]) => [isDeny ? ofDeny(operator, block) : ofAllow(operator, block), block] as const,
  )
  // Two that become the same operator would lose one of their blocks.
  if (new Set(strict.map(([operator]) => operator)).size < strict.length) return undefined
  if (strict.every(([operator]) => operator in Condition)) return undefined
  return [{ ...statement, Condition: Object.fromEntries(strict) }]
}

const severalValues = /^aws:(principalorgpaths|tagkeys|calledvia)$/i

function ofAllow(operator: string, block: Record<string, unknown>): string {
  const plain = operator.replace(/IfExists$/i, '').replace(/^ForAllValues:/i, '')
  const many = Object.keys(block).every((key) => severalValues.test(key))
  return many && plain !== operator && !/^ForAnyValue:/i.test(plain) ? `ForAnyValue:${plain}` : plain
}

/** An access key brings no MFA key at all: only IfExists reaches it. */
function ofDeny(operator: string, block: Record<string, unknown>): string {
  if (
    /^Bool$/i.test(operator) &&
    Object.keys(block).every((key) => /^aws:MultiFactorAuthPresent$/i.test(key))
  ) {
    return 'BoolIfExists'
  }
  return operator.replace(/^ForAnyValue:(.*Not)/i, '$1')
}

/** Everybody becomes: those of the trusted organizations. Nobody is trusted: not a way. */
export function onlyOrganizations({ audit }: Baseline): Way {
  return (statement) => {
    if (audit.trustedOrganizations.length === 0 || !isForEverybody(statement)) return undefined
    const values = oneOrMany(audit.trustedOrganizations)
    return [withCondition(statement, 'StringEquals', { 'aws:PrincipalOrgID': values })]
  }
}

/**
 * Everybody becomes: this account, whose users and roles keep what the statement gave them, and the trusted accounts. A
 * condition and no principals, as naming an account would leave its users to their own policies (ecr-facts 6.3).
 */
export function onlyKnownAccounts({ audit }: Baseline, { account }: Place): Way {
  return (statement) => {
    if (!isForEverybody(statement) || statement.NotPrincipal !== undefined) return undefined
    const accounts = oneOrMany([account, ...audit.trustedAccounts.filter((one) => one !== account)])
    return [withCondition(statement, 'StringEquals', { 'aws:PrincipalAccount': accounts })]
  }
}

/** Everybody becomes: whoever comes from the named networks. */
export function onlyNetworks({ network }: Baseline): Way {
  return (statement) => {
    const { vpcEndpoints, vpcs, sourceIps } = network
    if (!isForEverybody(statement)) return undefined
    if (vpcEndpoints.length > 0)
      return [withCondition(statement, 'StringEquals', { 'aws:SourceVpce': oneOrMany(vpcEndpoints) })]
    if (vpcs.length > 0)
      return [withCondition(statement, 'StringEquals', { 'aws:SourceVpc': oneOrMany(vpcs) })]
    if (sourceIps.length > 0)
      return [withCondition(statement, 'IpAddress', { 'aws:SourceIp': oneOrMany(sourceIps) })]
    return undefined
  }
}

/** Wildcards become the names of what they cover that reads or pulls, and nothing that changes. */
export const onlyReading: Way = (statement) => {
  const selection = {
    not: statement.NotAction !== undefined,
    list: asList(statement.Action ?? statement.NotAction),
  }
  const reading = readingActions(selection)
  if (reading.length === 0) return undefined
  const { NotAction: _, ...rest } = statement
  return [{ ...rest, Action: oneOrMany(reading) }]
}

/** Those of other accounts may read and pull at most; who is of this account keeps everything. */
export function othersOnlyRead({ account }: Place): Way {
  return (statement) => {
    const [reduced] = onlyReading(statement) ?? []
    const own = principals(
      statement,
      (id) => kindOfPrincipal({ type: 'AWS', id }, account) !== 'other-account',
    )
    const others = principals(
      statement,
      (id) => kindOfPrincipal({ type: 'AWS', id }, account) === 'other-account',
    )
    if (others === undefined) return undefined
    const left = reduced === undefined ? [] : [{ ...reduced, Principal: others }]
    if (own === undefined) return left
    const { Sid, ...rest } = statement
    return [
      { ...statement, Principal: own },
      ...left.map((one) => ({ ...rest, ...without(one), ...(Sid && { Sid: `${Sid}Others` }) })),
    ]
  }
}

function without({ Sid: _, ...rest }: RawStatement): RawStatement {
  return rest
}

/** Without the principals that `goes` says; a statement that is for nobody then goes. */
export function withoutPrincipals(goes: (id: string) => boolean): Way {
  return (statement) => {
    if (typeof statement.Principal !== 'object') return undefined
    const left = principals(statement, (id) => !goes(id))
    return left === undefined ? [] : [{ ...statement, Principal: left }]
  }
}

export const remove: Way = () => []

export function isForEverybody({ Effect, Principal, NotPrincipal }: RawStatement): boolean {
  if (Effect !== 'Allow') return false
  if (NotPrincipal !== undefined || Principal === '*') return true
  return typeof Principal === 'object' && asList(Principal['AWS']).includes('*')
}

export function withCondition(
  statement: RawStatement,
  operator: string,
  block: Record<string, string | string[]>,
): RawStatement {
  const { Condition = {} } = statement
  return { ...statement, Condition: { ...Condition, [operator]: { ...Condition[operator], ...block } } }
}

/** The Principal element with those AWS principals that are kept; undefined when nobody is left. */
function principals({ Principal }: RawStatement, keeps: (id: string) => boolean): RawPrincipal | undefined {
  if (Principal === undefined || typeof Principal === 'string') return undefined
  const { AWS, ...others } = Principal
  const kept = asList(AWS).filter(keeps)
  const left = { ...(kept.length > 0 && { AWS: oneOrMany(kept) }), ...others }
  return Object.keys(left).length === 0 ? undefined : left
}

/** What can be about a repository, and only tells something. */
function readingActions(selection: { not: boolean; list: string[] }): string[] {
  return grantedActions(selection)
    .names.filter((name) => /^(BatchGet|BatchCheck|Describe|Get|List)/.test(name))
    .map((name) => `ecr:${name}`)
    .filter((action) => !isRegistryWide(action.toLowerCase()))
}
