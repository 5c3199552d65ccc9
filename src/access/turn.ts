/**
 * The smallest changes that would turn an answer: what to add or to spare for somebody who is denied, what has to go or
 * to be denied for somebody who is allowed. Every change was put into the policies and asked about again; one that the
 * evaluator does not confirm is not returned. No statement has a wildcard that was not there before: one caller, the
 * actions that were asked for, one repository.
 * @module
 */
import { isSameAccount } from './decide.ts'
import type { LayerName } from './layer.ts'
import type { AccessPolicies } from './policies.ts'
import type { AccessRequest } from './request.ts'
import type { CompiledStatement } from './statement.ts'
import { type Asked, askedOf } from './turn/asked.ts'
import type { Addition, Edit, Plan } from './turn/plan.ts'
import type { StatementJson } from './turn/statement-json.ts'
import { planToAllow, type Side } from './turn/to-allow.ts'
import { planToRefuse, planToRemove } from './turn/to-deny.ts'
import type { PreparedRequest } from './weigh.ts'

export type { StatementJson } from './turn/statement-json.ts'

export interface Turn {
  to: 'allowed' | 'denied'
  /** All of them are needed. */
  changes: Change[]
  /** What else changes. Empty: nothing that is known here. */
  sideEffects: string[]
  /** What nobody here has read, and is taken to stand in the way of nothing. */
  assumes: string[]
}

/** One policy's part. */
export interface Change {
  layer: LayerName
  /** Absent: a new one. */
  policy?: string
  /** Level of the organization, from the root, where there are several. */
  level?: number
  edit: 'add' | 'replace' | 'remove'
  /** Which statement is replaced or goes. */
  statement?: string
  /** What is added, or stands in its place. */
  after: readonly StatementJson[]
  /** Whose it is to change. */
  owner: 'account' | 'other-account' | 'organization' | 'session' | 'endpoint'
}

/** The best first. Each by itself gives every request the answer that is wanted; one caller, one resource. */
export function turnsOf(
  policies: AccessPolicies,
  { requests, to }: { requests: readonly AccessRequest[]; to: 'allowed' | 'denied' },
): Turn[] {
  const asked = askedOf(policies, requests)
  const plans = to === 'allowed' ? plansToAllow(policies, asked) : plansToDeny(policies, asked)
  const found = new Map<string, Turn>()
  for (const plan of plans) {
    const turn = turnOf(plan, { policies, asked, to })
    const key = JSON.stringify(turn.changes)
    if (turn.changes.length > 0 && !found.has(key)) found.set(key, turn)
  }
  return [...found.values()]
}

function plansToAllow(policies: AccessPolicies, asked: Asked): Plan[] {
  const sides: Side[] = ['identity', 'resource']
  const plans = sides.flatMap((side) => planToAllow(policies, asked, side) ?? [])
  return plans.sort((one, other) => weightOf(one) - weightOf(other))
}

/** What can go without anything else going is best; then a Deny, which touches nobody else. */
function plansToDeny(policies: AccessPolicies, asked: Asked): Plan[] {
  const removed = planToRemove(policies, asked)
  const refused = planToRefuse(policies, asked)
  const isClean = removed !== undefined && [...removed.edits.values()].every(isWithoutSideEffects)
  const order = isClean ? [removed, refused] : [refused, removed]
  return order.flatMap((plan) => plan ?? [])
}

const isWithoutSideEffects = ({ sideEffects }: Edit) => sideEffects.length === 0

function weightOf({ edits, additions }: Plan): number {
  const side = [...edits.values()].filter((edit) => !isWithoutSideEffects(edit)).length
  return edits.size + additions.length + side
}

interface Turning {
  policies: AccessPolicies
  asked: Asked
  to: Turn['to']
}

function turnOf({ edits, additions }: Plan, { policies, asked, to }: Turning): Turn {
  const [request] = asked.prepared
  const changes = [
    ...[...edits].map(([statement, edit]) => editChange(statement, edit, request)),
    ...additions.map((one) => additionChange(one, request)),
  ]
  const sideEffects = [...edits.values()].flatMap((edit) => edit.sideEffects)
  return {
    to,
    changes,
    sideEffects: [...new Set([...sideEffects, ...sharedWords(additions)])],
    assumes: assumed(policies, changes),
  }
}

function editChange(
  statement: CompiledStatement,
  { layer, after }: Edit,
  request: PreparedRequest | undefined,
): Change {
  return {
    ...{ layer, policy: statement.policy, statement: statement.name, after },
    edit: after.length === 0 ? 'remove' : 'replace',
    owner: ownerOf(layer, request),
  }
}

function additionChange(addition: Addition, request: PreparedRequest | undefined): Change {
  const { layer, level, policy, statement } = addition
  return {
    ...{ layer, ...(policy !== undefined && { policy }), ...(level !== undefined && { level }) },
    ...{ edit: 'add', after: [statement], owner: ownerOf(layer, request) },
  }
}

function ownerOf(layer: LayerName, request: PreparedRequest | undefined): Change['owner'] {
  if (layer === 'service control policy' || layer === 'resource control policy') return 'organization'
  if (layer === 'session policy') return 'session'
  if (layer === 'endpoint policy') return 'endpoint'
  const isOfCaller = layer === 'identity policy' || layer === 'permissions boundary'
  return isOfCaller && request && !isSameAccount(request) ? 'other-account' : 'account'
}

function sharedWords(additions: readonly Addition[]): string[] {
  return additions.flatMap(({ layer, policy }) =>
    layer === 'permissions boundary' ? [`whoever else has the boundary ${policy} may be given it`] : [],
  )
}

function assumed({ identity }: AccessPolicies, changes: readonly Change[]): string[] {
  const isUnread = identity === 'unknown' && changes.some(({ layer }) => layer === 'identity policy')
  return isUnread ? ['no other policy of the caller, which nobody here has read, denies it'] : []
}
