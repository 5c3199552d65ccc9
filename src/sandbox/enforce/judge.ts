import { listOf, type Statement, statementsOf } from '../policy-match.ts'
import { judgeCondition } from './condition.ts'
import { type Keys, variablesFrom } from './keys.ts'
import { howNamed, type Named, type Who } from './principal.ts'
import { matchesPattern } from './wildcard.ts'

/** A policy that was read. Only the newer version of the language has variables. */
export interface Policy {
  statements: readonly Statement[]
  variables: boolean
}

/** One action on one resource. */
export interface Request {
  /** `ecr:PutImage`. */
  action: string
  /** Every spelling of its ARN that policies use; `*` for an action that is on no resource. */
  resource: readonly string[]
  keys: Keys
}

export interface Findings {
  denied: boolean
  allowed: boolean
}

export function readPolicy(text: string): Policy {
  const { Version } = JSON.parse(text) as { Version?: unknown }
  return { statements: statementsOf(text), variables: Version === '2012-10-17' }
}

/** An identity policy, a boundary or a session policy. */
export function judge(policies: readonly Policy[], request: Request): Findings {
  const found = policies.flatMap((policy) => applying(policy, request))
  return { denied: found.some(isDeny), allowed: found.some((each) => !isDeny(each)) }
}

export interface ResourceFindings {
  denied: boolean
  /** The strongest way in which an Allow names the caller. */
  allowed: Named
}

/** Policies that are attached to the resource. */
export function judgeResourcePolicies(
  policies: readonly Policy[],
  request: Request,
  who: Who,
): ResourceFindings {
  const found = policies
    .flatMap((policy) => applying(policy, request))
    .map((statement) => ({ statement, named: howNamed(statement, who) }))
    .filter(({ named }) => named !== 'not')
  const allows = found.filter(({ statement }) => !isDeny(statement)).map(({ named }) => named)
  const strongest = (['itself', 'role', 'account'] as const).find((each) => allows.includes(each))
  return { denied: found.some(({ statement }) => isDeny(statement)), allowed: strongest ?? 'not' }
}

const isDeny = ({ Effect }: Statement) => Effect !== 'Allow'

/** The statements that are about the request; what is unclear counts for a Deny and not for an Allow. */
function applying(policy: Policy, request: Request): Statement[] {
  return policy.statements.filter((statement) => {
    if (!coversAction(statement, request) || !coversResource(statement, request, policy)) return false
    const verdict = judgeCondition(statement.Condition, request.keys, policy)
    return isDeny(statement) ? verdict !== 'fails' : verdict === 'holds'
  })
}

function coversAction({ Action, NotAction }: Statement, { action }: Request): boolean {
  const names = (value: unknown) =>
    listOf(value).some((each) => matchesPattern(String(each).toLowerCase(), action.toLowerCase()))
  return NotAction === undefined ? names(Action) : !names(NotAction)
}

function coversResource(
  { Resource, NotResource }: Statement,
  { resource, keys }: Request,
  { variables }: Policy,
): boolean {
  const options = { variables: variables ? variablesFrom(keys) : undefined }
  const names = (value: unknown) =>
    listOf(value).some((each) => resource.some((arn) => matchesPattern(String(each), arn, options)))
  if (NotResource !== undefined) return !names(NotResource)
  // A policy of a resource may leave it out: it means what it is attached to (ecr-facts 6.3).
  return Resource === undefined || names(Resource)
}
