import { type CompiledPolicy, type Layer, type LayerName, layerOf } from '../layer.ts'
import type { AccessPolicies } from '../policies.ts'
import type { CompiledStatement } from '../statement.ts'
import { compileJson, type StatementJson } from './statement-json.ts'

/** A change to policies, not yet made: statements that become others or go, and statements that come. */
export interface Plan {
  edits: ReadonlyMap<CompiledStatement, Edit>
  additions: readonly Addition[]
}

export interface Edit {
  layer: LayerName
  /** What stands in its place; nothing: it goes. */
  after: readonly StatementJson[]
  /** What else changes with it, in words. */
  sideEffects: readonly string[]
}

export interface Addition {
  layer: LayerName
  /** Of an organization's levels, from the root. */
  level?: number
  /** The policy that gets it; absent: a new one. */
  policy?: string
  statement: StatementJson
}

export const newPolicy = 'a new policy'

/** The policies as they would be. A policy that nobody has read becomes one of the addition alone. */
export function applyPlan(policies: AccessPolicies, plan: Plan): AccessPolicies {
  const { identity, boundary, session, endpoint, repository, registry } = policies
  const changed = (layer: Layer | undefined, name: LayerName) => changedLayer(layer, { name, plan })
  const levels = (found: readonly Layer[] | 'unknown', name: LayerName) =>
    found === 'unknown'
      ? found
      : found.map((layer, level) => changedLayer(layer, { name, level, plan }) ?? layer)
  return {
    identity:
      typeof identity === 'string'
        ? (changed(undefined, 'identity policy') ?? identity)
        : (changed(identity, 'identity policy') ?? identity),
    boundary: boundary && changed(boundary, 'permissions boundary'),
    session: session && changed(session, 'session policy'),
    serviceControl: levels(policies.serviceControl, 'service control policy'),
    resourceControl: levels(policies.resourceControl, 'resource control policy'),
    repository: repository === 'unknown' ? repository : changed(repository, 'repository policy'),
    registry: registry && changed(registry, 'registry policy'),
    endpoint: endpoint && changed(endpoint, 'endpoint policy'),
  }
}

interface Where {
  name: LayerName
  level?: number
  plan: Plan
}

function changedLayer(layer: Layer | undefined, { name, level, plan }: Where): Layer | undefined {
  const added = plan.additions.filter((one) => one.layer === name && one.level === level)
  const isTouched = layer?.policies.some(({ statements }) => statements.some((one) => plan.edits.has(one)))
  if (added.length === 0 && !isTouched) return layer
  const kept = (layer?.policies ?? []).map((policy) => changedPolicy(policy, plan))
  const made = added.map(
    (one): CompiledPolicy => ({
      name: one.policy ?? newPolicy,
      statements: compileJson([one.statement], {
        ...{ layer: name, policy: one.policy ?? newPolicy, variables: true },
      }),
      unreadable: undefined,
    }),
  )
  const policies = [...kept, ...made]
  return layer ? { ...layer, policies, selected: new Map() } : layerOf(name, policies)
}

function changedPolicy(policy: CompiledPolicy, { edits }: Plan): CompiledPolicy {
  const statements = policy.statements.flatMap((statement) => {
    const edit = edits.get(statement)
    if (!edit) return [statement]
    const { variables } = statement.place
    return compileJson(edit.after, { layer: edit.layer, policy: policy.name, variables })
  })
  return { ...policy, statements }
}
