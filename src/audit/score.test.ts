import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Control, Finding, Severity, Status } from '../controls/control.ts'
import { scoreOf } from './score.ts'

const control = (id: string, severity: Severity): Control => ({
  id,
  severity,
  title: id,
  why: '',
  needs: [],
  mappings: [],
  fix: '',
  scope: 'registry',
  judge: () => ({ status: 'pass', reason: '' }),
})
const all = [
  control('grave', 'critical'),
  control('high', 'high'),
  control('small', 'low'),
  control('note', 'info'),
]
const finding = (of: Control, status: Status): Finding => ({
  control: of.id,
  title: of.id,
  status,
  severity: of.severity,
  resource: 'arn:x',
  reason: '',
})
const found = (id: string, ...statuses: Status[]) => {
  const of = all.find((one) => one.id === id)
  return of ? statuses.map((status) => finding(of, status)) : []
}
const score = (...findings: Finding[]) => scoreOf(all, findings)

test('all that was judged passes: 100', () => {
  expect(score(...found('grave', 'pass'), ...found('small', 'pass', 'pass'))).toEqual({
    value: 100,
    lost: [],
    notCounted: 2,
  })
})

test('all that was judged fails: 0', () => {
  expect(score(...found('grave', 'fail'), ...found('small', 'fail'))?.value).toBe(0)
})

test('by hand: 10 of 17 for the critical, of which half; 1 of 17 for the low', () => {
  const result = score(...found('grave', 'pass', 'fail'), ...found('high', 'pass'), ...found('small', 'fail'))
  expect(result).toEqual({
    value: 64.7,
    lost: [
      { control: 'grave', severity: 'critical', points: 29.4, failed: 1, judged: 2 },
      { control: 'small', severity: 'low', points: 5.9, failed: 1, judged: 1 },
    ],
    notCounted: 1,
  })
})

test('what is waived, unknown or not applicable counts for nothing', () => {
  expect(score(...found('grave', 'waived', 'unknown', 'not-applicable'))).toBeUndefined()
  expect(score(...found('grave', 'waived', 'pass'))?.value).toBe(100)
  expect(score()).toBeUndefined()
})

test('controls that only inform make no score', () => {
  expect(score(...found('note', 'fail'))).toBeUndefined()
  expect(score(...found('note', 'fail'), ...found('small', 'pass'))?.value).toBe(100)
})

test('findings of controls that were not asked are passed over', () => {
  expect(scoreOf([], found('grave', 'fail'))).toBeUndefined()
})

const someFindings = fc.array(
  fc.record({
    of: fc.constantFrom(...all),
    status: fc.constantFrom<Status>('pass', 'fail', 'unknown', 'waived', 'not-applicable'),
  }),
)

test('between 0 and 100; what was lost adds up; 100 only without a fail that counts', () => {
  fc.assert(
    fc.property(someFindings, (list) => {
      const findings = list.map(({ of, status }) => finding(of, status))
      const result = scoreOf(all, findings)
      if (!result) return
      expect(result.value).toBeGreaterThanOrEqual(0)
      expect(result.value).toBeLessThanOrEqual(100)
      const lost = result.lost.reduce((sum, { points }) => sum + points, 0)
      expect(Math.abs(100 - lost - result.value)).toBeLessThan(0.1 * (result.lost.length + 1))
      const fails = findings.some(({ status, severity }) => status === 'fail' && severity !== 'info')
      expect(result.lost.length > 0).toBe(fails)
      if (!fails) expect(result.value).toBe(100)
    }),
  )
})

test('one more pass never lowers the score, one more fail never raises it', () => {
  fc.assert(
    fc.property(someFindings, fc.constantFrom(...all), (list, of) => {
      const judged = list.some((one) => one.of === of && (one.status === 'pass' || one.status === 'fail'))
      // A control that is judged for the first time weighs in for the first time, which may do either.
      fc.pre(judged)
      const findings = list.map((one) => finding(one.of, one.status))
      const value = (more: Finding[]) => scoreOf(all, [...findings, ...more])?.value ?? 0
      expect(value([finding(of, 'pass')])).toBeGreaterThanOrEqual(value([]))
      expect(value([finding(of, 'fail')])).toBeLessThanOrEqual(value([]))
    }),
  )
})
