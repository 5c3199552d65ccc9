import type { Matcher } from './compile.ts'
import { BadPattern, Scanner } from './scanner.ts'
import { regexTest } from './value.ts'

interface Term {
  sign: string
  fits: (message: string) => boolean
}

/** Words that must all be in the message, `-word` that must not, `?word` of which one must. Empty: every message. */
export function compileTerms(pattern: string): Matcher {
  const scanner = new Scanner(pattern)
  const terms: Term[] = []
  while (!scanner.atEnd) terms.push(readTerm(scanner))
  const signed = (sign: string) => terms.filter((term) => term.sign === sign)
  const [must, mustNot, may] = [signed(''), signed('-'), signed('?')]
  return (message) => {
    const fits = (term: Term) => term.fits(message)
    const good = must.every(fits) && !mustNot.some(fits) && (may.length === 0 || may.some(fits))
    return good ? {} : undefined
  }
}

function readTerm(scanner: Scanner): Term {
  const sign = scanner.take(/[-?]/y) ?? ''
  const quoted = scanner.take(/"(?:[^"\\]|\\.)*"/y)
  const text = quoted ?? scanner.need(/%[^%]+%|[^\s"]+/y, 'a word')
  if (quoted === undefined && /^%[^%]+%$/.test(text)) return { sign, fits: regexTest(text.slice(1, -1)) }
  if (quoted === undefined && !/^[\w*.:/-]+$/.test(text))
    throw new BadPattern(`${text} has to stand in quotation marks`)
  const word = quoted === undefined ? text : quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  return { sign, fits: (message) => message.includes(word) }
}
