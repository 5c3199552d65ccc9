import { readOperator } from './operator.ts'
import type { Condition, Statement } from './policy.ts'

/**
 * What a statement makes of a second factor (ecr-facts 6.2). The key aws:MultiFactorAuthPresent is not there at all
 * for a long-term access key, and `true` or `false` for a session: an Allow must not hold when it is absent, a Deny
 * must. `absent` and `false`: a Deny that takes only the one half.
 */
export type SecondFactor = 'demanded' | 'absent' | 'false' | 'none'

export interface MfaJudgement {
  demand: SecondFactor
  /** A condition that looks as if it demanded one, and why it does not. */
  trap?: string
}

const presence = 'aws:multifactorauthpresent'
const age = 'aws:multifactorauthage'

export function isAboutMfa({ key }: Condition): boolean {
  return [presence, age].includes(key.toLowerCase())
}

export function secondFactorOf(statement: Statement): MfaJudgement {
  const about = statement.conditions.filter(isAboutMfa)
  if (about.length === 0) return { demand: 'none' }
  return statement.effect === 'Allow' ? judgeAllow(about) : judgeDeny(statement, about)
}

/** All conditions must hold: one that demands it is enough. */
function judgeAllow(about: readonly Condition[]): MfaJudgement {
  const isThere = about.some((each) => isNull(each, 'false'))
  const judged = about.filter((each) => readOperator(each.operator).name !== 'null').map(judgeAllowed)
  if (judged.some((each) => each === 'demanded' || (isThere && each === 'when-there')))
    return { demand: 'demanded' }
  const [first] = about
  const why = judged.includes('when-there')
    ? 'also holds for an access key, for which there is no such key'
    : 'does not ask for it'
  return { demand: 'none', ...(first && { trap: `${first.operator} ${first.key} ${why}` }) }
}

function judgeAllowed({ operator, key, values }: Condition): 'demanded' | 'when-there' | 'no' {
  const { name, ifExists, set } = readOperator(operator)
  const asks =
    key.toLowerCase() === age
      ? /^numericlessthan(equals)?$/.test(name)
      : /^(bool|stringequals(ignorecase)?|stringlike)$/.test(name) && allAre(values, 'true')
  if (!asks) return 'no'
  return ifExists || set === 'ForAllValues' ? 'when-there' : 'demanded'
}

/** All conditions must hold for a Deny to deny: any other one lets some calls through. */
function judgeDeny(statement: Statement, about: readonly Condition[]): MfaJudgement {
  const [first] = about
  if (!first || about.length > 1) return { demand: 'none', trap: 'a Deny with several conditions on MFA' }
  const because = (why: string) => `${first.operator} ${first.key} in a Deny ${why}`
  const others = statement.conditions.filter((each) => !isAboutMfa(each) && !sparesServices(each))
  if (others.length > 0)
    return { demand: 'none', trap: because(`denies only where ${others[0]?.key ?? ''} fits, too`) }
  const { name, ifExists, negated } = readOperator(first.operator)
  if (isNull(first, 'true')) return { demand: 'absent', trap: because('does not deny sessions without MFA') }
  if (first.key.toLowerCase() === age) {
    return /^numericgreaterthan(equals)?$/.test(name) && ifExists
      ? { demand: 'demanded' }
      : { demand: 'none', trap: because('does not deny whoever has no second factor') }
  }
  if (negated && allAre(first.values, 'true')) return { demand: 'demanded' }
  if (!/^(bool|stringequals(ignorecase)?)$/.test(name) || !allAre(first.values, 'false'))
    return { demand: 'none', trap: because('does not deny whoever has no second factor') }
  if (ifExists) return { demand: 'demanded' }
  return { demand: 'false', trap: because('does not deny access keys, for which there is no such key') }
}

/** The usual exemption, so that AWS services go on working for whoever called them. */
function sparesServices({ operator, key, values }: Condition): boolean {
  const isService = /^aws:(principalisawsservice|viaawsservice)$/i.test(key)
  return isService && readOperator(operator).name === 'bool' && allAre(values, 'false')
}

function isNull({ operator, values }: Condition, value: 'true' | 'false'): boolean {
  return readOperator(operator).name === 'null' && allAre(values, value)
}

function allAre(values: readonly string[], wanted: string): boolean {
  return values.length > 0 && values.every((value) => value.toLowerCase() === wanted)
}
