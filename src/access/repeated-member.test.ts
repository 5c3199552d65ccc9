import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatedMember } from './repeated-member.ts'

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":1,"a":2}', 'a'],
  ['{"a":1, "b":[{"c":1 , "c" : 2}]}', 'c'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a":"x\\":{","b":"a"}', undefined],
  ['{"a\\\\":1,"a\\\\":2}', 'a\\'],
  ['["a","a"]', undefined],
  ['{"a":"a","b":"a"}', undefined],
  ['"a"', undefined],
])('%s: %s', (text, name) => {
  expect(repeatedMember(text)).toBe(name)
})

test('finds none in what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1), (value, indent) => {
      expect(repeatedMember(JSON.stringify(value, null, indent))).toBe(undefined)
    }),
  )
})
