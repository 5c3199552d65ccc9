import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesWildcard } from './wildcard.ts'

test.each([
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['?', '', false],
  ['?', 'a', true],
  ['ecr:*', 'ecr:putimage', true],
  ['ecr:put*', 'ecr:getpolicy', false],
  ['*image', 'ecr:batchgetimage', true],
  ['a*b*c', 'aXbXbc', true],
  ['a*b*c', 'aXcXb', false],
  ['a?c', 'abc', true],
  ['a?c', 'abbc', false],
  ['*a?', 'aab', true],
])('%s on %s: %s', (pattern, text, expected) => {
  expect(matchesWildcard(pattern, text)).toBe(expected)
})

test('agrees with the plainest definition', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  const plain = (pattern: string, rest: string): boolean => {
    if (pattern === '') return rest === ''
    if (pattern[0] === '*')
      return plain(pattern.slice(1), rest) || (rest !== '' && plain(pattern, rest.slice(1)))
    return (
      rest !== '' && (pattern[0] === '?' || pattern[0] === rest[0]) && plain(pattern.slice(1), rest.slice(1))
    )
  }
  fc.assert(
    fc.property(letters, text, (pattern, candidate) => {
      expect(matchesWildcard(pattern, candidate)).toBe(plain(pattern, candidate))
    }),
    { numRuns: 2000 },
  )
})

test('a pattern of stars costs no more than its length times the text', () => {
  expect(matchesWildcard(`${'*a'.repeat(5000)}b`, 'a'.repeat(5000))).toBe(false)
})
