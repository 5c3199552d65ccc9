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
  { key: key({ state: 'Disabled' }), status: 'fail', severity: 'high', words: 'cannot be used (Disabled:' },
  { key: key({ state: 'PendingDeletion' }), status: 'fail', severity: 'critical', words: 'lost for ever' },
  { key: key({ state: 'PendingImport' }), status: 'fail', severity: 'high', words: 'PendingImport' },
  {
    key: key({ state: 'Unavailable' }),
    status: 'fail',
    severity: 'high',
    words: 'key store is not connected',
  },
  { key: key({ state: 'Creating' }), status: 'fail', severity: 'high', words: 'not made yet' },
  {
    key: key({ state: 'PendingReplicaDeletion', deletionAt: '2026-06-20T00:00:00Z' }),
    status: 'fail',
    severity: 'critical',
    words: 'pending deletion on 2026-06-20',
  },
  { key: key({ state: 'Updating' }), status: 'pass', words: 'Customer managed key' },
  { key: key({ state: 'Unknown' }), status: 'unknown', words: 'state "Unknown" of the key is not known' },
  // A disabled key of AWS is as useless as any other.
  {
    key: key({ manager: 'AWS', state: 'Disabled' }),
    status: 'fail',
    severity: 'high',
    words: 'cannot be used',
  },
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

test('a key that is named by an alias is the one that the alias means today', () => {
  const alias = `arn:aws:kms:eu-west-1:${account}:alias/shop/images`
  const verdict = kmsCustomerKey.judge(
    repository({ encryption: { type: 'KMS', kmsKey: alias } }),
    inventory({ keys: { [alias]: key() } }),
    settings(),
  )
  expect(verdict).toMatchObject({
    status: 'pass',
    reason: 'Customer managed key, enabled, which alias shop/images means today.',
    evidence: { key: arn, alias },
  })
})
