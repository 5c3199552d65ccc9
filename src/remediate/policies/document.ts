/** A statement as it stands in the text, with members that are not known here left as they are. */
export interface RawStatement {
  Sid?: string
  Effect?: string
  Principal?: RawPrincipal
  NotPrincipal?: RawPrincipal
  Action?: string | string[]
  NotAction?: string | string[]
  Condition?: Record<string, Record<string, string | string[]>>
}

export type RawPrincipal = string | Record<string, string | string[]>

interface RawPolicy {
  Version?: string
  Statement: RawStatement | RawStatement[]
}

/** Statements by the names under which findings speak of them: the Sid, or `statement 2`. */
export function statementsOf(text: string): { name: string; statement: RawStatement }[] {
  const { Statement } = JSON.parse(text) as RawPolicy
  return asList(Statement).map((statement, at) => ({
    name: statement.Sid || `statement ${at + 1}`,
    statement,
  }))
}

/**
 * The same policy with others in the place of some statements; null when none is left. All others stay as they are. Told
 * by place: two statements may have one name, as nothing keeps anybody from the Sid `statement 2`.
 */
export function withStatements(
  text: string,
  othersFor: (statement: RawStatement, at: number) => readonly RawStatement[] | undefined,
): string | null {
  const Statement = statementsOf(text).flatMap(({ statement }, at) => othersFor(statement, at) ?? [statement])
  return Statement.length === 0 ? null : JSON.stringify({ ...(JSON.parse(text) as RawPolicy), Statement })
}

/** With a statement more, in place of an earlier one of the same Sid. */
export function withAdded(text: string | null, added: RawStatement & { Sid: string }): string {
  if (text === null) return JSON.stringify({ Version: '2012-10-17', Statement: [added] })
  const rest = statementsOf(text).filter(({ name }) => name !== added.Sid)
  const Statement = [...rest.map(({ statement }) => statement), added]
  return JSON.stringify({ ...(JSON.parse(text) as RawPolicy), Statement })
}

export function asList<T>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? [...value] : [value as T]
}

export function oneOrMany<T>(list: readonly T[]): T | T[] {
  const [first, ...rest] = list
  return first !== undefined && rest.length === 0 ? first : [...list]
}
