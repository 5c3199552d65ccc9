import { expect, test } from 'vitest'
import type { Inventory, RepositoryInventory } from '../../inventory/inventory.ts'
import { daysAgo, denied, image, inventory, repository, settings } from '../inventory.fixture.ts'
import { repositoryUnused } from './control.ts'

/** CloudWatch counted no pull, unless a test says otherwise. */
const judge = (changes: Partial<RepositoryInventory>, registry: Partial<Inventory> = {}, days = 90) =>
  repositoryUnused.judge(
    repository(changes),
    inventory({ pulls: { ok: {} }, ...registry }),
    settings({ unusedAfterDays: days }),
  )
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

const quiet = { images: { ok: [old(200)] } }
const use = (repository: string): Partial<Inventory> => ({
  uses: { ecs: { ok: [{ source: 'ecs', repository, tag: '1', by: 'arn:service', what: 'service' }] } },
})

test('what runs names it: used, however long ago the last pull was', () => {
  expect(judge(quiet, use('shop/api'))).toMatchObject({
    status: 'pass',
    reason: 'In use by service arn:service, though not pulled lately.',
  })
  expect(judge(quiet, use('shop/web')).status).toBe('fail')
  // A service that waits for a first push.
  expect(judge({ images: { ok: [] } }, use('shop/api')).status).toBe('pass')
})

test('without knowing what runs unused is unknown, and used is still used', () => {
  for (const lacking of [{ uses: {} }, { uses: { ecs: denied } }, { pulls: denied }]) {
    expect(judge(quiet, lacking).status).toBe('unknown')
    expect(judge({ images: { ok: [old(2)] } }, lacking).status).toBe('pass')
    expect(judge({ images: { ok: [] } }, lacking).status).toBe('fail')
  }
})

test('pulls of images that are gone count, unless somebody is excluded', () => {
  const pulls = { ok: { 'shop/api': 12 } }
  expect(judge(quiet, { pulls })).toMatchObject({
    status: 'pass',
    reason: '12 pulls in the last 90 days, of images that are not here any more.',
  })
  const scanner = { ok: ['arn:aws:iam::111122223333:role/scanner'] }
  const excluded = judge(quiet, { pulls, pullTimeExclusions: scanner })
  expect(excluded.status).toBe('fail')
  expect(excluded.reason).toContain('are not recorded (CloudWatch counted 12 pulls).')
  // Ninety days of pulls say nothing about the last thirty.
  expect(judge(quiet, { pulls }, 30).status).toBe('fail')
  expect(judge({ ...quiet, name: 'constructor' }, { pulls }).status).toBe('fail')
})

test('the days are the ones of holdfast.yaml', () => {
  expect(judge({ images: { ok: [old(31)] } }, {}, 30).status).toBe('fail')
  expect(judge(quiet, {}, 365).status).toBe('pass')
})
