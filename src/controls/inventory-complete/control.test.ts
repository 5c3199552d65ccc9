import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import { customerKey, denied, inventory, repository, settings, topicArn } from '../inventory.fixture.ts'
import { inventoryComplete } from './control.ts'

const judge = (changes: Partial<Inventory>) => inventoryComplete.judge(inventory(changes), settings())
const needing = (needs: string, code = 'AccessDenied') => ({ error: { code, message: 'no', needs } })
const throttled = needing('iam:GetCredentialReport', 'ThrottlingException')
const gone = needing('kms:DescribeKey', 'NotFoundException')
const some = (count: number) =>
  Array.from({ length: count }, (_, at) => repository({ name: `r${at}`, policy: needing(`ecr:Get${at}`) }))

test.each<[string, Partial<Inventory>, string, string]>([
  ['nothing missing', {}, 'pass', 'Every question was answered.'],
  ['one denied', { identities: denied }, 'unknown', 'AccessDeniedException: needs ecr:Something'],
  ['one that failed', { credentials: throttled }, 'unknown', 'no answer to iam:GetCredentialReport'],
  [
    'the same of every repository',
    { repositories: { ok: [repository({ policy: denied }), repository({ name: 'b', policy: denied })] } },
    'unknown',
    'AccessDeniedException: needs ecr:Something',
  ],
  [
    'two kinds',
    { trails: needing('cloudtrail:DescribeTrails'), topics: { [topicArn]: needing('sns:List') } },
    'unknown',
    'needs cloudtrail:DescribeTrails and sns:List.',
  ],
  ['many kinds', { repositories: { ok: some(30) } }, 'unknown', 'ecr:Get5 and 24 more.'],
  ['no repositories', { repositories: denied }, 'unknown', 'ecr:Something'],
  ['a key that is gone', { keys: { [customerKey]: gone } }, 'pass', 'answered'],
])('%s', (_name, changes, status, words) => {
  const verdict = judge(changes)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('the evidence stays small, and names places', () => {
  const { evidence } = judge({ repositories: { ok: some(3000) } })
  expect(evidence).toMatchObject({ answers: 3000, missing: { length: 20 }, needs: { length: 50 } })
  expect(JSON.stringify(evidence)).toContain('repositories.r0.policy')
  const hostile = judge({ repositories: { ok: [repository({ name: 'x'.repeat(9000), policy: denied })] } })
  expect(JSON.stringify(hostile).length).toBeLessThan(2000)
})
