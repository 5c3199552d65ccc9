import type { PolicyAsk } from './ask.ts'
import { isPrivateRange } from './ranges.ts'

export type ConditionBlock = Record<string, Record<string, string | readonly string[]>>

/** One condition that has to hold, as an Allow says it and as a Deny says its opposite. */
export interface Restriction {
  option: '--vpc' | '--vpce' | '--source-ip' | '--require-mfa' | '--org'
  key: string
  values: readonly string[]
  allow: string
  /** Undefined: no Deny is written for it. */
  deny: { sid: string; operator: string; values: readonly string[] } | undefined
  words: string
}

const list = (values: readonly string[]): string => values.join(' or ')

/**
 * Each must hold. An Allow uses positive operators, which an absent key fails; a Deny negated ones, which an absent
 * key meets, so that it denies then (ecr-facts 6.2).
 */
export function restrictionsOf(ask: PolicyAsk): Restriction[] {
  const { vpc, vpce, sourceIp, requireMfa, org } = ask
  const found: (Restriction | undefined)[] = [
    text('--vpc', 'aws:SourceVpc', vpc, `only through a VPC endpoint in ${list(vpc)}`),
    text('--vpce', 'aws:SourceVpce', vpce, `only through ${list(vpce)}`),
    addresses(sourceIp),
    requireMfa ? secondFactor : undefined,
    org === undefined
      ? undefined
      : {
          ...{
            option: '--org',
            key: 'aws:PrincipalOrgID',
            values: [org],
            allow: 'StringEquals',
            deny: undefined,
          },
          words: `only principals of organization ${org}`,
        },
  ]
  return found.filter((one) => one !== undefined)
}

function text(
  option: Restriction['option'],
  key: string,
  values: readonly string[],
  words: string,
): Restriction | undefined {
  if (values.length === 0) return undefined
  const deny = { sid: `Deny${key.slice('aws:'.length)}Others`, operator: 'StringNotEquals', values }
  return { option, key, values, allow: 'StringEquals', deny, words }
}

/**
 * Behind an endpoint there is no public address: private ranges are those of the VPC. Assumption: ECR's endpoints set
 * `aws:VpcSourceIp` as those of other services do.
 */
function addresses(values: readonly string[]): Restriction | undefined {
  const [first] = values
  if (first === undefined) return undefined
  const key = isPrivateRange(first) ? 'aws:VpcSourceIp' : 'aws:SourceIp'
  const deny = { sid: 'DenyOtherAddresses', operator: 'NotIpAddress', values }
  const words = `only from ${list(values)}`
  return { option: '--source-ip', key, values, allow: 'IpAddress', deny, words }
}

/** In a Deny with IfExists: access keys have no such key (ecr-facts 6.2). */
const secondFactor: Restriction = {
  ...{ option: '--require-mfa', key: 'aws:MultiFactorAuthPresent', values: ['true'], allow: 'Bool' },
  deny: { sid: 'DenyWithoutSecondFactor', operator: 'BoolIfExists', values: ['false'] },
  words: 'only with a second factor (MFA)',
}

/** All of them at once, as the condition of an Allow; undefined when there are none. */
export function allowWhen(restrictions: readonly Restriction[]): ConditionBlock | undefined {
  if (restrictions.length === 0) return undefined
  return block(restrictions.map(({ allow, key, values }) => ({ operator: allow, key, values })))
}

export function block(
  conditions: readonly { operator: string; key: string; values: readonly string[] }[],
): ConditionBlock {
  const made: ConditionBlock = {}
  for (const { operator, key, values } of conditions)
    made[operator] = { ...made[operator], [key]: oneOrMany(values) }
  return made
}

/** A list of one is written without brackets, as people do. */
export function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [first] = values
  return first !== undefined && values.length === 1 ? first : values
}
