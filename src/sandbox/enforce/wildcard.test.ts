import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from './wildcard.ts'

const variables = (key: string) => ({ 'aws:username': 'a*b' })[key]

test.each([
  [true, 'ecr:*', 'ecr:PutImage'],
  [true, '*', ''],
  [true, 'a*b*c', 'aXbXbXc'],
  [false, 'a*b*c', 'aXbX'],
  [true, 'a?c', 'abc'],
  [false, 'a?c', 'ac'],
  [true, 'user/$' + '{aws:username}', 'user/a*b'],
  [false, 'user/$' + '{aws:username}', 'user/aXb'],
  [true, '$' + '{*}$' + '{?}$' + '{$}', '*?$'],
  [false, '$' + '{other}', ''],
])('%s: %s, %s', (expected, pattern, text) => {
  expect(matchesPattern(pattern, text, { variables })).toBe(expected)
})

test('as a regular expression would have it', () => {
  const letters = (all: string) => fc.string({ unit: fc.constantFrom(...all), maxLength: 12 })
  fc.assert(
    fc.property(letters('ab*?'), letters('ab'), (pattern, text) => {
      const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
      expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`).test(text))
    }),
  )
})

test('a pattern that is all wildcards takes no time', () => {
  expect(matchesPattern(`${'*a'.repeat(200)}*b`, 'a'.repeat(5000))).toBe(false)
})
