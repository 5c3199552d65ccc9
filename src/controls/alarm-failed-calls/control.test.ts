import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import {
  alarm,
  denied,
  inventory,
  metricFilter,
  settings,
  topicArn,
  trail,
  unheard,
} from '../inventory.fixture.ts'
import { alarmFailedCalls } from './control.ts'

const judge = (changes: Partial<Inventory>) =>
  alarmFailedCalls.judge(inventory({ ...unheard, ...changes }), settings())
const heard: Partial<Inventory> = { metricFilters: { ok: [metricFilter()] }, alarms: { ok: [alarm()] } }
const counting = (pattern: string) => ({ ...heard, metricFilters: { ok: [metricFilter({ pattern })] } })
const writesOnly = trail({
  selectors: {
    ok: { classic: [{ readWrite: 'WriteOnly', managementEvents: true, excludedSources: [] }], advanced: [] },
  },
})
const deaf = (subscriptions: { protocol: string; endpoint: string; confirmed: boolean }[]) => ({
  ...heard,
  topics: { [topicArn]: { ok: { arn: topicArn, subscriptions } } },
})

test.each<[string, Partial<Inventory>, string, string]>([
  ['a whole chain', heard, 'pass', 'alarm ecr-failed, topic security-alerts (email)'],
  // prowler#26, #960: the same filter in other words.
  [
    'other order and spacing',
    counting('{$.errorCode="*"&&$.eventSource="ecr.*"}'),
    'pass',
    'alarm ecr-failed',
  ],
  [
    'both spellings of denied',
    counting('{ ($.errorCode = "AccessDenied*") && ($.eventSource = "ecr.amazonaws.com") }'),
    'pass',
    'alarm ecr-failed',
  ],
  [
    'one spelling of denied',
    counting('{ ($.errorCode = "AccessDenied") && ($.eventSource = "ecr.amazonaws.com") }'),
    'fail',
    'counts denied calls',
  ],
  ['another service', counting('{ $.eventSource = "s3.amazonaws.com" }'), 'fail', 'counts denied calls'],
  [
    'two error codes at once',
    counting('{ ($.errorCode = "AccessDenied*") && ($.errorCode = "*UnauthorizedOperation") }'),
    'fail',
    'counts denied calls',
  ],
  ['nothing', {}, 'fail', 'has no metric filter'],
  ['no trail', { ...heard, trails: { ok: [] } }, 'fail', 'there is no trail'],
  [
    'a trail of writes: denied pulls are lost',
    { ...heard, trails: { ok: [writesOnly] } },
    'fail',
    'leaves such',
  ],
  // cnspec PR 3675: a topic without a subscriber closes nothing.
  ['no subscriber', deaf([]), 'fail', 'no confirmed subscriber'],
  [
    'a subscriber who never confirmed',
    deaf([{ protocol: 'email', endpoint: 'x', confirmed: false }]),
    'fail',
    'no confirmed subscriber',
  ],
  [
    'ten in five minutes',
    { ...heard, alarms: { ok: [alarm({ threshold: 10 })] } },
    'fail',
    'does not set off',
  ],
  ['no answer from CloudWatch', { ...heard, alarms: denied }, 'unknown', 'AccessDenied'],
  ['no answer about trails', { ...heard, trails: denied }, 'unknown', 'AccessDenied'],
  [
    'no answer from a trail',
    { ...heard, trails: { ok: [trail({ status: denied })] } },
    'unknown',
    'AccessDenied',
  ],
  ['a filter by regular expression', counting('{ $.errorCode = %Denied% }'), 'unknown', 'regular expression'],
  ['no rules are told, and the alarm works', { ...heard, eventRules: denied }, 'pass', 'alarm ecr-failed'],
  ['no repository', { ...heard, repositories: { ok: [] } }, 'not-applicable', 'no repository'],
])('%s', (_name, changes, status, words) => {
  const verdict = judge(changes)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})
