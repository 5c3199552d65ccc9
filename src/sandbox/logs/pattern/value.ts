import { matchesGlob } from '../../../core/glob.ts'
import type { Test } from './json.ts'
import { BadPattern, type Scanner } from './scanner.ts'

const constants: Record<string, unknown> = { TRUE: true, FALSE: false, NULL: null }

/** What stands behind a selector: `= "x*"`, `!= 5`, `IS TRUE`, `NOT EXISTS`, `= %regex%`. */
export function testOf(scanner: Scanner): Test {
  if (scanner.take(/NOT\s+EXISTS\b/iy)) return (found) => found.length === 0
  if (scanner.take(/IS\b/iy)) {
    const constant = constants[scanner.need(/(TRUE|FALSE|NULL)\b/iy, 'TRUE, FALSE or NULL').toUpperCase()]
    return (found) => found.some(({ value }) => value === constant)
  }
  const operator = scanner.need(/!=|<=|>=|=|<|>/y, 'an operator')
  const accepts = operandOf(scanner, operator)
  // Assumption: nothing can be said of a property that is not there, and != is no exception.
  return (found) => found.some(({ value }) => accepts(value))
}

function operandOf(scanner: Scanner, operator: string): (value: unknown) => boolean {
  const regex = scanner.take(/%[^%]+%/y)
  if (regex !== undefined) return equality(operator, regexTest(regex.slice(1, -1)))
  const quoted = scanner.take(/"(?:[^"\\]|\\.)*"/y)
  if (quoted !== undefined) return equality(operator, sameText(unquoted(quoted)))
  const word = scanner.need(/[^\s"&|!=<>(){}]+/y, 'a value')
  const limit = Number(word)
  if (Number.isNaN(limit)) return equality(operator, sameText(word))
  if (operator === '=' || operator === '!=')
    return equality(operator, (value) => value === limit || value === word)
  return (value) => typeof value === 'number' && inOrder(value, operator, limit)
}

function inOrder(value: number, operator: string, limit: number): boolean {
  if (operator === '<') return value < limit
  if (operator === '>') return value > limit
  return operator === '<=' ? value <= limit : value >= limit
}

function equality(operator: string, same: (value: unknown) => boolean): (value: unknown) => boolean {
  if (operator === '=') return same
  if (operator === '!=') return (value) => !same(value)
  throw new BadPattern(`${operator} needs a number`)
}

/** `*` stands for anything, also within quotes. */
function sameText(wanted: string): (value: unknown) => boolean {
  return (value) => value !== null && typeof value !== 'object' && matchesGlob(wanted, String(value))
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}

export function regexTest(source: string): (value: unknown) => boolean {
  try {
    const regex = new RegExp(source)
    return (value) => typeof value === 'string' && regex.test(value)
  } catch {
    throw new BadPattern(`${source} is no regular expression`)
  }
}
