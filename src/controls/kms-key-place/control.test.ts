import { expect, test } from 'vitest'
import type { Answer, KmsKey } from '../../inventory/inventory.ts'
import { account, denied, inventory, kmsKey, repository, settings } from '../inventory.fixture.ts'
import { kmsKeyPlace } from './control.ts'

const other = '444455556666'
const arnIn = (owner: string, region = 'eu-west-1') => `arn:aws:kms:${region}:${owner}:key/k`
const key = (changes: Partial<KmsKey> = {}): Answer<KmsKey> => ({ ok: kmsKey(changes) })

interface Case {
  named?: string
  type?: string
  key?: Answer<KmsKey>
  trusted?: string[]
  status: string
  words: string
}

test.each<Case>([
  { key: key(), status: 'pass', words: 'A key of this account and Region.' },
  { key: key(), type: 'KMS_DSSE', status: 'pass', words: 'in two layers (KMS_DSSE)' },
  // An ARN of a key tells its place; an alias does not.
  { key: denied, status: 'pass', words: 'this account' },
  { named: 'alias/images', key: denied, status: 'unknown', words: 'AccessDenied' },
  { named: 'alias/images', key: key(), status: 'pass', words: 'this account' },
  {
    named: 'alias/images',
    key: key({ account: '', region: '' }),
    status: 'unknown',
    words: 'where the key is',
  },
  { named: arnIn(other), key: denied, status: 'fail', words: `belongs to account ${other}` },
  { named: arnIn(other), key: key({ account: other }), status: 'fail', words: 'can end every push and pull' },
  {
    named: arnIn(other),
    key: key({ account: other }),
    trusted: [other],
    status: 'pass',
    words: `An enabled key of the trusted account ${other}.`,
  },
  { named: arnIn(other), key: denied, trusted: [other], status: 'unknown', words: 'AccessDenied' },
  {
    named: arnIn(other),
    key: key({ account: other, state: 'Disabled' }),
    trusted: [other],
    status: 'fail',
    words: 'not enabled (Disabled)',
  },
  { named: arnIn(account, 'us-east-1'), key: denied, status: 'fail', words: 'The key is in us-east-1' },
  { type: 'AES256', status: 'not-applicable', words: 'AES256' },
  { named: '', status: 'unknown', words: 'ecr:DescribeRepositories' },
])('$status: $words', ({ named = arnIn(account), type = 'KMS', key: answer = denied, ...rest }) => {
  const verdict = kmsKeyPlace.judge(
    repository({ encryption: { type, kmsKey: named } }),
    inventory({ keys: { [named]: answer } }),
    settings({ trustedAccounts: rest.trusted ?? [] }),
  )
  expect(verdict.reason).toContain(rest.words)
  expect(verdict.status).toBe(rest.status)
})
