import { AwsError } from '../http.ts'

/** One page of a sorted list; the marker is the key of the last item of the page before. */
export function kmsPage<T>(
  items: readonly T[],
  input: Record<string, unknown>,
  { most, keyOf }: { most: number; keyOf: (item: T) => string },
): { items: readonly T[]; rest: Record<string, unknown> } {
  const limit = limitOf(input['Limit'], most)
  const marker = typeof input['Marker'] === 'string' ? input['Marker'] : ''
  const left = items.filter((item) => keyOf(item) > marker)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const truncated = last !== undefined && left.length > page.length
  return { items: page, rest: { Truncated: truncated, ...(truncated && { NextMarker: keyOf(last) }) } }
}

function limitOf(given: unknown, most: number): number {
  if (given === undefined || given === null) return 50
  if (typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= 1000)
    return Math.min(given, most)
  throw new AwsError('ValidationException', 'Limit must be a number from 1 to 1000.')
}
