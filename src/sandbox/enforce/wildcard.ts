const any = Symbol('any run of characters')
const one = Symbol('any one character')
type Piece = string | typeof any | typeof one

/** What `${aws:username}` and the like stand for; undefined when the request has no such value. */
export type Variables = (key: string) => string | undefined

export interface PatternOptions {
  /** Absent: the policy is of a version that has no variables, and `$` is a character like any other. */
  variables?: Variables | undefined
  /** False: `*` and `?` mean themselves. */
  wildcards?: boolean
}

/** Does the whole text match? A variable without a value matches nothing. Linear for each `*`, whatever the text. */
export function matchesPattern(pattern: string, text: string, options: PatternOptions = {}): boolean {
  const pieces = piecesOf(pattern, options)
  return pieces !== undefined && matches(pieces, [...text])
}

function piecesOf(pattern: string, { variables, wildcards = true }: PatternOptions): Piece[] | undefined {
  const pieces: Piece[] = []
  for (const [part, inside] of pattern.matchAll(/\$\{([^}]*)\}|[\s\S]/gu)) {
    if (inside !== undefined && variables) {
      const value = standsFor(inside, variables)
      if (value === undefined) return undefined
      pieces.push(...value)
    } else if (part === '*' && wildcards) pieces.push(any)
    else if (part === '?' && wildcards) pieces.push(one)
    else pieces.push(...part)
  }
  return pieces
}

/** `${*}`, `${?}` and `${$}` are those characters; `${key, 'text'}` has a default. */
function standsFor(inside: string, variables: Variables): string | undefined {
  if (['*', '?', '$'].includes(inside)) return inside
  const [, key = inside, fallback] = /^([^,]*?)\s*,\s*'(.*)'$/.exec(inside) ?? []
  return variables(key.trim()) ?? fallback
}

/** Goes back to the last `*` and no further: what came before it is settled. */
function matches(pieces: readonly Piece[], text: readonly string[]): boolean {
  let piece = 0
  let at = 0
  let star = -1
  let from = 0
  while (at < text.length) {
    const wanted = pieces[piece]
    if (wanted === any) {
      star = piece++
      from = at
    } else if (piece < pieces.length && (wanted === one || wanted === text[at])) {
      piece++
      at++
    } else if (star >= 0) {
      piece = star + 1
      at = ++from
    } else return false
  }
  return pieces.slice(piece).every((each) => each === any)
}
