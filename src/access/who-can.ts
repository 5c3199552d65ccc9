/**
 * Who can pull, push, delete, configure, or read the policy of a repository: everybody in the account, and everybody
 * outside whom a policy lets in, or may.
 *
 * - `openAccess(inventory)` compiles all policies of an inventory once.
 * - `whoCan(access, repository, need)` answers for one need, grouped by what decides.
 * - `can(access, { caller, action, repository })` answers for one request, as `evaluate` does.
 * - `matrix(access, options)` (matrix.ts): everybody by every repository and need.
 *
 * Policies of the organization, of sessions and of endpoints are in no inventory: `notConsidered` says so. Calls are
 * taken to be direct and over TLS; all else that a call brings along is unknown.
 * @module
 */
import { type Need, neededActions } from './ability-actions.ts'
import { isRegistryWide } from './action-scope.ts'
import type { Decision } from './decide.ts'
import { type Answer, type Deciding, decisionOf, evaluate, prepare } from './evaluate.ts'
import { type Access, type RepositoryAccess, requestFor, unreadOf } from './open-access.ts'
import type { Outsider, OutsiderKind } from './outsiders.ts'
import type { Person } from './people.ts'
import type { AccessPolicies } from './policies.ts'
import type { Caller } from './request.ts'

export type { Need } from './ability-actions.ts'
export { type Access, openAccess } from './open-access.ts'
export type { OutsiderKind } from './outsiders.ts'

export interface WhoCanReport {
  repository: string
  /** A need, or an action. */
  need: string
  /** Grouped by what decides; the most open first. */
  allowed: Allowed[]
  conditional: Allowed[]
  /** Some actions of the need, and not enough for all of it: such as a tag that may be moved, but no layer pushed. */
  partly: Allowed[]
  missing: string[]
  notConsidered: string[]
}

/** People for whom the same statements decide the same. */
export interface Allowed {
  kind: OutsiderKind | 'user' | 'role' | 'root'
  names: string[]
  /** Of the need, those that are allowed, or may be. */
  actions: string[]
  /** May also get a token, as docker needs it; unknown for outsiders, who get it in their own account. */
  token: Decision | 'unknown'
  reason: string
  onlyIf: string[]
  for: Deciding[]
  against: Deciding[]
  /** More than was asked for by whoever wrote it, as far as can be seen: wildcards in actions, principals or resources. */
  broad: boolean
}

/** A repository that the inventory does not have is in `missing`. */
export function whoCan(access: Access, repository: string, need: Need | (string & {})): WhoCanReport {
  const found = access.repositories.get(repository)
  const { missing, notConsidered: left } = access
  const report: WhoCanReport = {
    ...{ repository, need, allowed: [], conditional: [], partly: [], notConsidered: left },
    missing: [...missing, ...(found ? unreadOf(access, repository) : [`repository ${repository}`])],
  }
  if (!found) return report
  const groups = new Map<string, Allowed>()
  // What is about no repository is about the caller's own registry: nobody outside can do it here.
  const isHere = neededActions(need).actions.every((action) => isRegistryWide(action.toLowerCase()))
  for (const person of [...(isHere ? [] : found.outsiders), ...access.people]) {
    const answer = answerNeed(found, person, need)
    if (answer === undefined) continue
    const { names, ...rest } = answer.allowed
    const key = JSON.stringify([answer.part, rest])
    const same = groups.get(key)
    if (same) same.names.push(...names)
    else report[answer.part].push(answer.allowed)
    if (!same) groups.set(key, answer.allowed)
  }
  return report
}

interface NeedAnswer {
  part: 'allowed' | 'conditional' | 'partly'
  allowed: Allowed
}

function answerNeed(
  repository: RepositoryAccess,
  person: Person | Outsider,
  need: string,
): NeedAnswer | undefined {
  const { actions, all, own } = neededActions(need)
  const policies = { ...repository.policies, ...person.own }
  const ask = (action: string) => requestFor(repository, { caller: person.caller, action })
  const decisions = actions.map((action) => decisionOf(policies, prepare(policies, ask(action))))
  const open = actions.filter((_, at) => decisions[at] !== 'denied')
  if (decisions.slice(0, own).every((one) => one === 'denied')) return undefined
  const isPartly = all && open.length < actions.length
  const isSure = all ? decisions.every((one) => one === 'allowed') : decisions.includes('allowed')
  const part = isPartly ? 'partly' : isSure ? 'allowed' : 'conditional'
  const wanted = part === 'conditional' ? 'conditional' : 'allowed'
  const telling =
    actions[Math.max(0, decisions.indexOf(decisions.includes(wanted) ? wanted : 'conditional'))] ?? ''
  const answer = evaluate(policies, ask(telling))
  return { part, allowed: allowedOf(person, { answer, open, policies, repository }) }
}

interface Telling {
  answer: Answer
  open: string[]
  policies: AccessPolicies
  repository: RepositoryAccess
}

function allowedOf(person: Person | Outsider, { answer, open, policies, repository }: Telling): Allowed {
  const isOutside = 'outside' in person
  const ask = requestFor(repository, { caller: person.caller, action: 'ecr:GetAuthorizationToken' })
  const { reason, onlyIf, against } = answer
  return {
    kind: isOutside ? person.outside : (person.caller.kind as 'user' | 'role' | 'root'),
    names: [person.name],
    actions: open,
    token: isOutside ? 'unknown' : decisionOf(policies, prepare(policies, ask)),
    ...{ reason, onlyIf, for: answer.for, against },
    broad: answer.for.some((deciding) => isBroad(deciding, policies)),
  }
}

/** The statement behind an answer covers actions by wildcard, or by all that it does not name. */
function isBroad({ policy, statement }: Deciding, policies: AccessPolicies): boolean {
  const { identity, repository, registry } = policies
  return [identity, repository, registry]
    .flatMap((layer) => (typeof layer === 'object' ? layer.policies : []))
    .filter(({ name }) => name === policy)
    .flatMap(({ statements }) => statements.filter(({ name }) => name === statement))
    .some(({ source }) => source.actions.not || source.actions.list.some((action) => /[*?]/.test(action)))
}

/** One request for an action, as `evaluate` answers it; whoever is not in the inventory has policies nobody sees. */
export function can(
  access: Access,
  asked: { caller: Caller; action: string; repository: string },
): Answer | undefined {
  const repository = access.repositories.get(asked.repository)
  if (!repository) return undefined
  const { caller, action } = asked
  const known = access.people.find((person) => isSame(person.caller, caller))
  const own = known?.own ?? ({ identity: 'unknown', boundary: undefined } as const)
  const asker = known && caller.kind === 'role' ? { ...known.caller, ...caller } : (known?.caller ?? caller)
  return evaluate({ ...repository.policies, ...own }, requestFor(repository, { caller: asker, action }))
}

function isSame(one: Caller, other: Caller): boolean {
  if ('arn' in one) return 'arn' in other && one.arn === other.arn
  return one.kind === 'root' && other.kind === 'root' && one.account === other.account
}
