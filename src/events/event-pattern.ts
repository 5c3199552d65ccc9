import { matchesWildcard } from '../access/wildcard.ts'
import type { Matched } from './filter-pattern.ts'

/** Whether an EventBridge rule takes an event (EventBridge: "event patterns"). */
export function eventMatches(pattern: string, event: unknown): Matched {
  let parsed: unknown
  try {
    parsed = JSON.parse(pattern)
  } catch {
    return { unreadable: 'the pattern is not JSON' }
  }
  return matchObject(parsed, event, 0)
}

const deepest = 50

function matchObject(pattern: unknown, event: unknown, depth: number): Matched {
  if (depth > deepest) return { unreadable: 'the pattern is nested too deep' }
  if (!isObject(pattern)) return { unreadable: 'the pattern is not an object' }
  const found = Object.entries(pattern).map(([key, wanted]) => matchMember(key, wanted, event, depth))
  if (found.includes(false)) return false
  return found.find((one) => typeof one === 'object') ?? true
}

function matchMember(key: string, wanted: unknown, event: unknown, depth: number): Matched {
  if (key === '$or' && Array.isArray(wanted)) {
    const found = wanted.map((one) => matchObject(one, event, depth + 1))
    if (found.includes(true)) return true
    return found.find((one) => typeof one === 'object') ?? false
  }
  const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined
  if (isObject(wanted) && Array.isArray(value)) return matchElement(wanted, value, depth)
  if (isObject(wanted)) return isObject(value) ? matchObject(wanted, value, depth + 1) : absent(wanted, depth)
  if (!Array.isArray(wanted)) return { unreadable: `${key} is neither a list nor an object` }
  return matchAny(wanted, value)
}

/** Of a list of objects one has to fit. */
function matchElement(wanted: Record<string, unknown>, list: readonly unknown[], depth: number): Matched {
  const found = list.filter(isObject).map((one) => matchObject(wanted, one, depth + 1))
  if (found.includes(true)) return true
  return found.find((one) => typeof one === 'object') ?? false
}

/** A member that is not there can only satisfy patterns that ask for its absence. */
function absent(wanted: Record<string, unknown>, depth: number): Matched {
  return matchObject(wanted, {}, depth + 1)
}

function matchAny(wanted: readonly unknown[], value: unknown): Matched {
  const values = Array.isArray(value) ? value : [value]
  const found = wanted.map((one) => matchOne(one, value, values))
  if (found.includes(true)) return true
  return found.find((one) => typeof one === 'object') ?? false
}

function matchOne(wanted: unknown, value: unknown, values: readonly unknown[]): Matched {
  if (!isObject(wanted)) return value !== undefined && values.includes(wanted)
  const [[operator, argument] = ['', undefined]] = Object.entries(wanted)
  if (operator === 'exists') return (value !== undefined) === argument
  if (value === undefined) return false
  const test = tests[operator]
  if (!test) return { unreadable: `the operator ${operator} is not known here` }
  return values.some((one) => test(one, argument))
}

type Test = (value: unknown, argument: unknown) => boolean

const tests: Record<string, Test> = {
  prefix: (value, argument) => isText(value) && affix(argument, (text, fold) => fold(value).startsWith(text)),
  suffix: (value, argument) => isText(value) && affix(argument, (text, fold) => fold(value).endsWith(text)),
  'equals-ignore-case': (value, argument) =>
    isText(value) && isText(argument) && value.toLowerCase() === argument.toLowerCase(),
  wildcard: (value, argument) => isText(value) && isText(argument) && matchesWildcard(argument, value),
  numeric: (value, argument) =>
    typeof value === 'number' && Array.isArray(argument) && inRange(value, argument),
  'anything-but': (value, argument) => !isAnyOf(value, argument),
}

function isAnyOf(value: unknown, argument: unknown): boolean {
  if (Array.isArray(argument)) return argument.some((one) => isAnyOf(value, one))
  if (!isObject(argument)) return value === argument
  const [[operator, inner] = ['', undefined]] = Object.entries(argument)
  const inners = Array.isArray(inner) && operator !== 'numeric' ? inner : [inner]
  return inners.some((one) => tests[operator]?.(value, one) ?? false)
}

/** `"a"` or `{"equals-ignore-case": "a"}`. */
function affix(argument: unknown, test: (text: string, fold: (value: string) => string) => boolean): boolean {
  if (isText(argument)) return test(argument, (value) => value)
  const folded = isObject(argument) ? argument['equals-ignore-case'] : undefined
  return isText(folded) && test(folded.toLowerCase(), (value) => value.toLowerCase())
}

/** `[">", 0, "<=", 5]`. */
function inRange(value: number, range: readonly unknown[]): boolean {
  for (let at = 0; at < range.length; at += 2) {
    const limit = Number(range[at + 1])
    const holds = {
      '<': value < limit,
      '>': value > limit,
      '<=': value <= limit,
      '>=': value >= limit,
      '=': value === limit,
    }
    if (holds[String(range[at]) as '='] !== true) return false
  }
  return true
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
