import { seal, unseal } from './ecr/token.ts'
import { AwsError } from './http.ts'
import type { QueryCall } from './query-service.ts'

/** Readers of the members of a Query request. An empty one counts as absent. */
export function readText(input: URLSearchParams, name: string): string | undefined {
  return input.get(name) || undefined
}

export function needText(input: URLSearchParams, name: string): string {
  const value = readText(input, name)
  if (value !== undefined) return value
  throw invalid(`1 validation error detected: Value null at '${name}' failed to satisfy constraint`)
}

/** `Name.member.1`, `Name.member.2`, ...; EC2 writes `Name.1`, ...: give it `Name` with the dot that it needs. */
export function readList(input: URLSearchParams, prefix: string): string[] {
  const values: string[] = []
  for (let at = 1; input.has(`${prefix}.${at}`); at++) values.push(input.get(`${prefix}.${at}`) ?? '')
  return values
}

/** A list that repeats its element, with the name that AWS Query gives it. */
export function members<T>(list: readonly T[]): { member: readonly T[] } {
  return { member: list }
}

/** A map, as AWS Query writes it. */
export function entries(map: Record<string, string | number>) {
  return { entry: Object.entries(map).map(([key, value]) => ({ key, value })) }
}

/** `2026-11-24T12:00:00Z`: AWS Query knows no smaller unit than a second. */
export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}/, '')
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message)
}

export interface Paging<T> {
  /** Everything that the answer depends on: a token is good for exactly this list. */
  list: string
  size: number
  token: string | undefined
  /** The items come sorted by it. */
  keyOf: (item: T) => string
  refuse: () => AwsError
}

/** A token names the last item and not a position: what comes or goes between two pages repeats nothing. */
export function pageOf<T>(
  { world, caller }: QueryCall,
  items: readonly T[],
  { list, size, token, keyOf, refuse }: Paging<T>,
): { items: readonly T[]; next: string | undefined } {
  const purpose = `page ${list} ${caller.account} ${caller.region}`
  const opened = token === undefined ? undefined : (unseal(world, purpose, token) as { after: string })
  if (token !== undefined && opened === undefined) throw refuse()
  const left = opened === undefined ? items : items.filter((item) => keyOf(item) > opened.after)
  const page = left.slice(0, size)
  const last = page.at(-1)
  const more = last !== undefined && left.length > page.length
  return { items: page, next: more ? seal(world, purpose, { after: keyOf(last) }) : undefined }
}

/** Sorted by the order of code units, as the keys of pages are compared. */
export function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
