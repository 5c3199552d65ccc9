import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { EventRule } from '../../inventory/neighbours.ts'
import {
  account,
  alarm,
  denied,
  inventory,
  metricFilter,
  settings,
  topicArn,
  unheard,
} from '../inventory.fixture.ts'
import { alarmDangerousChanges } from './control.ts'

const judge = (changes: Partial<Inventory>) =>
  alarmDangerousChanges.judge(inventory({ ...unheard, ...changes }), settings())
const rule = (pattern: object, changes: Partial<EventRule> = {}): EventRule => ({
  name: 'changes',
  arn: `arn:aws:events:eu-west-1:${account}:rule/changes`,
  bus: 'default',
  enabled: true,
  pattern: JSON.stringify(pattern),
  targets: [{ arn: topicArn }],
  ...changes,
})
const rules = (...ok: EventRule[]): Partial<Inventory> => ({ eventRules: { ok } })
const byTrail = { 'detail-type': ['AWS API Call via CloudTrail'] }
const ecrOnly = { ...byTrail, source: ['aws.ecr'] }
const keysOnly = { ...byTrail, source: ['aws.kms'] }
const deletes = { source: ['aws.ecr'], detail: { 'action-type': ['DELETE'] } }
const allButDeletes = {
  ...byTrail,
  detail: { eventName: [{ 'anything-but': ['BatchDeleteImage'] }] },
}
const counted: Partial<Inventory> = {
  metricFilters: { ok: [metricFilter({ pattern: '{ $.readOnly IS FALSE }' })] },
  alarms: { ok: [alarm()] },
}

test.each<[string, Partial<Inventory>, string, string]>([
  ['one rule for all', rules(rule(byTrail)), 'pass', 'rule changes, topic security-alerts'],
  ['two rules', rules(rule(ecrOnly), rule(keysOnly, { name: 'keys' })), 'pass', 'rule changes'],
  ['one alarm on every change', counted, 'pass', 'alarm ecr-failed'],
  ['keys are missing', rules(rule(ecrOnly)), 'fail', 'Nobody hears of disabled keys and keys that are'],
  [
    'deletes by the event of ECR',
    rules(rule(allButDeletes), rule(deletes, { name: 'deletes' })),
    'pass',
    'rule deletes',
  ],
  ['deletes are missing', rules(rule(allButDeletes)), 'fail', 'Nobody hears of deleted images'],
  [
    'no trail: only the event of ECR',
    { ...rules(rule(byTrail)), trails: { ok: [] } },
    'fail',
    'no trail records',
  ],
  ['disabled', rules(rule(byTrail, { enabled: false })), 'fail', 'rule changes is disabled'],
  ['nothing', {}, 'fail', 'has no metric filter'],
  ['one is certain, others are not told', { metricFilters: denied }, 'unknown', 'AccessDenied'],
  ['rules are not told', { eventRules: denied }, 'unknown', 'AccessDenied'],
  ['no repository', { repositories: { ok: [] } }, 'not-applicable', 'no repository'],
])('%s', (_name, changes, status, words) => {
  const verdict = judge(changes)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('the evidence says for each call where its chains break', () => {
  const { evidence } = judge(rules(rule(ecrOnly)))
  expect(Object.keys(evidence?.['broken'] ?? {})).toEqual(['DisableKey', 'ScheduleKeyDeletion'])
})
