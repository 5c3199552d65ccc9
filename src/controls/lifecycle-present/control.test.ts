import { expect, test } from 'vitest'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { denied, inventory, repository, settings, untaggedRule } from '../inventory.fixture.ts'
import { lifecyclePresent } from './control.ts'

const rules = (...list: object[]) => ({ ok: JSON.stringify({ rules: list }) })
const future = { ...untaggedRule, selection: { ...untaggedRule.selection, somethingNew: true } }

test.each<[string, RepositoryInventory['lifecyclePolicy'], string, string]>([
  ['none', { ok: null }, 'fail', 'No lifecycle policy'],
  ['one rule', rules(untaggedRule), 'pass', '1 rule.'],
  ['a member that came later', rules(future, { ...future, rulePriority: 2 }), 'pass', '2 rules.'],
  ['no rules', rules(), 'fail', 'not valid at rules'],
  ['upper case', rules({ ...untaggedRule, action: { type: 'EXPIRE' } }), 'fail', 'rules.0.action.type'],
  ['not JSON', { ok: 'rules:' }, 'fail', 'not JSON'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
])('%s', (_name, lifecyclePolicy, status, words) => {
  const verdict = lifecyclePresent.judge(repository({ lifecyclePolicy }), inventory(), settings())
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})
