import { expect, test } from 'vitest'
import {
  account,
  alarm,
  daysAgo,
  denied,
  inventory,
  metricFilter,
  topicArn,
  trail,
  unheard,
} from '../controls/inventory.fixture.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { EventRule } from '../inventory/neighbours.ts'
import { apiCall, imageDeleted, seriousFindings } from './samples.ts'
import { watch } from './watch.ts'

const scene = (changes: Partial<Inventory> = {}) => inventory({ ...unheard, ...changes })
const place = { account, region: 'eu-west-1' }
const refused = apiCall(place, 'refused calls', { name: 'BatchDeleteImage', denied: 'AccessDenied' })
const whole: Partial<Inventory> = { metricFilters: { ok: [metricFilter()] }, alarms: { ok: [alarm()] } }
const rule = (changes: Partial<EventRule> = {}): EventRule => ({
  name: 'scans',
  arn: `arn:aws:events:eu-west-1:${account}:rule/scans`,
  bus: 'default',
  enabled: true,
  pattern: JSON.stringify({ source: ['aws.ecr'] }),
  targets: [{ arn: topicArn }],
  ...changes,
})

test('a whole chain is heard, and named link by link', () => {
  expect(watch(scene(whole), refused).heard).toEqual([
    'filter ecr-failed, alarm ecr-failed, topic security-alerts (email)',
  ])
})

test('a composite alarm tells for the alarms below it', () => {
  const silent = alarm({ actions: [] })
  const above = alarm({ name: 'all', children: ['ecr-failed'] })
  const { metric: _, ...composite } = above
  const found = watch(scene({ ...whole, alarms: { ok: [silent, composite] } }), refused)
  expect(found.heard).toEqual(['filter ecr-failed, alarm all, topic security-alerts (email)'])
})

const unconfirmed = {
  [topicArn]: {
    ok: { arn: topicArn, subscriptions: [{ protocol: 'email', endpoint: 'x', confirmed: false }] },
  },
}
const noTopic = { [topicArn]: { error: { code: 'NotFoundException', message: '', needs: '' } } }
const off = { ok: { logging: false } }
const undelivered = { ok: { logging: true, lastDelivery: daysAgo(0), logsDeliveryError: 'AccessDenied' } }
const writes = {
  ok: { classic: [{ readWrite: 'ReadOnly', managementEvents: true, excludedSources: [] }], advanced: [] },
}

test.each<[Partial<Inventory>, string]>([
  [{ ...whole, trails: { ok: [] } }, 'there is no trail'],
  [{ ...whole, trails: { ok: [trail({ status: off })] } }, 'switched off'],
  [{ ...whole, trails: { ok: [trail({ multiRegion: false, homeRegion: 'us-east-1' })] } }, 'us-east-1 only'],
  [{ ...whole, trails: { ok: [trail({ selectors: writes })] } }, 'leaves such calls out'],
  [
    { ...whole, trails: { ok: [trail({ status: undelivered })] } },
    'cannot write to its log group: AccessDenied',
  ],
  [{ ...whole, metricFilters: { ok: [] } }, 'has no metric filter'],
  [
    { ...whole, metricFilters: { ok: [metricFilter({ pattern: '{ $.errorCode = "Nope" }' })] } },
    'counts refused calls',
  ],
  [{ ...whole, alarms: { ok: [] } }, 'no alarm watches'],
  [{ ...whole, alarms: { ok: [alarm({ actionsEnabled: false })] } }, 'switched off'],
  [{ ...whole, alarms: { ok: [alarm({ actions: [] })] } }, 'tells nobody'],
  [{ ...whole, alarms: { ok: [alarm({ threshold: 100 })] } }, 'does not set off'],
  [{ ...whole, alarms: { ok: [alarm({ evaluationPeriods: 3 })] } }, 'does not set off'],
  [{ ...whole, alarms: { ok: [alarm({ statistic: 'Average' })] } }, 'does not set off'],
  [
    {
      ...whole,
      metricFilters: {
        ok: [metricFilter({ metrics: [{ namespace: 'Security', name: 'EcrFailed', value: '0' }] })],
      },
    },
    'does not set off',
  ],
  [{ ...whole, topics: unconfirmed }, 'no confirmed subscriber'],
  [{ ...whole, topics: noTopic }, 'does not exist'],
])('a broken link is named: %#', (changes, words) => {
  const found = watch(scene(changes), refused)
  expect(found.heard).toEqual([])
  expect(found.broken.join('; ')).toContain(words)
})

