import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import { account, denied, inventory, repository, settings } from '../inventory.fixture.ts'
import { replicationConfigured } from './control.ts'

const destinations = [{ region: 'us-east-1', account }]
const two = { ok: [repository({ name: 'production' }), repository({ name: 'shop/api' })] }
const judge = (replication: Inventory['replication'], repositories: Inventory['repositories'] = two) =>
  replicationConfigured.judge(inventory({ replication, repositories }), settings())
const prefixes = (...list: string[]) => ({ ok: [{ destinations, prefixes: list }] })

test.each<[string, Inventory['replication'], string, string]>([
  ['none', { ok: [] }, 'fail', 'No replication rule'],
  ['no destination', { ok: [{ destinations: [], prefixes: [] }] }, 'fail', 'No replication rule'],
  ['everything', prefixes(), 'pass', `2 of 2 repositories to ${account}/us-east-1.`],
  ['a prefix is of the name, not of the path', prefixes('prod'), 'pass', '1 of 2 repositories'],
  ['one of several prefixes', prefixes('x/', 'shop/'), 'pass', '1 of 2 repositories'],
  ['nothing matches', prefixes('prod/'), 'fail', 'no name begins with prod/'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
])('%s', (_name, replication, status, words) => {
  const verdict = judge(replication)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('an empty registry has nothing to replicate', () => {
  expect(judge({ ok: [] }, { ok: [] }).status).toBe('not-applicable')
})

test('without the repositories nobody knows what a rule matches', () => {
  expect(judge(prefixes(), denied).status).toBe('unknown')
  expect(judge({ ok: [] }, denied).status).toBe('unknown')
})

test('names what is left out', () => {
  expect(judge(prefixes('shop/')).evidence).toMatchObject({ notReplicated: ['production'] })
})
