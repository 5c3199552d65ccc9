import { isSameAccount } from '../decide.ts'
import type { LayerName } from '../layer.ts'
import { strangerAccount } from '../outsiders.ts'
import type { AccessPolicies } from '../policies.ts'
import type { PreparedRequest } from '../weigh.ts'
import { type Asked, meet } from './asked.ts'
import { GrowingPlan, isProven, smallest } from './growing.ts'
import { narrowAllow } from './narrow.ts'
import type { Addition, Plan } from './plan.ts'
import { principalOf } from './principal-json.ts'
import type { StatementJson } from './statement-json.ts'

/** Without the Allows that give it; undefined where something else gives it. */
export function planToRemove(policies: AccessPolicies, asked: Asked): Plan | undefined {
  const plan = new GrowingPlan()
  for (const request of asked.prepared) {
    const isInside = isSameAccount(request)
    const layers: LayerName[] = ['repository policy', 'registry policy']
    // Between accounts the side of the repository is enough, and it is ours.
    if (isInside || request.action.registryWide) layers.push('identity policy')
    for (const found of meet(policies, request).allows)
      if (layers.includes(found.layer.name) && !plan.edits.has(found.statement))
        plan.edit(found.statement, narrowAllow(found, asked.prepared))
  }
  return proven(policies, asked, plan)
}

/** With one Deny, as narrow as what was asked for. */
export function planToRefuse(policies: AccessPolicies, asked: Asked): Plan | undefined {
  const [first] = asked.prepared
  if (!first) return undefined
  const Action =
    asked.requests.length === 1 ? asked.requests[0]?.action : asked.requests.map(({ action }) => action)
  const addition = refusal(first, policies)
  if (!addition) return undefined
  const plan = {
    edits: new Map(),
    additions: [{ ...addition, statement: { ...addition.statement, Action } }],
  }
  return proven(policies, asked, plan)
}

function refusal(request: PreparedRequest, policies: AccessPolicies): Addition | undefined {
  const { caller, resource } = request
  const { kind } = caller.caller
  const isOwn = isSameAccount(request) && (kind === 'user' || kind === 'role')
  if (isOwn && typeof policies.identity === 'object')
    return { layer: 'identity policy', statement: { Effect: 'Deny', Action: '', Resource: resource.arn } }
  const isAnybody = kind === 'account' && caller.account === strangerAccount
  if (isAnybody || request.action.registryWide || policies.repository === 'unknown') return undefined
  const name = policies.repository?.policies[0]?.name
  const policy = name !== undefined && { policy: name }
  const Principal = principalOf(caller)
  const statement = Principal ? { Effect: 'Deny', Principal, Action: '' } : denyRoot(request)
  return { layer: 'repository policy', ...policy, statement }
}

/** The root user as a principal would be everybody in the account. */
function denyRoot({ caller }: PreparedRequest): StatementJson {
  const [arn] = caller.facts.values.get('aws:principalarn') ?? []
  return { Effect: 'Deny', Principal: '*', Action: '', Condition: { ArnEquals: { 'aws:PrincipalArn': arn } } }
}

function proven(policies: AccessPolicies, asked: Asked, plan: Plan): Plan | undefined {
  const found = { plan, wanted: 'denied' } as const
  if (!isProven(policies, asked, found)) return undefined
  const small = smallest(policies, asked, found)
  return [...small.edits.keys()].some(({ place }) => place.ofAws) ? undefined : small
}
