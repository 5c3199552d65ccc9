import { plainText } from './text.ts'

const risky = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Co}]|##(?=\[)/gu

/**
 * One document, two spaces, one line feed at the end. Its strings keep their exact value, but what a terminal or a CI
 * runner would act on is written as an escape, beyond what JSON demands.
 */
export function jsonDocument(document: unknown): string {
  return `${JSON.stringify(document, null, 2).replace(risky, escaped)}\n`
}

/**
 * One document as well, but an item a line: a third of the size, and tools that go by lines can cut it. In parts, since
 * the findings of ten thousand repositories are more than the longest string that there can be.
 */
export function* jsonArrayParts(items: Iterable<unknown>): Generator<string> {
  let part = '['
  let separator = '\n'
  for (const item of items) {
    part += separator + line(item)
    separator = ',\n'
    if (part.length < partSize) continue
    yield part
    part = ''
  }
  yield `${part}${separator === '\n' ? '' : '\n'}]\n`
}

const partSize = 65_536

function line(item: unknown): string {
  return JSON.stringify(item).replace(risky, escaped)
}

function escaped(found: string): string {
  if (found === '##') return '#\\u0023'
  return found
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** The same JSON with every string, names of fields too, made harmless: for formats that other programs show. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(cleanJson)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainText(key), cleanJson(inner)]))
}
