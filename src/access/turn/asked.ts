import { decide } from '../decide.ts'
import { type Decision, prepare } from '../evaluate.ts'
import type { Layer } from '../layer.ts'
import type { AccessPolicies } from '../policies.ts'
import type { AccessRequest } from '../request.ts'
import type { CompiledStatement } from '../statement.ts'
import { no } from '../truth.ts'
import { type PreparedRequest, type Weights, weigh, weighAll } from '../weigh.ts'

/** Requests of one caller for one resource: an action each. */
export interface Asked {
  requests: readonly AccessRequest[]
  prepared: readonly PreparedRequest[]
}

export function askedOf(policies: AccessPolicies, requests: readonly AccessRequest[]): Asked {
  return { requests, prepared: requests.map((request) => prepare(policies, request)) }
}

export interface Found {
  layer: Layer
  statement: CompiledStatement
}

/** What one request meets in the policies. */
export interface Met {
  weights: Weights
  decision: Decision
  /** Statements that apply, or may. */
  allows: readonly Found[]
  denies: readonly Found[]
}

export function meet(policies: AccessPolicies, request: PreparedRequest): Met {
  const seen: Found[] = []
  const weights = weighAll(policies, request, (layer, statement) => seen.push({ layer, statement }))
  return {
    ...{ weights, decision: decide(weights, request) },
    allows: seen.filter(({ statement }) => statement.effect === 'Allow'),
    denies: seen.filter(({ statement }) => statement.effect === 'Deny'),
  }
}

/** Whether none of the statements has anything to do with any of the requests. */
export function isSilent(
  statements: readonly CompiledStatement[],
  { layer, prepared }: { layer: Layer; prepared: readonly PreparedRequest[] },
): boolean {
  const alone = { ...layer, policies: [{ name: '', statements, unreadable: undefined }], selected: new Map() }
  return prepared.every((request) => {
    const { allow, deny } = weigh(alone, request)
    return deny === no && allow.direct === no && allow.role === no && allow.account === no
  })
}
