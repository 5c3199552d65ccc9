import { neededActions } from './ability-actions.ts'
import type { Decision } from './decide.ts'
import { type Answer, type Deciding, decisionOf, evaluate, prepare } from './evaluate.ts'
import type { Principal } from './find-principal.ts'
import { cellOf } from './matrix.ts'
import { type Access, directCall, type RepositoryAccess, requestFor, unreadOf } from './open-access.ts'
import type { AccessRequest } from './request.ts'
import { type Turn, turnsOf } from './turn.ts'

export interface CanQuestion {
  principal: Principal
  /** A need, or an action. */
  asked: string
  /** What the request brings along: values by key; null: the request has no such key. */
  context?: NonNullable<AccessRequest['context']>
}

export interface CanAnswer {
  principal: string
  kind: Principal['kind']
  repository: string
  asked: string
  /** `partly`: some actions of the need, and not enough for all of it. */
  decision: Decision | 'partly'
  actions: ActionAnswer[]
  /** Whether it also gets a token, as docker needs it; unknown for outsiders, who get it in their own account. */
  token: Decision | 'unknown'
  context: NonNullable<AccessRequest['context']>
  /** Changes that would turn the answer; each by itself, the best first. */
  turn: Turn[]
  missing: string[]
  notConsidered: string[]
}

export interface ActionAnswer {
  action: string
  decision: Decision
  reason: string
  onlyIf: string[]
  for: Deciding[]
  against: Deciding[]
}

/** One principal, one need or action, one repository. */
export function answerCan(
  access: Access,
  repository: RepositoryAccess,
  { principal, asked, context = {} }: CanQuestion,
): CanAnswer {
  const policies = { ...repository.policies, ...principal.own }
  const needed = neededActions(asked)
  const requests = [...needed.actions, 'ecr:GetAuthorizationToken'].map((action): AccessRequest => {
    const request = requestFor(repository, { caller: principal.caller, action })
    return { ...request, context: { ...directCall, ...context } }
  })
  const token = requests.pop()
  const answers = requests.map((request) => actionAnswer(request.action, evaluate(policies, request)))
  const decision = cellOf(
    answers.map((one) => one.decision),
    needed,
  )
  // To stop a need, what it reads as well may stay.
  const turns = (to: Turn['to']) =>
    turnsOf(policies, { to, requests: to === 'denied' ? requests.slice(0, needed.own) : requests })
  return {
    ...{ principal: principal.name, kind: principal.kind, repository: repository.name, asked, decision },
    actions: answers,
    token: token && hasToken(principal) ? decisionOf(policies, prepare(policies, token)) : 'unknown',
    context,
    turn: [
      ...(decision === 'allowed' ? [] : turns('allowed')),
      ...(decision === 'denied' ? [] : turns('denied')),
    ],
    missing: [...access.missing, ...unreadOf(access, repository.name)],
    notConsidered: access.notConsidered,
  }
}

const hasToken = ({ kind }: Principal) => kind === 'user' || kind === 'role' || kind === 'root'

function actionAnswer(
  action: string,
  { decision, reason, onlyIf, for: allows, against }: Answer,
): ActionAnswer {
  return { action, decision, reason, onlyIf, for: allows, against }
}
