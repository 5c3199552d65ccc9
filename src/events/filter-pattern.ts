import { matchesWildcard } from '../access/wildcard.ts'
import { type Filter, parseFilter, type Value } from './filter-syntax.ts'

export type Matched = boolean | { unreadable: string }

/** Whether a metric filter counts a CloudTrail event. A pattern that cannot be read is no answer, never a yes. */
export function filterMatches(pattern: string, event: unknown): Matched {
  const text = pattern.trim()
  if (text === '') return true
  if (text.startsWith('['))
    return { unreadable: 'the pattern is for lines of words, and CloudTrail writes JSON' }
  if (!text.startsWith('{')) return termsMatch(text, JSON.stringify(event))
  if (!text.endsWith('}')) return { unreadable: 'a brace is not closed' }
  const filter = parseFilter(text.slice(1, -1))
  return 'unreadable' in filter ? filter : holds(filter, event)
}

function holds(filter: Filter, event: unknown): Matched {
  if ('all' in filter) return every(filter.all, event)
  if ('any' in filter) return some(filter.any, event)
  const found = valuesAt(event, filter.path)
  if ('is' in filter) return isWhat(filter.is, found)
  if ('regex' in filter.value) return { unreadable: 'the pattern has a regular expression' }
  const { operator } = filter
  const text = textOf(filter.value)
  // Assumption: a comparison with a property that is not there does not hold, with != neither.
  return found.some((value) => compares(operator, value, text))
}

function every(filters: readonly Filter[], event: unknown): Matched {
  const found = filters.map((filter) => holds(filter, event))
  if (found.includes(false)) return false
  return found.find((one) => typeof one === 'object') ?? true
}

function some(filters: readonly Filter[], event: unknown): Matched {
  const found = filters.map((filter) => holds(filter, event))
  if (found.includes(true)) return true
  return found.find((one) => typeof one === 'object') ?? false
}

function isWhat(is: 'TRUE' | 'FALSE' | 'NULL' | 'NOT EXISTS', found: readonly unknown[]): boolean {
  if (is === 'NOT EXISTS') return found.length === 0
  const wanted = { TRUE: true, FALSE: false, NULL: null }[is]
  return found.includes(wanted)
}

function compares(operator: string, value: unknown, text: string): boolean {
  if (operator === '=' || operator === '!=') {
    const same = matchesWildcard(text, String(value))
    return operator === '=' ? same : !same
  }
  const [left, right] = [Number(value), Number(text)]
  if (typeof value !== 'number' || Number.isNaN(right)) return false
  return { '<': left < right, '>': left > right, '<=': left <= right, '>=': left >= right }[operator] ?? false
}

function textOf(value: Value): string {
  return 'text' in value ? value.text : ''
}

/** What a path leads to; `*` is every element of a list. */
function valuesAt(event: unknown, path: readonly string[]): unknown[] {
  let found: unknown[] = [event]
  for (const step of path) {
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return []
      if (step === '*') return Array.isArray(value) ? value : []
      return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : []
    })
  }
  return found
}

/** Words that must be in the text, `-word` that must not be, `?word` of which one must be. */
function termsMatch(pattern: string, text: string): Matched {
  const terms = [...pattern.matchAll(/([-?]?)("(?:[^"\\]|\\.)*"|\S+)/g)].map(([, sign = '', term = '']) => ({
    sign,
    term: term.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1'),
  }))
  if (terms.some(({ term }) => term.startsWith('%')))
    return { unreadable: 'the pattern has a regular expression' }
  const has = ({ term }: { term: string }) => text.includes(term)
  const optional = terms.filter(({ sign }) => sign === '?')
  return (
    terms.filter(({ sign }) => sign === '').every(has) &&
    !terms.filter(({ sign }) => sign === '-').some(has) &&
    (optional.length === 0 || optional.some(has))
  )
}
