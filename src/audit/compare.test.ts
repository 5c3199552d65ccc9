import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Finding, Status } from '../controls/control.ts'
import type { AuditReport } from './audit.ts'
import { compareReports } from './compare.ts'
import { summarize } from './summary.ts'

const finding = (control: string, name: string | undefined, status: Status): Finding => ({
  control,
  title: control,
  status,
  severity: 'medium',
  resource: `arn:aws:ecr:eu-west-1:111122223333:${name ? `repository/${name}` : 'registry'}`,
  ...(name && { repository: name }),
  reason: '',
})
const report = (findings: Finding[], asked = ['a', 'b']): AuditReport => ({
  schema: 'holdfast.audit/1',
  registry: 'ecr://111122223333/eu-west-1',
  account: '111122223333',
  region: 'eu-west-1',
  simulated: true,
  collectedAt: '2026-06-01T12:00:00.000Z',
  findings,
  summary: summarize(findings, asked),
  waivers: [],
  requests: {},
})
const shown = (before: AuditReport, now: AuditReport) => {
  const { new: fresh, fixed, unclear, stillOpen } = compareReports(before, now)
  const names = (list: typeof fresh) =>
    list.map(({ control, repository = 'registry' }) => `${control} ${repository}`)
  return { new: names(fresh), fixed: names(fixed), unclear: names(unclear), stillOpen }
}
const nothing = { new: [], fixed: [], unclear: [], stillOpen: 0 }

test.each<[Status, Status, object]>([
  ['fail', 'fail', { stillOpen: 1 }],
  ['pass', 'fail', { new: ['a x'] }],
  ['unknown', 'fail', { new: ['a x'] }],
  ['waived', 'fail', { new: ['a x'] }],
  ['fail', 'pass', { fixed: ['a x'] }],
  ['fail', 'not-applicable', { fixed: ['a x'] }],
  ['fail', 'unknown', { unclear: ['a x'] }],
  ['pass', 'unknown', {}],
  ['pass', 'pass', {}],
])('%s, then %s', (then, now, expected) => {
  const difference = shown(report([finding('a', 'x', then)]), report([finding('a', 'x', now)]))
  expect(difference).toEqual({ ...nothing, ...expected })
})

test('a resource that is gone is fixed, one that is new is new', () => {
  expect(shown(report([finding('a', 'x', 'fail')]), report([finding('a', 'y', 'fail')]))).toEqual({
    ...nothing,
    new: ['a y'],
    fixed: ['a x'],
  })
})

test('when the list itself could not be read, nothing in it is fixed', () => {
  const now = report([finding('a', undefined, 'unknown')])
  expect(shown(report([finding('a', 'x', 'fail')]), now)).toEqual({ ...nothing, unclear: ['a x'] })
})

test('a control that was not asked in one of the two says nothing', () => {
  const [x, y] = [finding('a', 'x', 'fail'), finding('b', 'x', 'fail')]
  expect(shown(report([x, y]), report([y], ['b']))).toEqual({ ...nothing, stillOpen: 1 })
  expect(shown(report([y], ['b']), report([x, y]))).toEqual({ ...nothing, stillOpen: 1 })
})

test('the same resource under two controls is two things', () => {
  const before = report([finding('a', 'x', 'fail'), finding('b', 'x', 'pass')])
  const now = report([finding('a', 'x', 'pass'), finding('b', 'x', 'fail')])
  expect(shown(before, now)).toEqual({ ...nothing, new: ['b x'], fixed: ['a x'] })
})

const someReport = fc
  .uniqueArray(
    fc.record({
      control: fc.constantFrom('a', 'b'),
      name: fc.constantFrom('x', 'y', 'z'),
      status: fc.constantFrom<Status>('pass', 'fail', 'unknown', 'waived', 'not-applicable'),
    }),
    { selector: ({ control, name }) => `${control} ${name}` },
  )
  .map((list) => report(list.map(({ control, name, status }) => finding(control, name, status))))

const openIn = ({ findings }: AuditReport) => findings.filter(({ status }) => status === 'fail').length

test('with itself: nothing is new, nothing fixed', () => {
  fc.assert(
    fc.property(someReport, (same) => {
      expect(shown(same, same)).toEqual({ ...nothing, stillOpen: openIn(same) })
    }),
  )
})

test('every fail of both is counted once; the other way round, what is new was fixed or unclear', () => {
  fc.assert(
    fc.property(someReport, someReport, (before, now) => {
      const there = shown(before, now)
      const back = shown(now, before)
      expect(there.new.length + there.stillOpen).toBe(openIn(now))
      expect(there.fixed.length + there.unclear.length + there.stillOpen).toBe(openIn(before))
      expect([...back.fixed, ...back.unclear].sort()).toEqual([...there.new].sort())
    }),
  )
})
