import { actionNames } from '../actions.ts'
import { type Decision, decisionOf, prepare } from '../evaluate.ts'
import { directCall } from '../open-access.ts'
import type { AccessPolicies } from '../policies.ts'
import type { Caller } from '../request.ts'
import { type Grant, resourcesOf } from './grants.ts'

/** The evaluator's word on the smaller policy. */
export interface SmallerProof {
  requests: number
  holds: boolean
  failures: string[]
}

export interface BeforeAndAfter {
  before: AccessPolicies
  after: AccessPolicies
  caller: Caller
}

const rank: Record<Decision, number> = { denied: 0, conditional: 1, allowed: 2 }

/** Not of ECR: what these services give must be as it was. */
const elsewhere: readonly [action: string, resource: string][] = [
  ['s3:GetObject', 'arn:aws:s3:::bucket/key'],
  ['sts:AssumeRole', 'arn:aws:iam::111122223333:role/other'],
  ['iam:PassRole', 'arn:aws:iam::111122223333:role/other'],
  ['ec2:DescribeInstances', '*'],
  ['ecr-public:GetAuthorizationToken', '*'],
  ['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:111122223333:function:one'],
  ['logs:PutLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:one'],
]

/**
 * All that was used is allowed as before; no action of ECR on any of these repositories is allowed that was not; and other
 * services are as they were.
 */
export function proveSmaller(
  sides: BeforeAndAfter,
  { grants, resources }: { grants: readonly Grant[]; resources: readonly string[] },
): SmallerProof {
  const proof: SmallerProof = { requests: 0, holds: true, failures: [] }
  const check = (action: string, resource: string, fits: (was: number, now: number) => boolean): void => {
    const [was, now] = [
      ask(sides.before, sides.caller, { action, resource }),
      ask(sides.after, sides.caller, { action, resource }),
    ]
    proof.requests += 1
    if (fits(rank[was], rank[now])) return
    proof.holds = false
    if (proof.failures.length < 20) proof.failures.push(`${action} on ${resource} was ${was} and is ${now}`)
  }
  for (const { wanted } of grants)
    for (const resource of resourcesOf(wanted)) check(wanted.action, resource, (was, now) => now === was)
  for (const action of actionNames)
    for (const resource of resources) check(action, resource, (was, now) => now <= was)
  for (const [action, resource] of elsewhere) check(action, resource, (was, now) => now === was)
  return proof
}

export function ask(
  policies: AccessPolicies,
  caller: Caller,
  asked: { action: string; resource: string },
): Decision {
  return decisionOf(policies, prepare(policies, { caller, ...asked, context: directCall }))
}
