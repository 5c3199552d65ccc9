import type { PreparedCaller } from './caller.ts'
import { isInRange } from './conditions/address.ts'
import type { CompiledCondition } from './conditions/compile.ts'
import type { Values } from './context.ts'
import { strangerOrganization } from './outsiders.ts'
import { accountOf } from './principal.ts'
import { isFirmValue, isKnownKey, tellsOf } from './who-keys.ts'

/** Somebody who wants in, and brings along whatever helps. */
export interface Visitor {
  caller: PreparedCaller
  account: string
  /** Values of condition keys that are as they are. */
  fixed: ReadonlyMap<string, Values>
  /**
   * Whom a policy names may also be in any network that it names, be any user, or act for any source. Strangers have
   * networks and ids of their own.
   */
  free: readonly ('network' | 'source' | 'user' | 'organization')[]
}

const mostValues = 12

/**
 * What a visitor may bring along for a key, of all that could make a difference to these conditions on it. Undefined:
 * nobody here knows what the key means. A value that a condition takes from everybody, such as `o-*`, is there as well.
 */
export function chosenValues(
  key: string,
  conditions: readonly CompiledCondition[],
  visitor: Visitor,
): readonly Values[] | undefined {
  const fixed = visitor.fixed.get(key)
  if (fixed !== undefined) return [fixed]
  if (!isKnownKey(key)) return undefined
  const tells = tellsOf(key)
  if (tells === undefined) return [...strange(conditions), null, ...samplesOf(conditions)]
  const isFree = visitor.free.includes(key === 'aws:userid' ? 'user' : (tells as 'network'))
  const soft = samplesOf(
    conditions,
    ({ operator }, value) =>
      // No account and no organization is called by a star.
      (operator.wildcards || !/[*?]/.test(value)) &&
      (isFree || accountOf(value) === visitor.account || !isFirmValue(key, value, operator)),
  )
  return [...ownValues(key, conditions, visitor), ...soft]
}

/** A value that no policy has thought of, for operators that compare texts. */
function strange([first]: readonly CompiledCondition[]): Values[] {
  return first && !/^string/.test(first.operator.name) ? [] : [['zz-none']]
}

const own: Record<string, (account: string) => readonly Values[]> = {
  'aws:principalorgid': () => [null, [strangerOrganization]],
  'aws:principalorgpaths': () => [null, [`${strangerOrganization}/r-zz00/ou-zz00-zz/`]],
  'aws:principalaccount': (account) => [[account]],
  'aws:principalarn': (account) => [[`arn:aws:iam::${account}:role/zz-none`]],
  'aws:userid': () => [['AROAZZZZZZZZZZZZZZZZZ:zz-none']],
  'aws:sourcevpc': () => [null, ['vpc-zz000000000000000']],
  'aws:sourcevpce': () => [null, ['vpce-zz000000000000000']],
  'aws:sourcevpcarn': (account) => [null, [`arn:aws:ec2:zz-none-1:${account}:vpc/vpc-zz000000000000000`]],
  'aws:vpceaccount': (account) => [null, [account]],
  'aws:vpceorgid': () => [null, [strangerOrganization]],
  'aws:vpceorgpaths': () => [null, [`${strangerOrganization}/r-zz00/ou-zz00-zz/`]],
  'aws:sourceaccount': (account) => [[account]],
  'aws:sourcearn': (account) => [[`arn:aws:codebuild:zz-none-1:${account}:project/zz-none`]],
  'aws:sourceorgid': () => [[strangerOrganization]],
  'aws:sourceorgpaths': () => [[`${strangerOrganization}/r-zz00/ou-zz00-zz/`]],
  'kms:calleraccount': (account) => [[account]],
}

function ownValues(
  key: string,
  conditions: readonly CompiledCondition[],
  visitor: Visitor,
): readonly Values[] {
  if (key === 'aws:sourceip') return [...ownAddresses(conditions), null]
  return own[key]?.(visitor.account) ?? [null]
}

/** Addresses of which none is in a range that picks somebody out; a call through an endpoint has none. */
function ownAddresses(conditions: readonly CompiledCondition[]): Values[] {
  const firm = conditions.flatMap(({ source, operator }) =>
    source.values.filter((value) => isFirmValue('aws:sourceip', value, operator)),
  )
  const isFree = (address: string) => !firm.some((range) => isInRange(range, address))
  return ['45.77.1.2', '102.3.4.5', '187.6.5.4', '2a0b:7700::1'].filter(isFree).map((address) => [address])
}

type Takes = (condition: CompiledCondition, value: string) => boolean

function samplesOf(conditions: readonly CompiledCondition[], takes: Takes = () => true): Values[] {
  const found = new Set<string>()
  for (const condition of conditions)
    for (const value of condition.source.values)
      if (found.size < mostValues && takes(condition, value))
        for (const sample of samples(condition, value)) found.add(sample)
  return [...found].map((value) => [value])
}

/** Texts that a condition's value fits, and for what can be larger and smaller, texts around it. */
function samples({ operator: { name, wildcards } }: CompiledCondition, value: string): string[] {
  if (value.includes('\u0024{')) return []
  if (name === 'null') return ['zz-none']
  if (name === 'bool') return ['true', 'false']
  if (name.includes('ipaddress')) return [value.split('/')[0] ?? '']
  if (name.startsWith('numeric')) return [value, String(Number(value) - 1), String(Number(value) + 1)]
  if (name.startsWith('date')) return [value, '2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z']
  return [wildcards ? withoutWildcards(value) : value]
}

/** A text that a pattern fits. */
export function withoutWildcards(pattern: string): string {
  return pattern.replace(/\*+/g, 'zz').replaceAll('?', 'z')
}
