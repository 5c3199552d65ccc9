import type { PreparedCaller } from './caller.ts'
import type { Context } from './context.ts'
import { type Layer, select } from './layer.ts'
import type { AccessPolicies } from './policies.ts'
import type { PreparedAction, PreparedResource } from './prepared.ts'
import type { Holds } from './principal-match.ts'
import { appliesTo, type CompiledStatement } from './statement.ts'
import { both, either, maybe, no, type Truth, yes } from './truth.ts'

export interface PreparedRequest {
  caller: PreparedCaller
  action: PreparedAction
  resource: PreparedResource
  context: Context
  /** The caller has a permissions boundary. */
  bounded: boolean
}

/** What a layer says: in what way it allows, and whether it denies. Layers without principals allow directly. */
export interface Weight {
  allow: Holds
  deny: Truth
}

const silent: Readonly<Weight> = { allow: { direct: no, role: no, account: no }, deny: no }

/** Called for each statement that applies, or may. */
export type Seen = (layer: Layer, statement: CompiledStatement, truth: Truth) => void

export function weigh(layer: Layer, request: PreparedRequest, seen?: Seen): Readonly<Weight> {
  const { allows, denies, unreadable, doubtful } = select(layer, request.action.name)
  const start: Truth = unreadable.length > 0 ? maybe : no
  if (start === no && allows.length === 0 && denies.length === 0) return silent
  const allow: Holds = { direct: start, role: no, account: no }
  let deny: Truth = start
  for (const statement of denies) {
    if (deny === yes && !seen) break
    const truth = limited(anyHold(holdsOf(statement, request)), doubtful)
    const applies = truth === no ? no : both(truth, appliesTo(statement, request.resource, request.context))
    if (applies !== no) seen?.(layer, statement, applies)
    deny = either(deny, applies)
  }
  for (const statement of allows) {
    const holds = holdsOf(statement, request)
    const best = anyHold(holds)
    if (best === no) continue
    const truth = limited(appliesTo(statement, request.resource, request.context), doubtful)
    if (truth === no) continue
    seen?.(layer, statement, both(best, truth))
    allow.direct = either(allow.direct, both(holds.direct, truth))
    allow.role = either(allow.role, both(holds.role, truth))
    allow.account = either(allow.account, both(holds.account, truth))
  }
  return { allow, deny }
}

const all: Readonly<Holds> = { direct: yes, role: no, account: no }

export function holdsOf({ principals }: CompiledStatement, request: PreparedRequest): Readonly<Holds> {
  return principals ? principals(request) : all
}

export function anyHold({ direct, role, account }: Readonly<Holds>): Truth {
  return either(direct, either(role, account))
}

function limited(truth: Truth, doubtful: boolean): Truth {
  return doubtful ? both(truth, maybe) : truth
}

/** The layers that have a say in this request, each with its part. */
export interface Weights {
  /** Policies on the resource's side that grant: of the repository, of the registry. */
  resource: Holds
  identity: Truth
  boundary: Truth
  session: Truth
  serviceControl: Truth
  resourceControl: Truth
  endpoint: Truth
  deny: Truth
}

export function weighAll(policies: AccessPolicies, request: PreparedRequest, seen?: Seen): Weights {
  const { kind } = request.caller.caller
  const isPerson = kind === 'user' || kind === 'role' || kind === 'federated-user'
  const weights: Weights = {
    resource: { direct: no, role: no, account: no },
    identity: no,
    boundary: yes,
    session: yes,
    serviceControl: yes,
    resourceControl: yes,
    endpoint: yes,
    deny: no,
  }
  const take = (layer: Layer | undefined): Truth => {
    if (!layer) return yes
    const { allow, deny } = weigh(layer, request, seen)
    weights.deny = either(weights.deny, deny)
    return anyHold(allow)
  }
  if (isPerson) {
    weights.boundary = take(policies.boundary)
    weights.session = take(policies.session)
  }
  weights.identity = identityOf(policies, isPerson, take)
  const isBound = !request.caller.serviceLinked
  if (isBound && kind !== 'service' && kind !== 'federated')
    weights.serviceControl = levels(policies.serviceControl, take)
  if (isBound) weights.resourceControl = levels(policies.resourceControl, take)
  weights.endpoint = take(policies.endpoint)
  weighResource(policies, request, { weights, seen })
  return weights
}

type Take = (layer: Layer) => Truth

function identityOf({ identity }: AccessPolicies, isPerson: boolean, take: Take): Truth {
  if (!isPerson) return yes
  if (typeof identity === 'string') return identity === 'granted' ? yes : maybe
  return take(identity)
}

/** Each level must allow. */
function levels(layers: readonly Layer[] | 'unknown', take: Take): Truth {
  if (layers === 'unknown') return maybe
  let truth: Truth = yes
  for (const layer of layers) truth = both(truth, take(layer))
  return truth
}

/**
 * The repository's policy says nothing of actions that are about no repository; nothing but an identity policy gives
 * a token (ecr-facts 6.3). Assumption: the registry's policy is asked for these, too, and may deny a token (2.10).
 */
function weighResource(
  { repository, registry }: AccessPolicies,
  request: PreparedRequest,
  { weights, seen }: { weights: Weights; seen: Seen | undefined },
): void {
  const { resource } = weights
  const grantsNothing = request.action.name === 'ecr:getauthorizationtoken'
  const add = (layer: Layer | 'unknown' | undefined): void => {
    if (layer === undefined) return
    const { allow, deny } = layer === 'unknown' ? unknownWeight : weigh(layer, request, seen)
    weights.deny = either(weights.deny, deny)
    if (grantsNothing) return
    resource.direct = either(resource.direct, allow.direct)
    resource.role = either(resource.role, allow.role)
    resource.account = either(resource.account, allow.account)
  }
  if (!request.action.registryWide) add(repository)
  add(registry)
}

const unknownWeight: Weight = { allow: { direct: maybe, role: maybe, account: maybe }, deny: maybe }
