import { groundsOf, isSameAccount } from '../decide.ts'
import type { Layer, LayerName } from '../layer.ts'
import { strangerAccount } from '../outsiders.ts'
import type { AccessPolicies } from '../policies.ts'
import { both, no, yes } from '../truth.ts'
import { anyHold, type PreparedRequest, weigh } from '../weigh.ts'
import { type Asked, type Met, meet } from './asked.ts'
import { GrowingPlan, isProven, smallest } from './growing.ts'
import { narrowDeny } from './narrow.ts'
import { type Addition, applyPlan, type Plan } from './plan.ts'
import { principalOf } from './principal-json.ts'

/** Where somebody of the same account is given it; between accounts both sides have to. */
export type Side = 'identity' | 'resource'

/** Statements that are needed, and Denies that have to spare the caller; undefined when no plan does it. */
export function planToAllow(policies: AccessPolicies, asked: Asked, side: Side): Plan | undefined {
  const [first] = asked.prepared
  if (!first || isAnybody(first)) return undefined
  const plan = new GrowingPlan()
  for (const [at, request] of asked.prepared.entries()) {
    const action = asked.requests[at]?.action ?? ''
    // Each step settles one thing of those that a request can lack; there are fewer kinds of them than this.
    for (let step = 0; step < 24; step++) {
      const now = applyPlan(policies, plan)
      const met = meet(now, request)
      if (met.decision === 'allowed') break
      if (!takeStep({ policies, plan, asked, side }, { met, now, request, action })) return undefined
    }
  }
  const found = { plan, wanted: 'allowed' } as const
  return isProven(policies, asked, found) ? smallest(policies, asked, found) : undefined
}

/** No statement that lets in any AWS account is proposed. */
function isAnybody({ caller }: PreparedRequest): boolean {
  return caller.caller.kind === 'account' && caller.account === strangerAccount
}

interface Growing {
  policies: AccessPolicies
  plan: GrowingPlan
  asked: Asked
  side: Side
}

interface Lacking {
  met: Met
  /** The policies with the plan so far. */
  now: AccessPolicies
  request: PreparedRequest
  action: string
}

/** Settles one thing; false when nothing here can. */
function takeStep(growing: Growing, { met, now, request, action }: Lacking): boolean {
  const { policies, plan, asked } = growing
  if (met.weights.deny !== no) return spare(growing, request)
  const { grant, limits } = groundsOf(met.weights, request)
  const addition =
    limits === yes
      ? grant === yes
        ? undefined
        : grantFor(met, { request, policies, side: growing.side })
      : limitFor(met, { now, request })
  if (addition === undefined) return false
  const statement = { ...statementFor(addition.layer, asked.prepared[0] ?? request), ...addition.statement }
  return plan.add({ ...addition, statement }, action)
}

/** Denies of the policies as they are now: those of the plan's own making spare the caller already. */
function spare({ policies, plan, asked }: Growing, request: PreparedRequest): boolean {
  const found = meet(policies, request).denies.find(({ statement }) => !plan.edits.has(statement))
  if (!found || found.statement.place.ofAws) return false
  plan.edit(found.statement, narrowDeny(found, asked.prepared))
  return true
}

type Place = Omit<Addition, 'statement'> & { statement: Record<string, unknown> }

/** Resource control policies only deny, besides the one of AWS that allows all: nothing can be added there. */
function limitFor(
  { weights }: Met,
  { now, request }: { now: AccessPolicies; request: PreparedRequest },
): Place | undefined {
  if (weights.resourceControl !== yes || now.serviceControl === 'unknown') return undefined
  if (weights.serviceControl === yes) return inLayer('endpoint policy', now.endpoint)
  const level = now.serviceControl.findIndex((layer) => anyHold(weigh(layer, request).allow) !== yes)
  const layer = now.serviceControl[level]
  return layer && { ...inLayer('service control policy', layer), level }
}

function grantFor(
  { weights }: Met,
  { request, policies, side }: { request: PreparedRequest; policies: AccessPolicies; side: Side },
): Place | undefined {
  const { identity, boundary, session, resource } = weights
  const { kind } = request.caller.caller
  const isPerson = kind === 'user' || kind === 'role' || kind === 'federated-user'
  const own = (): Place | undefined => {
    if (identity !== yes) return { layer: 'identity policy', statement: {} }
    if (boundary !== yes) return inLayer('permissions boundary', policies.boundary)
    return session === yes ? undefined : inLayer('session policy', policies.session)
  }
  const given = (): Place | undefined => {
    if (policies.repository === 'unknown' || request.action.registryWide) return undefined
    return inLayer('repository policy', policies.repository)
  }
  if (!isPerson) return given()
  if (!isSameAccount(request)) return anyHold(resource) === yes ? own() : given()
  if (side === 'identity' || request.action.registryWide) return own()
  const isGiven = resource.direct === yes || resource.role === yes
  if (!isGiven) return given()
  return both(boundary, session) === yes ? undefined : identity === yes ? own() : capFor(boundary, policies)
}

function capFor(boundary: number, policies: AccessPolicies): Place | undefined {
  if (boundary !== yes) return inLayer('permissions boundary', policies.boundary)
  return inLayer('session policy', policies.session)
}

function inLayer(name: LayerName, layer: Layer | undefined): Place {
  const policy = layer?.policies[0]?.name
  return { layer: name, statement: {}, ...(policy !== undefined && { policy }) }
}

/** Exactly what was asked for: one resource, one caller; a repository's policy has no Resource (ecr-facts 6.2). */
function statementFor(layer: LayerName, request: PreparedRequest): Record<string, unknown> {
  const arn = request.resource.arn
  if (layer === 'repository policy')
    return { Effect: 'Allow', Principal: principalOf(request.caller), Action: '' }
  if (layer === 'endpoint policy') return { Effect: 'Allow', Principal: '*', Action: '', Resource: arn }
  return { Effect: 'Allow', Action: '', Resource: arn }
}
