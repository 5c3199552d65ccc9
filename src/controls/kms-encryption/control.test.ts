import { expect, test } from 'vitest'
import { inventory, repository, settings } from '../inventory.fixture.ts'
import { kmsEncryption } from './control.ts'

const judge = (type: string) =>
  kmsEncryption.judge(repository({ encryption: { type } }), inventory({ keys: {} }), settings())

// Not applicable does not happen: every repository has a type. Which key it is, is asked elsewhere.
test.each([
  ['KMS', 'pass', 'Encrypted with KMS.'],
  ['KMS_DSSE', 'pass', 'in two layers'],
  ['AES256', 'fail', 'Encrypted with AES256'],
  ['', 'unknown', 'type "" is not known'],
  ['aes256', 'unknown', '"aes256"'],
  ['KMS_NEXT', 'unknown', '"KMS_NEXT"'],
  ['__proto__', 'unknown', '"__proto__"'],
])('%j: %s', (type, status, words) => {
  const verdict = judge(type)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})
