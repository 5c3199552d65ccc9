import type { Matcher } from './compile.ts'
import { BadPattern, Scanner } from './scanner.ts'
import { testOf } from './value.ts'

type Found = { value: unknown }[]
/** What a property must be like: everything that its selector leads to is given. */
export type Test = (found: Found) => boolean
type Rule = (document: unknown) => boolean
type Looked = Map<string, readonly string[]>

/** `{ ($.a = "x") && $.b NOT EXISTS }`. A message that is not JSON fits no such pattern. */
export function compileJson(pattern: string): Matcher {
  const scanner = new Scanner(pattern)
  const looked: Looked = new Map()
  scanner.need(/\{/y, 'the brace')
  const rule = readAny(scanner, looked, 0)
  scanner.need(/\}/y, 'the closing brace')
  if (!scanner.atEnd) throw new BadPattern('something follows the closing brace')
  return (message) => {
    const document = parse(message)
    return document !== undefined && rule(document) ? extracted(document, looked) : undefined
  }
}

/** `&&` binds closer than `||`. */
function readAny(scanner: Scanner, looked: Looked, depth: number): Rule {
  const rules = [readAll(scanner, looked, depth)]
  while (scanner.take(/\|\|/y)) rules.push(readAll(scanner, looked, depth))
  return (document) => rules.some((rule) => rule(document))
}

function readAll(scanner: Scanner, looked: Looked, depth: number): Rule {
  const rules = [readOne(scanner, looked, depth)]
  while (scanner.take(/&&/y)) rules.push(readOne(scanner, looked, depth))
  return (document) => rules.every((rule) => rule(document))
}

function readOne(scanner: Scanner, looked: Looked, depth: number): Rule {
  if (depth > 100) throw new BadPattern('there are too many parentheses')
  if (scanner.take(/\(/y)) {
    const inner = readAny(scanner, looked, depth + 1)
    scanner.need(/\)/y, 'a closing parenthesis')
    return inner
  }
  const selector = scanner.need(
    /\$(\.[^\s.[\](){}=!<>&|]+|\.?\[[^\]]+\])+/y,
    'a property such as $.eventName',
  )
  const path = pathOf(selector)
  looked.set(selector, path)
  const test = testOf(scanner)
  return (document) => test(at(document, path))
}

function pathOf(selector: string): string[] {
  const steps = selector.slice(1).match(/\.[^.[\]]+|\[[^\]]+\]/g) ?? []
  return steps.map((step) => step.replace(/^\.|^\[|\]$/g, '').replace(/^(['"])(.*)\1$/, '$2'))
}

/** `[*]` leads to every element of a list. */
function at(document: unknown, path: readonly string[]): Found {
  let found: Found = [{ value: document }]
  for (const step of path) found = found.flatMap(({ value }) => inside(value, step))
  return found
}

function inside(value: unknown, step: string): Found {
  if (typeof value !== 'object' || value === null) return []
  if (step === '*') return Object.values(value).map((each: unknown) => ({ value: each }))
  return Object.hasOwn(value, step) ? [{ value: (value as Record<string, unknown>)[step] }] : []
}

function extracted(document: unknown, looked: Looked): Record<string, string> {
  const pairs = [...looked].flatMap(([selector, path]) => {
    const [first] = at(document, path)
    return first === undefined ? [] : [[selector, shown(first.value)] as const]
  })
  return Object.fromEntries(pairs)
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message) as unknown
  } catch {
    return undefined
  }
}
