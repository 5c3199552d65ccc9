import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkKey, checkPrefix, isKey } from './key.ts'

const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/)

test('every accepted key stays below the folder that it is joined to', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(segment, fc.constantFrom('.', '..', ''))).map((s) => s.join('/')),
  )
  fc.assert(
    fc.property(anything, (key) => {
      fc.pre(isKey(key))
      expect(join('/vault', key)).toBe(`/vault/${key}`)
      expect(key).not.toMatch(/^\.tmp(\/|$)/)
    }),
    { numRuns: 2000 },
  )
})

test('every beginning of a key is a prefix', () => {
  const keys = fc
    .array(segment, { minLength: 1, maxLength: 5 })
    .map((segments) => segments.join('/'))
    .filter(isKey)
  fc.assert(
    fc.property(keys, fc.nat(100), (key, length) => {
      const prefix = key.slice(0, length)
      // What ends in a dot segment is refused although a longer name could go on: a prefix is never a way up.
      fc.pre(!/(^|\/)\.\.?$/.test(prefix) && prefix !== '.tmp')
      expect(() => checkPrefix(prefix)).not.toThrow()
    }),
  )
})

test('an endless name is refused without being repeated whole', () => {
  const error = (() => {
    try {
      checkKey('../'.repeat(100_000))
      return undefined
    } catch (caught) {
      return caught as Error
    }
  })()
  expect(error).toMatchObject({ code: 'store-key-invalid' })
  expect(error?.message.length).toBeLessThan(300)
})
