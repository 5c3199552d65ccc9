import { invalidParameter } from '../ecr/errors.ts'
import { seal, unseal } from '../ecr/token.ts'
import type { RegistryCall } from './registry-call.ts'

/** The most that one page may be asked for. More is refused, not cut (ecr-facts 4.1). */
const largestPage = 1000

interface PageRequest<T> {
  /** Size when the client names none. */
  size: number
  /** The query parameter that carries the token. */
  parameter: string
  keyOf: (item: T) => string
}

/**
 * Cuts a page out of items that are sorted by their key, and says where the next one is. The token is opaque and
 * names the last item given rather than a position, so what is added or deleted between two pages makes nothing
 * else appear twice or not at all.
 */
export function pageOf<T>(
  call: RegistryCall,
  items: readonly T[],
  { size, parameter, keyOf }: PageRequest<T>,
): { items: T[]; headers: Record<string, string> } {
  const { query, path } = call.request
  const after = readToken(call, query.get(parameter))
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after)
  const page = rest.slice(0, pageSize(query, size))
  const last = page.at(-1)
  if (last === undefined || rest.length === page.length) return { items: page, headers: {} }
  const next = new URLSearchParams(query)
  next.set(parameter, seal(call.world, 'page', { path, after: keyOf(last) }))
  return { items: page, headers: { link: `<${path}?${next}>; rel="next"` } }
}

/** Assumption: what was not issued for this list is refused like any bad parameter; a tag name is no token. */
function readToken({ world, request }: RegistryCall, token: string | null): string | undefined {
  if (token === null) return undefined
  const content = unseal(world, 'page', token) as { path: string; after: string } | undefined
  if (content?.path !== request.path) throw invalidParameter('nextToken', 'Invalid token')
  return content.after
}

/** `n`, or the default. Real ECR speaks of its API's parameter here, not of `n` (ecr-facts 4.1). */
function pageSize(query: URLSearchParams, whenAbsent: number): number {
  const text = query.get('n')
  if (text === null) return whenAbsent
  const size = Number(text)
  if (!Number.isInteger(size) || size < 1) throw badSize('greater than or equal to 1')
  if (size > largestPage) throw badSize(`less than or equal to ${largestPage}`)
  return size
}

function badSize(rule: string) {
  return invalidParameter('maxResults', `Member must have value ${rule}`)
}
