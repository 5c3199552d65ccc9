import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditTable } from './audit-table.ts'
import { controlBytes, hostileExamples, hostileText, reportWith } from './formats/hostile.fixture.ts'
import { cleanJson, jsonDocument } from './json-text.ts'

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
