import { matchesGlob } from '../../../core/glob.ts'
import type { Caller } from '../../http.ts'
import { type Statement, valuesOf } from './grammar.ts'

/**
 * Would these statements keep the caller from putting another policy? A simple form of ECR's guard: only
 * unconditional denials count, since an Allow takes nothing away within the account (ecr-facts 6.3).
 */
export function locksOut(statements: Statement[], caller: Caller): boolean {
  return statements.some(
    (statement) =>
      statement['Effect'] === 'Deny' &&
      statement['Condition'] === undefined &&
      covers(statement, caller) &&
      deniesPut(statement),
  )
}

function deniesPut({ Action, NotAction }: Statement): boolean {
  const wanted = 'ecr:setrepositorypolicy'
  const names = (value: unknown) => valuesOf(value).some((each) => matchesGlob(each.toLowerCase(), wanted))
  return Action === undefined ? !names(NotAction) : names(Action)
}

function covers({ Principal, NotPrincipal }: Statement, caller: Caller): boolean {
  return Principal === undefined ? !isNamed(NotPrincipal, caller) : isNamed(Principal, caller)
}

function isNamed(principal: unknown, { account, arn }: Caller): boolean {
  const named = principal === '*' ? ['*'] : valuesOf((principal as Statement)['AWS'])
  return named.some(
    (each) => each === '*' || each === account || each === arn || each.endsWith(`::${account}:root`),
  )
}
