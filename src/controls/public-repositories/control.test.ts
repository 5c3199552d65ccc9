import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { PublicRepository } from '../../inventory/neighbours.ts'
import { account, daysAgo, denied, inventory, settings } from '../inventory.fixture.ts'
import type { AuditSettings } from '../settings.ts'
import { publicRepositories } from './control.ts'

const one = (name: string, tags: PublicRepository['tags']): PublicRepository => ({
  name,
  arn: `arn:aws:ecr-public::${account}:repository/${name}`,
  uri: `public.ecr.aws/shop/${name}`,
  createdAt: daysAgo(100),
  tags,
})
const judge = (found: Inventory['publicRepositories'], changes: Partial<AuditSettings> = {}) =>
  publicRepositories.judge(inventory({ publicRepositories: found }), settings(changes))
const owned = { ok: { Owner: 'shop-team' } }

test.each<[string, PublicRepository['tags'], string[], string, string]>([
  ['owned', owned, [], 'pass', 'whether it should be public is not said'],
  ['owned and meant', owned, ['sdk*'], 'pass', 'Owned by shop-team.'],
  ['owned and not meant', owned, ['cli'], 'fail', 'intendedPublic does not name it'],
  ['nobody', { ok: { environment: 'x' } }, ['sdk'], 'fail', 'no tag (owner, '],
  ['a blank owner', { ok: { owner: ' ' } }, [], 'fail', 'no tag'],
  ['no answer', denied, [], 'unknown', 'AccessDenied'],
  ['no answer, and not meant', denied, ['cli'], 'fail', 'intendedPublic'],
])('%s', (_name, tags, intendedPublic, status, words) => {
  const [found] = judge({ ok: [one('sdk', tags)] }, { intendedPublic })
  expect(found?.resource).toBe(`arn:aws:ecr-public::${account}:repository/sdk`)
  expect(found?.verdict.reason).toContain(words)
  expect(found?.verdict.status).toBe(status)
})

test('the tags that count are those of the settings', () => {
  const judged = judge({ ok: [one('sdk', { ok: { squad: 'a' } })] }, { ownerTags: ['Squad'] })
  expect(judged[0]?.verdict.status).toBe('pass')
})

test('none, and no answer', () => {
  expect(judge({ ok: [] })[0]?.verdict.status).toBe('not-applicable')
  expect(judge(denied)[0]?.verdict.status).toBe('unknown')
  expect(judge({ ok: [one('a', owned), one('b', owned)] })).toHaveLength(2)
})
