import { expect, test } from 'vitest'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { allow, denied, inventory, repository, settings } from '../inventory.fixture.ts'
import { repositoryPolicyPresent } from './control.ts'

const judge = (policy: RepositoryInventory['policy'], requirePolicy: string[]) =>
  repositoryPolicyPresent.judge(repository({ policy }), inventory(), settings({ requirePolicy }))

test.each<[string, RepositoryInventory['policy'], string, string]>([
  ['a policy', allow({ AWS: '444455556666' }), 'pass', 'A policy of 1 statement, as asked for by shop/*'],
  ['none', { ok: null }, 'fail', 'No policy, which is asked for by shop/*'],
  ['no statement', { ok: '{}' }, 'fail', 'no statement'],
  ['no JSON', { ok: 'x' }, 'unknown', 'not JSON'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
])('%s', (_name, policy, status, words) => {
  const verdict = judge(policy, ['data/*', 'shop/*'])
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test.each([[[]], [['data/*']], [['shop']]])('%j does not ask for one', (globs) => {
  expect(judge({ ok: null }, globs).status).toBe('not-applicable')
})
