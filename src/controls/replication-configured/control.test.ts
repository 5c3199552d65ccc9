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
  ['everything', prefixes(), 'pass', `2 of 2 repositories to ${account}/us-east-1. The templates there`],
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

const to = (id: string) => ({ ok: [{ destinations: [{ region: 'us-east-1', account: id }], prefixes: [] }] })
const trusting = (trustedAccounts: string[], replication: Inventory['replication']) =>
  replicationConfigured.judge(inventory({ replication, repositories: two }), settings({ trustedAccounts }))

test('another account has to be trusted, where anybody is', () => {
  expect(trusting([], to('444455556666')).status).toBe('pass')
  expect(trusting(['444455556666'], to('444455556666')).status).toBe('pass')
  expect(trusting(['444455556666'], to(account)).status).toBe('pass')
  expect(trusting(['777788889999'], to('444455556666'))).toMatchObject({
    status: 'fail',
    severity: 'high',
    reason: 'Images go to 444455556666, which trustedAccounts does not name.',
  })
})

test.each<[string, string | undefined, string]>([
  ['COMPLETE', 'COMPLETE', 'pass'],
  ['IN_PROGRESS', 'COMPLETE', 'pass'],
  ['FAILED', 'COMPLETE', 'fail'],
  ['FAILED', undefined, 'fail'],
  ['COMPLETE', undefined, 'unknown'],
])('the newest images are %s and %s: %s', (first, second, status) => {
  const arrived = (name: string, found: string | undefined) =>
    repository({
      name,
      replicationStatus: found ? { ok: [{ region: 'us-east-1', account, status: found }] } : denied,
    })
  const verdict = judge(prefixes(), { ok: [arrived('shop/api', first), arrived('shop/web', second)] })
  expect(verdict.status).toBe(status)
  if (status === 'fail') expect(verdict.reason).toContain(`shop/api to ${account}/us-east-1`)
})
