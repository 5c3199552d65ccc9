import { expect, test } from 'vitest'
import type { Answer, KmsKey } from '../../inventory/inventory.ts'
import { account, denied, inventory, kmsKey, repository, settings } from '../inventory.fixture.ts'
import { kmsCustomerKey } from './control.ts'

const arn = `arn:aws:kms:eu-west-1:${account}:key/k`
const key = (changes: Partial<KmsKey> = {}): Answer<KmsKey> => ({
  ok: kmsKey({ arn, ...changes }),
})
const gone = { error: { code: 'NotFoundException', message: 'no such key', needs: 'kms:DescribeKey' } }

interface Case {
  key?: Answer<KmsKey>
  type?: string
  names?: string
  status: string
  severity?: string
  words: string
}

test.each<Case>([
  { key: key(), status: 'pass', words: 'Customer managed key, enabled.' },
  { key: key({ account: '444455556666' }), status: 'pass', words: 'of account 444455556666' },
  { key: key(), type: 'KMS_DSSE', status: 'pass', words: 'Customer managed key' },
  { type: 'AES256', status: 'fail', words: 'Encrypted, but not with a customer managed key' },
  { key: key({ manager: 'AWS' }), status: 'fail', words: 'a key that AWS manages' },
  { key: key({ state: 'Disabled' }), status: 'fail', severity: 'high', words: 'cannot be used (Disabled)' },
  { key: key({ state: 'PendingDeletion' }), status: 'fail', severity: 'critical', words: 'lost for ever' },
  { key: key({ state: 'PendingImport' }), status: 'fail', severity: 'high', words: 'PendingImport' },
  { key: gone, status: 'fail', severity: 'critical', words: 'does not know the key' },
  { key: denied, status: 'unknown', words: 'AccessDeniedException' },
  { names: '__proto__', status: 'unknown', words: 'kms:DescribeKey' },
  { names: '', status: 'unknown', words: 'ecr:DescribeRepositories' },
])('$status: $words', ({ key: answer, type = 'KMS', names = arn, status, severity, words }) => {
  const encryption = type === 'AES256' ? { type } : { type, kmsKey: names }
  const keys = answer ? { [arn]: answer } : {}
  const verdict = kmsCustomerKey.judge(repository({ encryption }), inventory({ keys }), settings())
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
  expect(verdict.severity).toBe(severity)
})
