import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { EventRule } from '../../inventory/neighbours.ts'
import { account, denied, inventory, settings, topicArn, unheard } from '../inventory.fixture.ts'
import { alarmScanFindings } from './control.ts'

const scans: Partial<Inventory> = { scanning: { ok: { scanType: 'BASIC', rules: [] } } }
const judge = (changes: Partial<Inventory>) =>
  alarmScanFindings.judge(inventory({ ...unheard, ...scans, ...changes }), settings())
const rule = (pattern: object, changes: Partial<EventRule> = {}): Partial<Inventory> => ({
  eventRules: {
    ok: [
      {
        name: 'scans',
        arn: `arn:aws:events:eu-west-1:${account}:rule/scans`,
        bus: 'default',
        enabled: true,
        pattern: JSON.stringify(pattern),
        targets: [{ arn: topicArn }],
        ...changes,
      },
    ],
  },
})
const basic = { source: ['aws.ecr'], 'detail-type': ['ECR Image Scan'] }
const inspector = { source: ['aws.inspector2'], detail: { severity: ['CRITICAL'] } }
const enhanced: Partial<Inventory> = { scanning: { ok: { scanType: 'ENHANCED', rules: [] } } }
const lambda = `arn:aws:lambda:eu-west-1:${account}:function:notify`

test.each<[string, Partial<Inventory>, string, string]>([
  ['basic, told', rule(basic), 'pass', 'rule scans, topic security-alerts (email)'],
  ['enhanced, told', { ...enhanced, ...rule(inspector) }, 'pass', 'rule scans'],
  ['the scans of Inspector', { ...enhanced, ...rule({ source: ['aws.inspector2'] }) }, 'pass', 'rule scans'],
  ['enhanced, and a rule for basic', { ...enhanced, ...rule(basic) }, 'fail', 'no rule is for it'],
  ['basic, and a rule for enhanced', rule(inspector), 'fail', 'no rule is for it'],
  ['a function', rule(basic, { targets: [{ arn: lambda }] }), 'pass', 'function:notify'],
  ['no target', rule(basic, { targets: [] }), 'fail', 'rule scans has no target'],
  ['disabled', rule(basic, { enabled: false }), 'fail', 'rule scans is disabled'],
  [
    'only medium ones',
    rule({ ...basic, detail: { 'finding-severity-counts': { LOW: [{ exists: true }] } } }),
    'fail',
    'no rule is for it',
  ],
  ['pushes', rule({ ...basic, 'detail-type': ['ECR Image Action'] }), 'fail', 'no rule is for it'],
  ['no rule at all', {}, 'fail', 'no rule is for it'],
  ['rules are not told', { eventRules: denied }, 'unknown', 'AccessDenied'],
  ['the kind of scanning is not told', { ...rule(basic), scanning: denied }, 'unknown', 'AccessDenied'],
  ['subscribers are not told', { ...rule(basic), topics: { [topicArn]: denied } }, 'unknown', 'AccessDenied'],
  ['a pattern from the future', rule({ source: [{ sounds: 'ecr' }] }), 'unknown', 'sounds is not known here'],
  ['no JSON, and nothing else', rule(basic, { pattern: '{' }), 'unknown', 'not JSON'],
  ['no repository', { ...rule(basic), repositories: { ok: [] } }, 'not-applicable', 'no repository'],
])('%s', (_name, changes, status, words) => {
  const verdict = judge(changes)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})
