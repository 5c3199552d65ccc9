import { type Decision, groundsOf, isSameAccount } from './decide.ts'
import type { Deciding } from './evaluate.ts'
import type { Layer, LayerName } from './layer.ts'
import type { AccessPolicies } from './policies.ts'
import { either, maybe, no, type Truth } from './truth.ts'
import { anyHold, type PreparedRequest, type Weights } from './weigh.ts'

export interface Explanation {
  /** The answer as a sentence. */
  reason: string
  /** Which kind of policy denies. */
  layer?: LayerName
  /** A statement denies; otherwise nothing allows. */
  explicit?: boolean
  /** What must hold, all of it, for a request to be allowed; empty unless conditional. */
  onlyIf: string[]
}

export interface Weighed {
  policies: AccessPolicies
  request: PreparedRequest
  weights: Weights
  decision: Decision
  allows: readonly Deciding[]
  denies: readonly Deciding[]
}

export function explain(weighed: Weighed): Explanation {
  const { decision, allows, denies } = weighed
  if (decision === 'allowed') return { reason: allowedWords(weighed), onlyIf: [] }
  if (decision === 'conditional') {
    const onlyIf = [...new Set([...needed(weighed), ...spared(weighed)])]
    return { reason: `allowed only if ${onlyIf.join('; and ')}`, onlyIf }
  }
  const deny = denies.find(({ certain }) => certain)
  if (deny) {
    const reason = `${named(deny)} denies it`
    return { reason, layer: deny.layer, explicit: true, onlyIf: [] }
  }
  return { ...missing(weighed, allows), explicit: false, onlyIf: [] }
}

function named({ layer, policy, statement }: Deciding): string {
  return policy === layer ? `${layer}, ${statement},` : `${layer} ${policy}, ${statement},`
}

function allowedWords({ request, allows, weights }: Weighed): string {
  const granting = allows.find(({ layer, certain }) => certain && isGranting(layer))
  if (request.caller.caller.kind === 'root' && isSameAccount(request))
    return 'the root user of the account may do everything that nothing denies'
  if (granting) return `${named(granting)} allows it`
  return weights.identity > no ? 'the caller’s own policies allow it' : 'allowed'
}

function isGranting(layer: LayerName): boolean {
  return layer === 'identity policy' || layer === 'repository policy' || layer === 'registry policy'
}

/** The first layer, in the order in which IAM asks, that does not allow. */
function missing(
  { weights, request, policies }: Weighed,
  allows: readonly Deciding[],
): Pick<Explanation, 'reason' | 'layer'> {
  const without = (layer: LayerName, reason = `no ${layer} allows it`) => ({ layer, reason })
  if (weights.resourceControl === no) return without('resource control policy', levelWords('resource'))
  if (weights.serviceControl === no) return without('service control policy', levelWords('service'))
  if (weights.endpoint === no)
    return without('endpoint policy', 'the policy of the endpoint does not allow it')
  if (request.action.name === 'ecr:getauthorizationtoken' && weights.identity === no)
    return without('identity policy', `${tokenWords}`)
  const { kind } = request.caller.caller
  const isPerson = kind !== 'service' && kind !== 'federated'
  if (!isPerson || (!isSameAccount(request) && anyHold(weights.resource) === no))
    return without('repository policy', resourceWords(request, isPerson))
  const toRole = isSameAccount(request) && weights.resource.role > no
  if (weights.identity === no && !toRole) {
    const onlyAccount = weights.resource.account > no && isSameAccount(request)
    return without('identity policy', onlyAccount ? delegationWords : undefined)
  }
  if (weights.boundary === no)
    return without('permissions boundary', boundaryWords('permissions boundary', policies.boundary, allows))
  return without('session policy', boundaryWords('session policy', policies.session, allows))
}

const tokenWords = 'no identity policy allows it on every resource, and nothing else can give a token'
const delegationWords =
  'no identity policy allows it; the repository policy only leaves it to the identity policies of the account'

function levelWords(kind: string): string {
  return `a level of the organization has no ${kind} control policy that allows it`
}

function resourceWords({ resource }: PreparedRequest, isPerson: boolean): string {
  if (!isPerson) return 'no policy of the repository or its registry lets it in'
  return `no policy of the repository or its registry lets it in from outside account ${resource.account}`
}

function boundaryWords(name: string, layer: Layer | undefined, allows: readonly Deciding[]): string {
  const granted = allows.some(({ layer: of }) => isGranting(of)) ? ', although another policy does' : ''
  return `the ${name} ${layer?.policies[0]?.name ?? ''} does not allow it${granted}`.replace('  ', ' ')
}

