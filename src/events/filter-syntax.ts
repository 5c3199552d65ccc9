/**
 * A metric filter's pattern for JSON events, as a tree (CloudWatch Logs: "filter patterns for JSON log events";
 * ecr-facts 5.3).
 */
export type Filter =
  | { all: Filter[] }
  | { any: Filter[] }
  | { path: string[]; operator: '=' | '!=' | '<' | '>' | '<=' | '>='; value: Value }
  | { path: string[]; is: 'TRUE' | 'FALSE' | 'NULL' | 'NOT EXISTS' }

export type Value = { text: string } | { regex: string }

/** Thrown inside; what comes out is a reason. */
export class Unreadable extends Error {}

type Token = { kind: 'word' | 'quoted' | 'sign' | 'regex'; text: string }

const deepest = 50
const longest = 1024

/** Parses what stands between the braces. `unreadable` says why not, as the end of a sentence. */
export function parseFilter(text: string): Filter | { unreadable: string } {
  if (text.length > longest) return { unreadable: `the pattern is longer than ${longest} characters` }
  try {
    const parser = new Parser(tokens(text))
    const found = parser.either(0)
    parser.end()
    return found
  } catch (error) {
    if (error instanceof Unreadable) return { unreadable: error.message }
    throw error
  }
}

const token =
  /\s*(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<regex>%[^%]*%)|(?<sign>&&|\|\||!=|<=|>=|[=<>()])|(?<word>[^\s"&|!=<>()%]+))/y

function tokens(text: string): Token[] {
  const found: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const groups = token.exec(text)?.groups
    if (!groups) throw new Unreadable('the pattern has a character that no pattern has')
    const [kind, matched] = Object.entries(groups).find(([, value]) => value !== undefined) ?? ['word', '']
    found.push(toToken(kind as Token['kind'], matched))
  }
  return found
}

function toToken(kind: Token['kind'], matched: string): Token {
  if (kind === 'quoted') return { kind, text: matched.slice(1, -1).replace(/\\(.)/g, '$1') }
  if (kind === 'regex') return { kind, text: matched.slice(1, -1) }
  return { kind, text: matched }
}

class Parser {
  readonly #tokens: Token[]
  #at = 0

  constructor(list: Token[]) {
    this.#tokens = list
  }

  /** `&&` binds closer than `||`. */
  either(depth: number): Filter {
    const any = [this.#both(depth)]
    while (this.#takes('||')) any.push(this.#both(depth))
    return any.length === 1 && any[0] ? any[0] : { any }
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Unreadable('something follows the end of the pattern')
  }

  #both(depth: number): Filter {
    const all = [this.#one(depth)]
    while (this.#takes('&&')) all.push(this.#one(depth))
    return all.length === 1 && all[0] ? all[0] : { all }
  }

  #one(depth: number): Filter {
    if (depth > deepest) throw new Unreadable('the pattern is nested too deep')
    if (!this.#takes('(')) return this.#comparison()
    const found = this.either(depth + 1)
    if (!this.#takes(')')) throw new Unreadable('a parenthesis is not closed')
    return found
  }

  #comparison(): Filter {
    const path = toPath(this.#next('a property such as $.eventName').text)
    const { kind, text } = this.#next('an operator')
    const word = text.toUpperCase()
    if (kind === 'word' && word === 'IS') return { path, is: this.#is() }
    if (kind === 'word' && word === 'NOT') return this.#notExists(path)
    if (!isComparison(text)) throw new Unreadable(`${text} is no operator`)
    return { path, operator: text, value: toValue(this.#next('a value')) }
  }

  #is(): 'TRUE' | 'FALSE' | 'NULL' {
    const word = this.#next('TRUE, FALSE or NULL').text.toUpperCase()
    if (word === 'TRUE' || word === 'FALSE' || word === 'NULL') return word
    throw new Unreadable(`IS ${word} does not exist`)
  }

  #notExists(path: string[]): Filter {
    if (this.#next('EXISTS').text.toUpperCase() !== 'EXISTS')
      throw new Unreadable('NOT is only known before EXISTS')
    return { path, is: 'NOT EXISTS' }
  }

  #takes(sign: string): boolean {
    const next = this.#tokens[this.#at]
    const isIt = next?.kind === 'sign' && next.text === sign
    if (isIt) this.#at++
    return isIt
  }

  #next(what: string): Token {
    const next = this.#tokens[this.#at++]
    if (!next) throw new Unreadable(`${what} is missing`)
    return next
  }
}

function isComparison(text: string): text is '=' | '!=' | '<' | '>' | '<=' | '>=' {
  return ['=', '!=', '<', '>', '<=', '>='].includes(text)
}

function toValue({ kind, text }: Token): Value {
  if (kind === 'sign') throw new Unreadable('a value is missing')
  return kind === 'regex' ? { regex: text } : { text }
}

/** `$.a.b[0]`, `$['a']`, `$.a[*]`. */
function toPath(text: string): string[] {
  if (!text.startsWith('$')) throw new Unreadable(`${text} does not start with $`)
  const steps = [...text.slice(1).matchAll(/\.([^.[\]]+)|\.?\[['"]?([^\]'"]+)['"]?\]/g)]
  if (steps.map(([all]) => all).join('') !== text.slice(1) || steps.length === 0)
    throw new Unreadable(`${text} is no property`)
  return steps.map(([, name, index]) => name ?? index ?? '')
}
