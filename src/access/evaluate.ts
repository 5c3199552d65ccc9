/**
 * Whether a request is allowed, denied, or *allowed only if*: an evaluator of the IAM policy language for ECR.
 *
 * - `compilePolicies(texts)` reads every policy once; nothing in a text makes it throw.
 * - `evaluate(policies, request)` answers with the statements that decide, for and against, and the conditions in words.
 * - `prepare(policies, request)` and `decisionOf(policies, prepared)` are the same without words, for many questions.
 *
 * Pure: no clock, no network. What a request does not say is unknown, and an answer that hangs on it is `conditional`;
 * so is one that hangs on a policy, an operator or an element that is not known here.
 * @module
 */
import { prepareCaller } from './caller.ts'
import { conditionWords } from './conditions/words.ts'
import { givenKeys } from './context.ts'
import { type Decision, decide } from './decide.ts'
import { type Explanation, explain } from './explain.ts'
import type { Layer, LayerName } from './layer.ts'
import type { AccessPolicies } from './policies.ts'
import { prepareAction, prepareResource } from './prepared.ts'
import type { AccessRequest } from './request.ts'
import type { CompiledStatement } from './statement.ts'
import { type Truth, yes } from './truth.ts'
import { type PreparedRequest, weighAll } from './weigh.ts'

export type { Decision } from './decide.ts'
export { type AccessPolicies, compilePolicies, type PolicyTexts } from './policies.ts'
export type { AccessRequest, Caller } from './request.ts'

/** A statement that has to do with the answer. */
export interface Deciding {
  layer: LayerName
  policy: string
  /** Its Sid, or `statement 2`. */
  statement: string
  effect: 'Allow' | 'Deny'
  /** False: it may or may not apply. */
  certain: boolean
  /** Conditions in words that would have to hold, of those that are not known. */
  conditions: string[]
}

export interface Answer extends Explanation {
  decision: Decision
  /** Statements that allow, or may. */
  for: Deciding[]
  /** Statements that deny, or may. */
  against: Deciding[]
}

export function evaluate(policies: AccessPolicies, request: AccessRequest): Answer {
  const prepared = prepare(policies, request)
  const seen: Deciding[] = []
  const weights = weighAll(policies, prepared, (layer, statement, truth) => {
    seen.push(deciding({ layer, statement, truth }, prepared))
  })
  const decision = decide(weights, prepared)
  // What is certain comes first.
  seen.sort((one, other) => Number(other.certain) - Number(one.certain))
  const allows = seen.filter(({ effect }) => effect === 'Allow')
  const denies = seen.filter(({ effect }) => effect === 'Deny')
  const explanation = explain({ policies, request: prepared, weights, decision, allows, denies })
  return { decision, ...explanation, for: allows, against: denies }
}

export function prepare({ boundary }: AccessPolicies, request: AccessRequest): PreparedRequest {
  const caller = prepareCaller(request.caller)
  const action = prepareAction(request.action)
  const resource = prepareResource(request, action)
  return {
    ...{ caller, action, resource, bounded: boundary !== undefined },
    context: {
      given: givenKeys(request.context),
      caller: caller.facts,
      resource: resource.facts,
      action: action.facts,
      others: request.others ?? 'unknown',
    },
  }
}

export function decisionOf(policies: AccessPolicies, request: PreparedRequest): Decision {
  return decide(weighAll(policies, request), request)
}

interface Found {
  layer: Layer
  statement: CompiledStatement
  truth: Truth
}

function deciding({ layer, statement, truth }: Found, { context }: PreparedRequest): Deciding {
  const open = statement.conditions.filter(({ test }) => test(context) !== yes)
  return {
    layer: layer.name,
    policy: statement.policy,
    statement: statement.name,
    effect: statement.effect,
    certain: truth === yes,
    conditions: open.map((condition) => conditionWords(condition, statement.effect === 'Allow')),
  }
}