/** Ways to a grant that are open on conditions, and limits that are. */
function needed(weighed: Weighed): string[] {
  const { weights, request, policies } = weighed
  const words: string[] = []
  if (groundsOf(weights, request).grant === maybe) words.push(grantWords(weighed))
  const limits: [Truth, LayerName, boolean][] = [
    [weights.serviceControl, 'service control policy', policies.serviceControl === 'unknown'],
    [weights.resourceControl, 'resource control policy', policies.resourceControl === 'unknown'],
    [weights.endpoint, 'endpoint policy', false],
  ]
  for (const [truth, layer, unread] of limits)
    if (truth === maybe)
      words.push(unread ? `the ${layer} that nobody has read allows it` : layerWords(weighed, [layer]))
  return words
}

function grantWords(weighed: Weighed): string {
  const { weights, request } = weighed
  const { identity, boundary, session, resource } = weights
  const parts: string[] = []
  const own: string[] = []
  if (identity === maybe) own.push(identityWords(weighed))
  if (boundary === maybe) own.push(layerWords(weighed, ['permissions boundary']))
  if (session === maybe) own.push(layerWords(weighed, ['session policy']))
  // What is given to the account is for identity policies to hand on, and opens nothing in its own account.
  const opens = isSameAccount(request) ? either(resource.direct, resource.role) : anyHold(resource)
  const given = opens === maybe ? layerWords(weighed, ['repository policy', 'registry policy']) : ''
  const isOwnPossible = identity > no && boundary > no && session > no
  if (!isSameAccount(request)) return [...own, given].filter((text) => text !== '').join(' and ')
  if (isOwnPossible && own.length > 0) parts.push(own.join(' and '))
  if (given !== '') parts.push(given)
  if (parts.length === 0) parts.push(own.join(' and '))
  return parts.join(', or ')
}

function identityWords(weighed: Weighed): string {
  const { policies, request } = weighed
  if (policies.identity !== 'unknown') return layerWords(weighed, ['identity policy'])
  return `an identity policy of account ${request.caller.account ?? 'unknown'} allows it`
}

/** What opens a layer: one of its statements, with what each asks for. */
function layerWords({ allows, policies }: Weighed, layers: readonly LayerName[]): string {
  const open = allows.filter(({ layer, certain }) => layers.includes(layer) && !certain)
  const unread = unreadable(policies, layers)
  const words = [...open.map(statementWords), ...unread.map((each) => `${each}, and allows it`)]
  return words.length > 1 ? `(${words.join(' or ')})` : (words[0] ?? `the ${layers[0]} allows it`)
}

function statementWords(found: Deciding): string {
  const conditions = found.conditions.length > 0 ? found.conditions.join(' and ') : doubtWords(found)
  return `${conditions} (${named(found).replace(/,$/, '')})`
}

function doubtWords({ effect }: Deciding): string {
  return effect === 'Allow'
    ? 'the statement is about this caller and this resource'
    : 'the statement is not about this caller or this resource'
}

function unreadable(policies: AccessPolicies, names: readonly LayerName[]): string[] {
  const found = names.flatMap((name) => layersOf(policies, name))
  if (names.includes('repository policy') && policies.repository === 'unknown')
    found.push('the repository policy can be read')
  return found
}

function layersOf(policies: AccessPolicies, name: LayerName): string[] {
  const { identity, boundary, session, serviceControl, resourceControl, repository, registry, endpoint } =
    policies
  return [identity, boundary, session, serviceControl, resourceControl, repository, registry, endpoint]
    .flatMap((layer) => (typeof layer === 'string' || layer === undefined ? [] : layer))
    .filter((layer: Layer) => layer.name === name)
    .flatMap((layer) => layer.policies)
    .filter(({ unreadable: why }) => why !== undefined)
    .map((policy) => `policy ${policy.name} can be read (${policy.unreadable})`)
}

/** Denies that may apply: each must not. */
function spared({ denies, policies }: Weighed): string[] {
  const open = denies.filter(({ certain }) => !certain)
  const words = open.map((found) => {
    const conditions = found.conditions.length > 0 ? found.conditions.join(' or ') : doubtWords(found)
    return `${conditions} (else ${named(found).replace(/,$/, '')} denies it)`
  })
  const all: LayerName[] = [
    ...(['identity policy', 'permissions boundary', 'session policy', 'service control policy'] as const),
    ...(['resource control policy', 'repository policy', 'registry policy', 'endpoint policy'] as const),
  ]
  return [...words, ...unreadable(policies, all).map((each) => `${each}, and does not deny it`)]
}
