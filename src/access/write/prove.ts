import { actionNames } from '../actions.ts'
import type { PolicyAsk } from './ask.ts'
import { kindOf } from './kinds.ts'
import { proveIdentity } from './prove-identity.ts'
import { proveRepository } from './prove-repository.ts'
import type { PolicyDocument } from './statements.ts'

/** What was asked of the evaluator, and every answer that is not what the policy is said to allow. */
export interface Proof {
  requests: number
  failures: string[]
}

/**
 * Asks the evaluator about every action that is known here, and some that are not, on repositories inside and
 * outside, by calls that meet the conditions and calls that fail one of them. It knows nothing of how the policy was
 * written: it compares with what was asked for.
 */
export function provePolicy(ask: PolicyAsk, policy: PolicyDocument): Proof {
  const document = JSON.stringify(policy)
  return ask.attachTo === 'identity'
    ? proveIdentity(ask, document, actionsFor(ask))
    : proveRepository(ask, document, actionsFor(ask))
}

/** One that ECR may have one day must not be allowed either. */
const beside = ['ecr:ActionOfTomorrow', 'iam:PassRole', 'sts:AssumeRole', 's3:GetObject']

function actionsFor(ask: PolicyAsk): string[] {
  const given = kindOf(ask).grants.flatMap(({ actions }) => actions)
  return [...new Set([...actionNames, ...given, ...beside])]
}
