import { createHash } from 'node:crypto'
import { seal, unseal } from '../ecr/token.ts'
import { AwsError } from '../http.ts'
import { readInteger, readText } from './input.ts'
import type { NeighbourCall } from './service.ts'

export interface PageRule<T> {
  /** Names of the token in the request and in the answer. */
  token: string | readonly [asked: string, answered: string]
  /** Name of the member that says how many; absent: nobody may ask for a number. */
  size?: string
  default: number
  most: number
  /** What the list is sorted by: unique in it. */
  keyOf: (item: T) => string
  /** What else the list depends on beside the members of the request. */
  descending?: boolean
}

const day = 24 * 60 * 60 * 1000

/**
 * One page of a list, sorted by its key. The token names the last item, so that what comes or goes between two
 * pages makes nothing else appear twice or not at all; it is good for exactly this question, and for a day.
 */
export function pageOf<T>(
  call: NeighbourCall,
  items: readonly T[],
  rule: PageRule<T>,
): { items: T[]; more: Record<string, string> } {
  const [asked, answered] = typeof rule.token === 'string' ? [rule.token, rule.token] : rule.token
  const size = sizeOf(call, rule)
  const token = readText(call, asked)
  const purpose = purposeOf(call, asked, rule.size)
  const after = token === undefined ? undefined : readToken(call, purpose, token)
  const sign = rule.descending ? -1 : 1
  const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -sign : sign)
  const rest = [...items]
    .sort((a, b) => compare(rule.keyOf(a), rule.keyOf(b)))
    .filter((item) => after === undefined || compare(rule.keyOf(item), after) > 0)
  const page = rest.slice(0, size)
  const last = page.at(-1)
  if (last === undefined || rest.length === page.length) return { items: page, more: {} }
  const next = seal(call.world, purpose, { after: rule.keyOf(last), at: call.world.now() })
  return { items: page, more: { [answered]: next } }
}

function sizeOf<T>(call: NeighbourCall, { size, most, default: usual }: PageRule<T>): number {
  return (size && readInteger(call, size, { min: 1, max: most })) || usual
}

/** Another question, another Region or another account: another purpose. */
function purposeOf(call: NeighbourCall, token: string, size: string | undefined): string {
  const { service, operation, caller, input } = call
  const rest = Object.entries(input).filter(([name]) => name !== token && name !== size)
  const question = [service.name, operation, caller.account, caller.region, rest.sort()]
  return `page ${createHash('sha256').update(JSON.stringify(question)).digest('hex')}`
}

function readToken(call: NeighbourCall, purpose: string, token: string): string {
  const content = unseal(call.world, purpose, token) as { after: string; at: number } | undefined
  if (content && content.at > call.world.now() - day) return content.after
  throw new AwsError(call.service.errors.token, 'The page token is not valid.')
}
