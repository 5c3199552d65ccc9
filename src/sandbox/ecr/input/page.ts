import { createHash } from 'node:crypto'
import { invalidParameter } from '../errors.ts'
import type { EcrCall } from '../operation.ts'
import { seal, unseal } from '../token.ts'
import { readInteger, readText } from './read.ts'

export interface PageRule<T> {
  /** Everything that the answer depends on: a token is good for exactly this list. */
  operation: string
  scope?: unknown
  default: number
  most: number
  keyOf: (item: T) => string
}

const day = 24 * 60 * 60 * 1000

/**
 * One page of a list that is sorted by `keyOf`. The token names the last item rather than a position, so that
 * what is added or removed between two pages makes nothing else appear twice or not at all. Tokens are sealed:
 * those of another list, another registry or another day are refused.
 */
export function pageOf<T>(
  call: EcrCall,
  items: readonly T[],
  rule: PageRule<T>,
): { items: T[]; nextToken?: string } {
  const size = readInteger(call.input, 'maxResults', { min: 1, max: rule.most }) ?? rule.default
  const token = readText(call.input, 'nextToken')
  const purpose = purposeOf(call, rule)
  const from = token === undefined ? 0 : firstAfter(items, rule.keyOf, readToken(call, purpose, token))
  const page = items.slice(from, from + size)
  const last = page.at(-1)
  if (last === undefined || from + size >= items.length) return { items: page }
  return {
    items: page,
    nextToken: seal(call.world, purpose, { after: rule.keyOf(last), at: call.world.now() }),
  }
}

/** With explicit ids or names there is no paging (ecr-facts 1.4). */
export function refusePaging({ input }: EcrCall, because: string): void {
  for (const name of ['maxResults', 'nextToken'])
    if (input[name] != null) throw invalidParameter(name, `It cannot be used together with ${because}`)
}

export function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function purposeOf<T>({ registry }: EcrCall, { operation, scope }: PageRule<T>): string {
  const list = JSON.stringify([operation, registry.account, registry.region, scope ?? null])
  return `page ${createHash('sha256').update(list).digest('hex')}`
}

function readToken(call: EcrCall, purpose: string, token: string): string {
  const content = unseal(call.world, purpose, token) as { after: string; at: number } | undefined
  if (content && content.at > call.world.now() - day) return content.after
  throw invalidParameter('nextToken', 'Invalid token')
}

/** Binary search: lists may have 100,000 items. */
function firstAfter<T>(items: readonly T[], keyOf: (item: T) => string, after: string): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && keyOf(item) <= after) low = middle + 1
    else high = middle
  }
  return low
}
