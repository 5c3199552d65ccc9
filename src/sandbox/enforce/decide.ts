import type { Caller } from '../http.ts'
import type { World } from '../world.ts'
import { type Identity, identityOf } from './identity.ts'
import { judge, judgeResourcePolicies, type Policy, type Request } from './judge.ts'
import type { Who } from './principal.ts'
import { type Additions, requestKeys } from './request-keys.ts'
import { type Resource, resourceOf } from './resource.ts'

/** One permission that a call needs. */
export interface Need {
  action: string
  /** An ARN, or `*` for an action that is on no resource. */
  resource: string
  /** Other spellings of the same resource that policies use. */
  also?: readonly string[]
  additions?: Additions
  /** In place of what is attached to the resource: the trust policy of a role. */
  policy?: Policy
}

/** Undefined: allowed. Else the end of AWS's sentence, from `because` or `with an explicit deny` on. */
export type Refusal = string | undefined

/** Identity policies, limits and resource policies together (ecr-facts 6.3). */
export function refusalOf(world: World, caller: Caller, need: Need): Refusal {
  const { identity, resource, request } = prepared(world, caller, need)
  const own = judge(identity.policies, request)
  const limits = identity.limits.map(({ name, policies }) => ({ name, ...judge(policies, request) }))
  const attached = judgeResourcePolicies(resource.policies, request, whoIs(caller, identity))
  const deny = limits.find(({ denied }) => denied)?.name
  if (own.denied) return explicit('an identity-based policy')
  if (deny !== undefined) return explicit(deny)
  if (attached.denied) return explicit('a resource-based policy')
  const limit = limits.find(({ allowed }) => !allowed)?.name
  const foreign = resource.account !== '' && resource.account !== caller.account
  if (!foreign && attached.allowed === 'itself') return undefined
  const shut = foreign || resource.policyNeeded ? attached.allowed === 'not' : false
  const letIn = own.allowed || identity.unlimited || (!foreign && attached.allowed === 'role')
  if (shut) return implicit('resource-based policy', need)
  if (!letIn) return implicit('identity-based policy', need)
  return limit === undefined ? undefined : implicit(limit.replace(/^a /, ''), need)
}

/** What the policies of the resource alone say to somebody of another account. */
export function resourceRefusalOf(world: World, caller: Caller, need: Need): Refusal {
  const { identity, resource, request } = prepared(world, caller, need)
  const found = judgeResourcePolicies(resource.policies, request, whoIs(caller, identity))
  if (found.denied) return explicit('a resource-based policy')
  return found.allowed === 'not' ? implicit('resource-based policy', need) : undefined
}

function prepared(
  world: World,
  caller: Caller,
  need: Need,
): { identity: Identity; resource: Resource; request: Request } {
  const identity = identityOf(world, caller)
  const found = resourceOf(world, caller, need)
  const resource = need.policy ? { ...found, policies: [need.policy], policyNeeded: true } : found
  const { additions } = need
  const keys = requestKeys(world, { caller, identity }, { resource, ...(additions && { additions }) })
  return {
    identity,
    resource,
    request: { action: need.action, resource: [need.resource, ...(need.also ?? [])], keys },
  }
}

function whoIs(caller: Caller, { arn, limits }: Identity): Who {
  const bounded = limits.some(({ name }) => name === 'a permissions boundary')
  return { caller, roleArn: arn, bounded }
}

function explicit(where: string): string {
  return `with an explicit deny in ${where}`
}

function implicit(what: string, { action }: Need): string {
  return `because no ${what} allows the ${action} action`
}

/** AWS's sentence. */
export function refusalText({ arn }: Caller, { action, resource }: Need, refusal: string): string {
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${refusal}`
}
