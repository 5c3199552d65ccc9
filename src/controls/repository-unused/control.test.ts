import { expect, test } from 'vitest'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { daysAgo, denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { repositoryUnused } from './control.ts'

const judge = (changes: Partial<RepositoryInventory>, registry: Partial<Inventory> = {}) =>
  repositoryUnused.judge(repository(changes), inventory(registry), settings())
const old = (pulled?: number) => {
  const { lastPull: _, ...rest } = image({ pushedAt: daysAgo(300) })
  return pulled === undefined ? rest : { ...rest, lastPull: daysAgo(pulled) }
}

test.each<[string, Partial<RepositoryInventory>, string, string]>([
  ['pulled yesterday', { images: { ok: [old(200), old(1)] } }, 'pass', 'Last pull 2026-05-31, 1 day ago'],
  ['pulled 90 days ago', { images: { ok: [old(90)] } }, 'pass', '90 days ago'],
  ['pulled 91 days ago', { images: { ok: [old(91)] } }, 'fail', 'Last pull 2026-03-02, 91 days ago'],
  ['never pulled', { images: { ok: [old()] } }, 'fail', 'No pull on record'],
  ['young', { createdAt: daysAgo(90), images: { ok: [old()] } }, 'not-applicable', 'Only 90 days old'],
  ['young and empty', { createdAt: daysAgo(3), images: { ok: [] } }, 'not-applicable', 'Only 3 days old'],
  ['young and pulled', { createdAt: daysAgo(3) }, 'pass', 'Last pull'],
  ['empty', { images: { ok: [] } }, 'fail', 'Empty, and created 400 days ago'],
  [
    'still pushed to',
    { images: { ok: [old(), image({ lastPull: daysAgo(200) })] } },
    'pass',
    'Pushed to 20 days ago',
  ],
  ['no answer', { images: denied }, 'unknown', 'AccessDenied'],
  ['no creation time', { createdAt: '', images: { ok: [old()] } }, 'unknown', 'created'],
])('%s', (_name, changes, status, words) => {
  const verdict = judge(changes)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('the reason says what limits the proof', () => {
  const quiet = { images: { ok: [old(200)] } }
  expect(judge(quiet).reason).toContain('what runs for long does not pull.')
  const excluded = judge(quiet, { pullTimeExclusions: { ok: ['arn:aws:iam::111122223333:role/scanner'] } })
  expect(excluded.reason).toContain('pulls by 1 excluded principal are not recorded')
  expect(excluded.status).toBe('fail')
})

test('without the exclusions unused is unknown, and used is still used', () => {
  const lacking = { pullTimeExclusions: denied }
  expect(judge({ images: { ok: [old(200)] } }, lacking).status).toBe('unknown')
  expect(judge({ images: { ok: [old(2)] } }, lacking).status).toBe('pass')
})
