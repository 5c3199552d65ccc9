import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding, Status } from '../controls/control.ts'
import { applyWaivers, type Waiver, type WaiverScope } from './waivers.ts'

const at = { at: '2026-06-01T12:00:00.000Z' }
const arnOf = (name: string) => `arn:aws:ecr:eu-west-1:111122223333:repository/${name}`
const finding = (changes: Partial<Finding> = {}): Finding => ({
  control: 'tag-immutability',
  title: 'Image tags cannot be overwritten',
  status: 'fail',
  severity: 'medium',
  resource: arnOf('shop/api'),
  repository: 'shop/api',
  reason: 'Any push may move an existing tag.',
  fix: 'Set it.',
  ...changes,
})
const waiver = (changes: Partial<Waiver> = {}): Waiver => ({
  control: 'tag-immutability',
  resource: 'shop/*',
  owner: 'shop-team',
  reason: 'rebuilt nightly',
  expires: '2026-12-31',
  ...changes,
})

test('a fail is waived: with owner, reason and day, and without advice', () => {
  const { findings } = applyWaivers([finding()], [waiver()], at)
  const { fix: _, ...rest } = finding()
  expect(findings).toEqual([
    {
      ...rest,
      status: 'waived',
      waiver: { owner: 'shop-team', reason: 'rebuilt nightly', expires: '2026-12-31' },
    },
  ])
})

test.each<[Partial<Waiver>, boolean]>([
  [{}, true],
  [{ resource: 'shop/api' }, true],
  [{ resource: '*' }, true],
  [{ resource: 'shop' }, false],
  [{ resource: 'shop/api/*' }, false],
  [{ resource: arnOf('shop/*') }, true],
  [{ resource: 'arn:aws:ecr:*:repository/shop/api' }, true],
  [{ resource: arnOf('data/*') }, false],
  [{ control: 'owner-tag' }, false],
  [{ control: '*' }, false],
])('%j covers it: %s', (changes, covers) => {
  const { findings } = applyWaivers([finding()], [waiver(changes)], at)
  expect(findings[0]?.status).toBe(covers ? 'waived' : 'fail')
})

test('what is no repository is waived by its ARN', () => {
  const { repository: _, ...key } = finding({ resource: 'arn:aws:kms:eu-west-1:111122223333:key/1' })
  expect(applyWaivers([key], [waiver({ resource: '*' })], at).findings[0]?.status).toBe('fail')
  expect(applyWaivers([key], [waiver({ resource: 'arn:aws:kms:*' })], at).findings[0]?.status).toBe('waived')
})

test.each([
  ['2026-05-31', 'expired', 'fail'],
  ['2026-06-01', 'expiring', 'waived'],
  ['2026-06-30', 'expiring', 'waived'],
  ['2026-07-01', 'active', 'waived'],
])('until %s: %s', (expires, state, status) => {
  const { findings, waivers } = applyWaivers([finding()], [waiver({ expires })], at)
  expect([waivers[0]?.state, waivers[0]?.findings, findings[0]?.status]).toEqual([state, 1, status])
})

test('it holds through its last second, everywhere the same', () => {
  const statusAt = (time: string) =>
    applyWaivers([finding()], [waiver({ expires: '2026-06-01' })], { at: time }).findings[0]?.status
  expect(statusAt('2026-06-01T23:59:59.999Z')).toBe('waived')
  expect(statusAt('2026-06-02T00:00:00.000Z')).toBe('fail')
  expect(statusAt('2026-06-02T01:00:00.000+02:00')).toBe('waived')
})

test('of two that cover it the one that holds counts, and both are told', () => {
  const { findings, waivers } = applyWaivers(
    [finding()],
    [waiver({ expires: '2020-01-01', owner: 'gone' }), waiver(), waiver({ resource: 'data/*' })],
    at,
  )
  expect(findings[0]?.waiver?.owner).toBe('shop-team')
  expect(waivers.map(({ state }) => state)).toEqual(['expired', 'active', 'unused'])
})

test.each<[string, Partial<WaiverScope>, Finding[], string]>([
  ['everything was looked at', {}, [finding({ status: 'pass' })], 'unused'],
  ['other controls were asked for', { judged: ['owner-tag'] }, [], 'not-judged'],
  ['other repositories were asked for', { narrowed: true }, [], 'not-judged'],
  ['its repository was among them', { narrowed: true }, [finding({ status: 'pass' })], 'unused'],
  ['nobody may read it', {}, [finding({ status: 'unknown' })], 'not-judged'],
  ['nobody may list the repositories', {}, [finding({ status: 'unknown', resource: 'r' })], 'not-judged'],
  ['its control is not there', { known: ['owner-tag'] }, [], 'stranger'],
])('a waiver that matches no fail, when %s', (_, scope, found, state) => {
  expect(applyWaivers(found, [waiver()], { ...at, ...scope }).waivers[0]?.state).toBe(state)
})

const statuses: Status[] = ['pass', 'fail', 'unknown', 'not-applicable']
const someFinding = fc.record({
  status: fc.constantFrom(...statuses),
  control: fc.constantFrom('a', 'b'),
  repository: fc.constantFrom('shop/api', 'data/etl'),
})
const someWaiver = fc.record({
  control: fc.constantFrom('a', 'b'),
  resource: fc.constantFrom('*', 'shop/*', 'arn:*', 'x'),
  expires: fc.constantFrom('2020-01-01', '2026-06-15', '2999-01-01'),
})

test('only fails change, only to waived, and nothing is lost', () => {
  fc.assert(
    fc.property(fc.array(someFinding), fc.array(someWaiver), (found, given) => {
      const before = found.map((one) => finding({ ...one, resource: arnOf(one.repository) }))
      const { findings, waivers } = applyWaivers(before, given.map(waiver), at)
      expect(findings).toHaveLength(before.length)
      for (const [index, after] of findings.entries()) {
        const was = before[index]
        if (was?.status === 'fail') expect(['fail', 'waived']).toContain(after.status)
        else expect(after).toEqual(was)
      }
      expect(waivers).toHaveLength(given.length)
      const waived = findings.filter(({ status }) => status === 'waived').length
      expect(waived).toBeLessThanOrEqual(waivers.reduce((sum, one) => sum + one.findings, 0))
    }),
  )
})