test('what was not answered is neither heard nor broken', () => {
  const found = watch(scene({ ...whole, alarms: denied }), refused)
  expect(found).toMatchObject({ heard: [], broken: [], missing: [{ code: 'AccessDeniedException' }] })
})

test("a rule on ECR's own events needs no trail; one on API calls does", () => {
  const noTrail = scene({ trails: { ok: [] }, eventRules: { ok: [rule()] } })
  expect(watch(noTrail, seriousFindings(place, 'BASIC')).heard).toEqual([
    'rule scans, topic security-alerts (email)',
  ])
  expect(watch(noTrail, imageDeleted(place)).heard).toHaveLength(1)
  expect(watch(noTrail, refused).broken.join()).toContain('no trail records')
})

test.each([
  [{ enabled: false }, 'disabled'],
  [{ targets: [] }, 'no target'],
])('a rule with %j', (changes, words) => {
  const found = watch(scene({ eventRules: { ok: [rule(changes)] } }), seriousFindings(place, 'BASIC'))
  expect(found.broken.join()).toContain(words)
})

test('a rule for basic scans does not hear of enhanced ones', () => {
  const found = watch(scene({ eventRules: { ok: [rule()] } }), seriousFindings(place, 'ENHANCED'))
  expect(found).toEqual({ heard: [], broken: [], unread: [], missing: [] })
})

test('one of three periods is enough when the alarm says so', () => {
  const patient = alarm({ evaluationPeriods: 3, datapointsToAlarm: 1 })
  expect(watch(scene({ ...whole, alarms: { ok: [patient] } }), refused).heard).toHaveLength(1)
})

test.each<[string, Partial<Inventory>]>([
  ['a trail that does not say whether it logs', { ...whole, trails: { ok: [trail({ status: denied })] } }],
  ['a trail that does not say what it records', { ...whole, trails: { ok: [trail({ selectors: denied })] } }],
  ['a topic that nobody asked for', { ...whole, topics: {} }],
])('%s: an answer is missing, and nothing is certain', (_name, changes) => {
  const { heard, missing } = watch(scene(changes), refused)
  expect(heard).toEqual([])
  expect(missing).toHaveLength(1)
})

test.each<[string, Partial<Inventory>, string[]]>([
  [
    'a filter, and somebody behind it',
    { ...whole, metricFilters: { ok: [metricFilter({ pattern: '{ $.eventName = %x% }' })] } },
    ['filter ecr-failed: the pattern has a regular expression'],
  ],
  [
    'a filter, and nobody behind it',
    { metricFilters: { ok: [metricFilter({ pattern: '{ $.eventName = %x% }' })] } },
    [],
  ],
  [
    'a rule, and somebody behind it',
    { eventRules: { ok: [rule({ pattern: '{"source":[{"cidr":"10.0.0.0/8"}]}' })] } },
    ['rule scans: the operator cidr is not known here'],
  ],
])('a pattern that cannot be read: %s', (_name, changes, unread) => {
  const found = watch(scene(changes), refused)
  expect([found.heard, found.unread]).toEqual([[], unread])
})

test('calls that only read are sent to rules that ask for them', () => {
  const pattern = JSON.stringify({ 'detail-type': ['AWS API Call via CloudTrail'] })
  const pull = apiCall(place, 'refused pulls', { name: 'BatchGetImage', denied: 'AccessDenied' })
  const of = (each: EventRule) => watch(scene({ eventRules: { ok: [each] } }), pull)
  expect(of(rule({ pattern })).broken).toEqual(
    expect.arrayContaining(['rule scans is not sent calls that only read']),
  )
  expect(of(rule({ pattern, readingCalls: true })).heard).toHaveLength(1)
  expect(watch(scene({ eventRules: { ok: [rule({ pattern })] } }), refused).heard).toHaveLength(1)
})
