/** Names separated by white space, so that hundreds of them stay one screen. */
export function nameList(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** Where an operation of a REST service is: `/functions/{FunctionName}` in pieces. */
export interface KnownPath {
  method: string
  segments: readonly string[]
  /** `name=value` that the query must have; only few paths have one. */
  query?: readonly [string, string]
  operation: string
}

/** One operation a line: method, path, name. */
export function pathTable(text: string): readonly KnownPath[] {
  return text.trim().split('\n').map(readLine)
}

function readLine(line: string): KnownPath {
  const [method = '', target = '', operation = ''] = line.trim().split(' ')
  const [path = '', query] = target.split('?')
  const [name = '', value = ''] = query?.split('=') ?? []
  const segments = path.split('/').filter(Boolean)
  return { method, segments, operation, ...(query !== undefined && { query: [name, value] }) }
}

export interface MatchedPath {
  operation: string
  /** What stands in the place of `{Name}`, decoded. */
  labels: Record<string, string>
}

/** Literal segments win over labels, and a path that asks for a query value over one that does not. */
export function matchPath(
  known: readonly KnownPath[],
  request: { method: string; rawPath: string; query: URLSearchParams },
): MatchedPath | undefined {
  const given = request.rawPath.split('/').filter(Boolean).map(decoded)
  const fitting = known.filter((each) => fits(each, { ...request, given }))
  const best = fitting.sort((a, b) => weight(b) - weight(a))[0]
  return best && { operation: best.operation, labels: labelsOf(best, given) }
}

function fits(
  { method, segments, query: wanted }: KnownPath,
  request: { method: string; query: URLSearchParams; given: string[] },
): boolean {
  const { given, query } = request
  if (method !== request.method || segments.length !== given.length) return false
  if (wanted && query.get(wanted[0]) !== wanted[1]) return false
  return segments.every((each, at) => each.startsWith('{') || each === given[at])
}

function weight({ segments, query }: KnownPath): number {
  return segments.filter((each) => !each.startsWith('{')).length * 2 + (query ? 1 : 0)
}

function labelsOf({ segments }: KnownPath, given: string[]): Record<string, string> {
  const pairs = segments.flatMap((each, at) =>
    each.startsWith('{') ? [[each.slice(1, -1), given[at] ?? ''] as const] : [],
  )
  return Object.fromEntries(pairs)
}

/** The bytes as they came where they are not percent-encoded UTF-8: no operation has such a path. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
