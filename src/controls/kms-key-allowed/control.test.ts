import { expect, test } from 'vitest'
import type { Answer, KmsKey } from '../../inventory/inventory.ts'
import { account, denied, inventory, kmsKey, repository, settings } from '../inventory.fixture.ts'
import { kmsKeyAllowed } from './control.ts'

const arn = `arn:aws:kms:eu-west-1:${account}:key/images`
const alias = `arn:aws:kms:eu-west-1:${account}:alias/images`
const known: Answer<KmsKey> = { ok: kmsKey({ arn }) }

interface Case {
  allowed: string[]
  named?: string
  type?: string
  key?: Answer<KmsKey>
  status: string
  words: string
}

test.each<Case>([
  { allowed: [], status: 'not-applicable', words: 'holdfast.yaml, under audit, allowedKeys' },
  { allowed: [arn], status: 'pass', words: 'Key images is allowed.' },
  { allowed: ['arn:aws:kms:*:111122223333:key/*'], status: 'pass', words: 'allowed by arn:aws:kms:*' },
  { allowed: [`${arn}2`, arn], status: 'pass', words: 'allowed' },
  { allowed: [`${arn}2`], status: 'fail', words: 'Key images is not among' },
  { allowed: [arn.toUpperCase()], status: 'fail', words: 'not among' },
  { allowed: ['images'], status: 'fail', words: 'not among' },
  // An ARN decides by itself; KMS need not be asked.
  { allowed: [arn], key: denied, status: 'pass', words: 'allowed' },
  { allowed: ['*2'], key: denied, status: 'fail', words: 'not among' },
  // An alias is not the key: it can be pointed elsewhere.
  { allowed: [arn], named: alias, status: 'pass', words: 'Key images' },
  { allowed: [alias], named: alias, status: 'fail', words: 'Key images is not among' },
  { allowed: [alias], named: alias, key: denied, status: 'unknown', words: 'AccessDeniedException' },
  { allowed: [arn], type: 'AES256', status: 'fail', words: 'AES256' },
  { allowed: [arn], named: '', status: 'unknown', words: 'ecr:DescribeRepositories' },
  { allowed: ['*'], named: '__proto__', key: denied, status: 'unknown', words: 'AccessDenied' },
])('$status: $words', ({ allowed, named = arn, type = 'KMS', key = known, status, words }) => {
  const verdict = kmsKeyAllowed.judge(
    repository({ encryption: { type, kmsKey: named } }),
    inventory({ keys: Object.fromEntries([[named, key]]) }),
    settings({ allowedKeys: allowed }),
  )
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('a key that the inventory does not hold, named by an id, is unknown', () => {
  const verdict = kmsKeyAllowed.judge(
    repository({ encryption: { type: 'KMS', kmsKey: 'constructor' } }),
    inventory({ keys: {} }),
    settings({ allowedKeys: ['*'] }),
  )
  expect(verdict).toMatchObject({ status: 'unknown', reason: 'NotAnswered: no answer to kms:DescribeKey' })
})
