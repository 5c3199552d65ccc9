import { isKnownOperator, isNeutralKey } from './condition-words.ts'
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
import { type Operator, readOperator } from './operator.ts'
import type { Condition } from './policy.ts'

/** What a key tells of a caller: the account, the organization, the network, or for whom a service acts. */
type Tells = 'account' | 'organization' | 'network' | 'source'

interface WhoKey {
  tells: Tells
  isFirm: FirmValue
  /** The one policy variable that the registry's side of a request fills in, not the caller. */
  variable?: string
}

/** Keys that say who calls or from where, in lower case (ecr-facts 6.2). */
const whoKeys = new Map<string, WhoKey>([
  ['aws:principalorgid', { tells: 'organization', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  [
    'aws:principalorgpaths',
    { tells: 'organization', isFirm: isOrganizationPath, variable: 'aws:ResourceOrgPaths' },
  ],
  ['aws:principalaccount', { tells: 'account', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:principalarn', { tells: 'account', isFirm: isFirmArn }],
  ['aws:userid', { tells: 'account', isFirm: isUserId }],
  ['aws:sourcevpc', { tells: 'network', isFirm: isNetwork }],
  ['aws:sourcevpce', { tells: 'network', isFirm: isNetwork }],
  ['aws:sourcevpcarn', { tells: 'network', isFirm: isFirmArn }],
  ['aws:sourceip', { tells: 'network', isFirm: isAddressRange }],
  ['aws:vpceaccount', { tells: 'network', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:vpceorgid', { tells: 'network', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  ['aws:vpceorgpaths', { tells: 'network', isFirm: isOrganizationPath }],
  ['aws:sourceaccount', { tells: 'source', isFirm: isAccount, variable: 'aws:ResourceAccount' }],
  ['aws:sourcearn', { tells: 'source', isFirm: isFirmArn }],
  ['aws:sourceorgid', { tells: 'source', isFirm: isOrganization, variable: 'aws:ResourceOrgID' }],
  ['aws:sourceorgpaths', { tells: 'source', isFirm: isOrganizationPath }],
  // Of key policies.
  ['kms:calleraccount', { tells: 'account', isFirm: isAccount }],
])

/** Takes the key in lower case. Undefined: it says nothing of who calls, or is not known here. */
export function tellsOf(key: string): Tells | undefined {
  return whoKeys.get(key)?.tells
}

/** A key that no stranger gives a value of his choice, or one that is known to be anybody's. */
export function isKnownKey(key: string): boolean {
  return whoKeys.has(key) || isNeutralKey(key)
}

/** What of a condition is not known here: it may be newer than this program. */
export function unknownIn({ operator, key }: Condition): string | undefined {
  if (!isKnownOperator(readOperator(operator).name))
    return `the operator ${operator.slice(0, 60)} is not known here`
  if (!isKnownKey(key.toLowerCase())) return `the condition key ${key.slice(0, 60)} is not known here`
  return undefined
}

/** Whether a value of a key that tells who calls picks somebody out: nobody else can bring it along. */
export function isFirmValue(key: string, value: string, operator: Operator): boolean {
  const rule = whoKeys.get(key)
  if (!rule) return false
  // A variable that the caller fills in would be compared with itself.
  const variable = variableOf(value)
  if (variable !== undefined) return variable === rule.variable?.toLowerCase()
  const prefix = operator.wildcards ? (/^[^*?]*/.exec(value)?.[0] ?? '') : value
  return rule.isFirm(value, prefix)
}

/** The variable that a value consists of; empty when it holds one among other text. */
export function variableOf(value: string): string | undefined {
  if (!value.includes('\u0024{')) return undefined
  return /^\$\{([^}]*)\}$/.exec(value)?.[1]?.toLowerCase() ?? ''
}
