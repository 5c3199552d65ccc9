/**
 * Everybody by every repository and need. `matrix(openAccess(inventory))` takes seconds for a thousand people and
 * hundreds of repositories; rows that are alike are one row.
 * @module
 */
import { allNeeds, type Need, type NeededActions, needs } from './ability-actions.ts'
import { prepareCaller } from './caller.ts'
import { type Context, givenKeys } from './context.ts'
import type { Decision } from './decide.ts'
import { decisionOf } from './evaluate.ts'
import { type Layer, select } from './layer.ts'
import { type Access, directCall, type RepositoryAccess, requestFor } from './open-access.ts'
import type { Outsider, OutsiderKind } from './outsiders.ts'
import type { Person } from './people.ts'
import type { AccessPolicies } from './policies.ts'
import { type PreparedAction, type PreparedResource, prepareAction, prepareResource } from './prepared.ts'
import type { AccessRequest } from './request.ts'

/** `partly`: some actions of the need, and not enough for all of it. */
export type Cell = Decision | 'partly'

export interface Matrix {
  repositories: string[]
  needs: readonly Need[]
  rows: MatrixRow[]
  missing: string[]
  notConsidered: string[]
}

export interface MatrixRow {
  kind: OutsiderKind | 'user' | 'role' | 'root'
  /** Whoever has this row. */
  names: string[]
  /** By repository, then by need, in the order of the matrix. */
  cells: Cell[][]
}

export interface MatrixOptions {
  repositories?: readonly string[]
  needs?: readonly Need[]
  /** What every call is known to bring along, beside being direct. */
  context?: AccessRequest['context']
  /** What each need takes; default: `needs` of ability-actions.ts. */
  table?: Record<Need, NeededActions>
  signal?: AbortSignal
}

interface Column {
  repository: RepositoryAccess
  resource: PreparedResource
}

/** Rows without any right are left out. */
export function matrix(access: Access, options: MatrixOptions = {}): Matrix {
  const wanted = options.repositories ?? [...access.repositories.keys()]
  const found = wanted.flatMap((name) => access.repositories.get(name) ?? [])
  const asked = options.needs ?? allNeeds
  const columns = found.map((repository): Column => {
    const caller = { kind: 'root', account: '' } as const
    const request = requestFor(repository, { caller, action: 'ecr:PutImage' })
    return { repository, resource: prepareResource(request, prepareAction(request.action)) }
  })
  const table = options.table ?? needs
  const actions = new Map(asked.map((need) => [table[need], table[need].actions.map(prepareAction)]))
  const rows = new Map<string, MatrixRow>()
  for (const row of everybody(access, found)) {
    options.signal?.throwIfAborted()
    addRow(rows, row, cellsOf(row, columns, { actions, context: { ...directCall, ...options.context } }))
  }
  const absent = wanted.filter((name) => !access.repositories.has(name)).map((name) => `repository ${name}`)
  return {
    ...{ repositories: found.map(({ name }) => name), needs: asked, rows: [...rows.values()] },
    ...{ missing: [...access.missing, ...absent], notConsidered: access.notConsidered },
  }
}

/** Outsiders of any of the repositories, each once. */
function everybody(access: Access, found: readonly RepositoryAccess[]): (Person | Outsider)[] {
  const outsiders = found.flatMap((repository) => repository.outsiders)
  const distinct = new Map(outsiders.map((one) => [`${one.outside} ${one.name}`, one]))
  return [...distinct.values(), ...access.people]
}

type Actions = ReadonlyMap<NeededActions, readonly PreparedAction[]>

interface Asked {
  actions: Actions
  context: NonNullable<AccessRequest['context']>
}

function cellsOf(
  person: Person | Outsider,
  columns: readonly Column[],
  { actions, context: calls }: Asked,
): Cell[][] {
  const caller = prepareCaller(person.caller)
  const given = givenKeys(calls)
  const bounded = person.own.boundary !== undefined
  return columns.map(({ repository, resource }) => {
    const policies = { ...repository.policies, ...person.own }
    const decisionOn = (action: PreparedAction): Decision => {
      const context: Context = {
        given,
        caller: caller.facts,
        resource: resource.facts,
        action: action.facts,
        others: 'unknown',
      }
      return decisionOf(policies, { caller, action, resource, bounded, context })
    }
    const decisions = new Decisions(policies, decisionOn)
    return [...actions].map(([need, list]) =>
      cellOf(
        list.map((action) => decisions.on(action)),
        need,
      ),
    )
  })
}

/** Actions about which every policy says the same, by the same statements, get the same decision once. */
class Decisions {
  private readonly layers: readonly Layer[]
  private readonly decide: (action: PreparedAction) => Decision
  private readonly made: { said: readonly unknown[]; decision: Decision }[] = []

  constructor(policies: AccessPolicies, decide: Decisions['decide']) {
    const { identity, boundary, session, repository, registry, endpoint } = policies
    const levels = [policies.serviceControl, policies.resourceControl].flat()
    const all = [identity, boundary, session, repository, registry, endpoint, ...levels]
    this.layers = all.filter((layer) => layer !== undefined && typeof layer !== 'string')
    this.decide = decide
  }

  on(action: PreparedAction): Decision {
    const said: unknown[] = [action.facts.complete]
    for (const layer of this.layers) said.push(select(layer, action.name))
    for (const one of this.made) if (isSame(one.said, said)) return one.decision
    const decision = this.decide(action)
    this.made.push({ said, decision })
    return decision
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

/** In the order of the need's actions. */
export function cellOf(
  decisions: readonly Decision[],
  { all, own }: Pick<NeededActions, 'all' | 'own'>,
): Cell {
  if (decisions.slice(0, own).every((one) => one === 'denied')) return 'denied'
  if (!all) return decisions.includes('allowed') ? 'allowed' : 'conditional'
  if (decisions.includes('denied')) return 'partly'
  return decisions.includes('conditional') ? 'conditional' : 'allowed'
}

function addRow(rows: Map<string, MatrixRow>, person: Person | Outsider, cells: Cell[][]): void {
  if (cells.every((row) => row.every((cell) => cell === 'denied'))) return
  const kind = 'outside' in person ? person.outside : (person.caller.kind as 'user' | 'role' | 'root')
  const key = JSON.stringify([kind, cells.map((row) => row.map((cell) => cell[0]).join(''))])
  const same = rows.get(key)
  if (same) same.names.push(person.name)
  else rows.set(key, { kind, names: [person.name], cells })
}
