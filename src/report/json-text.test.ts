import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditTable } from './audit-table.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './formats/hostile.fixture.ts'
import { cleanJson, jsonArrayParts, jsonDocument } from './json-text.ts'

test('a document keeps the exact value of every string, and no byte of it makes a terminal act', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const report = reportWith(text)
      const shown = jsonDocument(report)
      expect(controlBytes.test(shown)).toBe(false)
      expect(shown).not.toMatch(/##\[|^\s*::/m)
      expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify(report)))
    }),
    { examples: hostileExamples, numRuns: 80 },
  )
})

test('the table obeys nothing either', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = auditTable(reportWith(text), { all: true })
      expect(controlBytes.test(shown)).toBe(false)
      expect(shown).not.toMatch(/##\[|^\s*::(add-mask|error)/m)
    }),
    { examples: hostileExamples, numRuns: 80 },
  )
})

test('names of fields are made harmless with the strings, and nothing else is touched', () => {
  expect(cleanJson({ 'a\u0007': ['b\u202e', 1, null, true, { c: 'd' }] })).toEqual({
    'a\\x07': ['b\\u{202e}', 1, null, true, { c: 'd' }],
  })
})

test.each([0, 1, 2, 5000])('an array of %i items in parts is one document, an item a line', (count) => {
  const items = Array.from({ length: count }, (_, at) => ({ at, text: `größe ${at}\u202e` }))
  const parts = [...jsonArrayParts(items)]
  const text = parts.join('')
  expect(JSON.parse(text)).toEqual(items)
  expect(controlBytes.test(text)).toBe(false)
  expect(text.split('\n')).toHaveLength(count === 0 ? 2 : count + 3)
  expect(parts.length).toBeLessThan(10)
})
