import { invalid, members, pageOf, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'

/** One page as IAM cuts it: `MaxItems` 1 to 1000, 100 when it is not given. The items come sorted by `keyOf`. */
export function iamPage<T>(
  call: QueryCall,
  items: readonly T[],
  { list, keyOf }: { list: string; keyOf: (item: T) => string },
): { items: readonly T[]; rest: { IsTruncated: boolean; Marker: string | undefined } } {
  const { input } = call
  const paging = {
    list: `iam ${list}`,
    size: sizeOf(input),
    token: readText(input, 'Marker'),
    keyOf,
    refuse: () => invalid('Invalid Marker.'),
  }
  const { items: page, next } = pageOf(call, items, paging)
  return { items: page, rest: { IsTruncated: next !== undefined, Marker: next } }
}

/** A whole answer of one list. */
export function iamList<T>(
  call: QueryCall,
  items: readonly T[],
  options: { list: string; member: string; keyOf: (item: T) => string; show: (item: T) => Xml },
): Xml {
  const { items: page, rest } = iamPage(call, items, options)
  return { ...rest, [options.member]: members(page.map(options.show)) }
}

function sizeOf(input: URLSearchParams): number {
  const text = readText(input, 'MaxItems') ?? '100'
  const size = Number(text)
  if (/^\d+$/.test(text) && size >= 1 && size <= 1000) return size
  throw invalid(`1 validation error detected: Value '${text}' at 'maxItems' must be 1 to 1000`)
}
