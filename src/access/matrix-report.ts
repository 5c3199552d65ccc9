import type { Need } from './ability-actions.ts'
import { type Cell, type Matrix, type MatrixRow, matrix } from './matrix.ts'
import { type Access, unreadOf } from './open-access.ts'

export interface MatrixReport extends Matrix {
  schema: 'holdfast.access-matrix/1'
  registry: string
  simulated: boolean
  account: string
  asOf: string
  /** Repositories for which everybody has the same answers, with those answers. */
  groups: MatrixGroup[]
}

export interface MatrixGroup {
  repositories: string[]
  /** A cell for each need; principals with the same answers are one row. */
  rows: { kind: MatrixRow['kind']; names: string[]; cells: Cell[] }[]
}

/** The matrix with what could not be read, and once more by groups, as people read it. */
export function matrixReport(
  access: Access,
  options: { repositories?: readonly string[]; needs?: readonly Need[]; signal?: AbortSignal },
): MatrixReport {
  const { url, simulated, account } = access.inventory.registry
  const found = matrix(access, options)
  const unread = found.repositories.flatMap((name) => unreadOf(access, name))
  return {
    ...{ schema: 'holdfast.access-matrix/1', registry: url, simulated, account },
    asOf: access.inventory.collectedAt,
    ...found,
    missing: [...found.missing, ...unread],
    groups: groupsOf(found),
  }
}

function groupsOf({ repositories, rows }: Matrix): MatrixGroup[] {
  const groups = new Map<string, { at: number; repositories: string[] }>()
  for (const [at, name] of repositories.entries()) {
    const key = JSON.stringify(rows.map(({ cells }) => cells[at]))
    const same = groups.get(key)
    if (same) same.repositories.push(name)
    else groups.set(key, { at, repositories: [name] })
  }
  return [...groups.values()].map(({ at, repositories: names }) => ({
    repositories: names,
    rows: rowsOf(rows, at),
  }))
}

function rowsOf(rows: readonly MatrixRow[], at: number): MatrixGroup['rows'] {
  const found = new Map<string, MatrixGroup['rows'][number]>()
  for (const { kind, names, cells } of rows) {
    const own = cells[at] ?? []
    if (own.every((cell) => cell === 'denied')) continue
    const key = JSON.stringify([kind, own])
    const same = found.get(key)
    if (same) same.names.push(...names)
    else found.set(key, { kind, names: [...names], cells: own })
  }
  return [...found.values()]
}
