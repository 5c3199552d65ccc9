import { expect, test } from 'vitest'
import type { ApplyOptions } from './apply.ts'
import { checkLimits } from './limits.ts'
import type { Plan, Step } from './plan.ts'

const destructive = (count: number, more: Partial<Step> = {}): Step[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `old/${at}`
    const step: Partial<Step> = { id: `x:${name}`, title: `repository ${name}`, resource: name, ...more }
    return { risk: 'destructive', ...step } as Step
  })

const check = (steps: Step[], repositories: number, options: ApplyOptions = {}) =>
  checkLimits({ repositories, steps } as Plan, steps, options)

test.each([
  // Five percent of few repositories is one.
  [1, 3, true],
  [2, 3, false],
  [2, 40, true],
  [3, 40, false],
  [10, 1_000, true],
  [11, 1_000, false],
])('%i destructive steps in %i repositories: %s', (steps, repositories, allowed) => {
  const checked = () => check(destructive(steps), repositories)
  if (allowed) checked()
  else expect(checked).toThrow(/destructive steps, and at most/)
})

test('--max and --dry-run say otherwise; other risks have no limit', () => {
  check(destructive(12), 3, { max: 12 })
  check(destructive(12), 3, { dryRun: true })
  check(destructive(500, { risk: 'visible' }), 3)
  expect(() => check(destructive(12), 1_000, { max: 0 })).toThrow(/at most 0/)
})

test('what has no way back is confirmed by its own name', () => {
  const [step] = destructive(1, { irreversible: 'It is gone.' })
  if (!step) throw new Error('no step')
  expect(() => check([step], 100)).toThrow(/There is no way back from: repository old\/0/)
  expect(() => check([step], 100, { confirmed: ['old/1'] })).toThrow(/No step of the plan is about "old\/1"/)
  check([step], 100, { confirmed: ['old/0'] })
  check([step], 100, { dryRun: true })
})
