import { prepare } from '../evaluate.ts'
import { type CompiledPolicy, compilePolicy, layerOf } from '../layer.ts'
import { directCall } from '../open-access.ts'
import { knowsVariables } from '../parse.ts'
import type { AccessPolicies } from '../policies.ts'
import type { Condition, Statement } from '../policy.ts'
import type { Caller } from '../request.ts'
import type { CompiledStatement } from '../statement.ts'
import { maybe, no, type Truth, yes } from '../truth.ts'
import type { HeldPolicy } from './held-policies.ts'
import type { Wanted } from './needs.ts'

/** A policy that is held, compiled. */
export interface OldPolicy {
  held: HeldPolicy
  compiled: CompiledPolicy
  /** `${aws:username}` is a variable in it, and not text. */
  variables: boolean
}

/** How the old policies give something that is wanted: on the resource itself, or as the old statement says it. */
export interface Grant {
  wanted: Wanted
  from: Statement
  variables: boolean
  conditions: readonly Condition[]
  /** False: whether the statement is about the resource hangs on the call, so its own resources stay. */
  exact: boolean
}

export function oldPolicies(held: readonly HeldPolicy[]): OldPolicy[] {
  return held.map((policy) => ({
    held: policy,
    compiled: compilePolicy(policy, 'identity policy'),
    variables: knowsVariables(policy.document),
  }))
}

/** Whoever has these policies and nothing else. */
export function policiesOf(
  compiled: readonly CompiledPolicy[],
  boundary: AccessPolicies['boundary'],
): AccessPolicies {
  return {
    ...{ identity: layerOf('identity policy', compiled), boundary, session: undefined },
    ...{ serviceControl: [], resourceControl: [], repository: undefined, registry: undefined },
    endpoint: undefined,
  }
}

/**
 * The old statements that give what is wanted. One without conditions is enough; else each set of conditions is a way
 * in, and all of them stay. Empty: no policy of the principal gives it.
 */
export function grantsOf(old: readonly OldPolicy[], wanted: Wanted, caller: Caller): Grant[] {
  const found = old.flatMap(({ compiled, variables }) =>
    compiled.statements.flatMap((statement): Grant[] => {
      if (statement.effect !== 'Allow' || !statement.covers(wanted.action.toLowerCase())) return []
      const truth = wanted.asBefore ? maybe : isAbout(statement, wanted, caller)
      if (truth === no) return []
      const { source } = statement
      return [{ wanted, from: source, variables, conditions: source.conditions, exact: truth === yes }]
    }),
  )
  const sure = found.find(({ conditions, exact }) => exact && conditions.length === 0)
  return sure ? [sure] : found
}

/** Names that nobody would give a repository: what is about both is about every one. */
const anyNames = ['0/zz', 'q']

export function resourcesOf({ resource, all }: Wanted): string[] {
  return all ? anyNames.map((name) => resource.replace(/\*$/, name)) : [resource]
}

function isAbout(statement: CompiledStatement, wanted: Wanted, caller: Caller): Truth {
  const truths = resourcesOf(wanted).map((resource) => {
    const request = { caller, action: wanted.action, resource, context: directCall }
    const prepared = prepare(policiesOf([], undefined), request)
    return statement.resource(prepared.resource, prepared.context)
  })
  if (truths.every((truth) => truth === yes)) return yes
  return truths.every((truth) => truth !== no) ? maybe : no
}
