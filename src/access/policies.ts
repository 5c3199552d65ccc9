import { isOfFirstScope } from './action-scope.ts'
import { compilePolicy, type Layer, type LayerName, layerOf, type PolicyText } from './layer.ts'

/**
 * Every policy that has a say in a request. What is absent does not exist; `unknown` exists, perhaps, and nobody has
 * read it, so that it may allow and may deny.
 */
export interface PolicyTexts {
  /** Of the user or role, with those of its groups. `granted`: whoever decides that is taken to say yes. */
  identity: readonly PolicyText[] | 'unknown' | 'granted'
  boundary?: PolicyText
  /** Of the session: all of them together are one policy. */
  session?: readonly PolicyText[]
  /** From the root of the organization down to the account: each level must allow. Of the caller's account. */
  serviceControl?: readonly (readonly PolicyText[])[] | 'unknown'
  /** Of the account that owns the resource. */
  resourceControl?: readonly (readonly PolicyText[])[] | 'unknown'
  repository?: PolicyText | 'unknown'
  /** V1 is about three actions only (ecr-facts 2.10); absent scope: nobody has read it. */
  registry?: PolicyText & { scope?: 'V1' | 'V2' }
  /** Of the VPC endpoint that the request comes through. */
  endpoint?: PolicyText
}

/** The same, compiled once for many requests. */
export interface AccessPolicies {
  identity: Layer | 'unknown' | 'granted'
  boundary: Layer | undefined
  session: Layer | undefined
  serviceControl: readonly Layer[] | 'unknown'
  resourceControl: readonly Layer[] | 'unknown'
  repository: Layer | 'unknown' | undefined
  registry: Layer | undefined
  endpoint: Layer | undefined
}

export function compilePolicies(texts: PolicyTexts): AccessPolicies {
  const { identity, boundary, session, repository, registry, endpoint } = texts
  return {
    identity: typeof identity === 'string' ? identity : layerFrom('identity policy', identity),
    boundary: boundary && layerFrom('permissions boundary', [boundary]),
    session: session && layerFrom('session policy', session),
    serviceControl: levels('service control policy', texts.serviceControl),
    resourceControl: levels('resource control policy', texts.resourceControl),
    repository:
      repository === 'unknown' ? repository : repository && layerFrom('repository policy', [repository]),
    registry: registry && registryLayer(registry),
    endpoint: endpoint && layerFrom('endpoint policy', [endpoint]),
  }
}

export function layerFrom(name: LayerName, texts: readonly PolicyText[]): Layer {
  return layerOf(
    name,
    texts.map((text) => compilePolicy(text, name)),
  )
}

export function registryLayer(registry: PolicyText & { scope?: 'V1' | 'V2' }): Layer {
  const layer = layerFrom('registry policy', [registry])
  if (registry.scope === 'V2') return layer
  if (registry.scope === 'V1') return { ...layer, scope: isOfFirstScope }
  return { ...layer, isDoubtful: (action) => !isOfFirstScope(action) }
}

function levels(name: LayerName, texts: PolicyTexts['serviceControl']): readonly Layer[] | 'unknown' {
  if (texts === 'unknown') return texts
  return (texts ?? []).map((level) => layerFrom(name, level))
}
