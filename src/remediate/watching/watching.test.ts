import { expect, test } from 'vitest'
import type { Inventory } from '../../inventory/inventory.ts'
import type { IamRole } from '../../inventory/neighbours.ts'
import type { TrailSelectorsState } from '../kinds/trail-selectors.ts'
import { roleMay, trusts } from './role-may.ts'
import { widened } from './selectors.ts'
import { withPublisher } from './topic-policy.ts'
import { withTrail } from './trail-key.ts'

const management = { Field: 'eventCategory', Equals: ['Management'] }
const all = { Name: 'All management events', FieldSelectors: [management] }
const objects = { Name: 'Objects', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }
const without = (...NotEquals: string[]) => ({ Field: 'eventSource', NotEquals })
const [kms, rds] = ['kms.amazonaws.com', 'rdsdata.amazonaws.com']
const classic = (changes: object) => ({
  ...{ ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [] },
  ...{ ExcludeManagementEventSources: [], ...changes },
})
const data = { DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }

test.each<[string, TrailSelectorsState, TrailSelectorsState]>([
  ['nothing at all', { EventSelectors: [] }, { EventSelectors: [classic({})] }],
  [
    'writes only',
    { EventSelectors: [classic({ ReadWriteType: 'WriteOnly' })] },
    { EventSelectors: [classic({})] },
  ],
  [
    'what is left out stays so, unless it is what has to be heard of',
    { EventSelectors: [classic({ ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: [kms, rds] })] },
    { EventSelectors: [classic({ ExcludeManagementEventSources: [rds] })] },
  ],
  [
    'of data no more than before',
    { EventSelectors: [classic({ ReadWriteType: 'WriteOnly', ...data })] },
    {
      EventSelectors: [
        classic({}),
        classic({ ReadWriteType: 'WriteOnly', IncludeManagementEvents: false, ...data }),
      ],
    },
  ],
  [
    'writes only, and objects of S3',
    {
      AdvancedEventSelectors: [
        objects,
        { FieldSelectors: [management, { Field: 'readOnly', Equals: ['false'] }] },
      ],
    },
    { AdvancedEventSelectors: [all, objects] },
  ],
  [
    'two that leave out different things',
    {
      AdvancedEventSelectors: [
        { FieldSelectors: [management, without(kms, rds)] },
        { FieldSelectors: [management, without(rds)] },
      ],
    },
    { AdvancedEventSelectors: [{ ...all, FieldSelectors: [management, without(rds)] }] },
  ],
])('selectors: %s', (_, before, after) => {
  expect(widened(before, ['ecr.amazonaws.com', kms])).toEqual(after)
})

const arn = 'arn:aws:sns:eu-west-1:111122223333:alerts'
const asked = {
  account: '111122223333',
  region: 'eu-west-1',
  partition: 'aws',
  arn,
  publisher: 'events',
} as const
const statements = (text: string) => (JSON.parse(text) as { Statement: { Sid?: string }[] }).Statement
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const lets = (changes: object) => ({
  ...{ Sid: 'There', Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' } },
  ...{ Action: 'sns:Publish', Resource: arn, ...changes },
})

test.each<[string, object, boolean]>([
  ['plain', lets({}), true],
  ['by a wildcard', lets({ Action: ['SNS:*'], Resource: '*' }), true],
  ['for this account', lets({ Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } }), true],
  [
    'for another account',
    lets({ Condition: { StringEquals: { 'aws:SourceAccount': '444455556666' } } }),
    false,
  ],
  ['for one rule', lets({ Condition: { ArnLike: { 'aws:SourceArn': `${arn}:rule/one` } } }), false],
  ['for alarms', lets({ Principal: { Service: 'cloudwatch.amazonaws.com' } }), false],
  ['for another topic', lets({ Resource: `${arn}-2` }), false],
  ['a refusal', lets({ Effect: 'Deny' }), false],
])('a topic that lets EventBridge in, %s: %j', (_, statement, enough) => {
  const before = policy(statement)
  const after = withPublisher(before, asked)
  if (enough) expect(after).toBe(before)
  else expect(statements(after).map(({ Sid }) => Sid)).toEqual(['There', 'EventRules'])
  expect(withPublisher(after, asked)).toBe(after)
})

test('a topic that is made: its owner, and who publishes there', () => {
  const names = (publisher?: 'events' | 'cloudwatch') =>
    statements(withPublisher(undefined, { ...asked, publisher })).map(({ Sid }) => Sid)
  expect([names('events'), names('cloudwatch'), names()]).toEqual([
    ['Owner', 'EventRules'],
    ['Owner', 'Alarms'],
    ['Owner'],
  ])
})

test('a key lets CloudTrail encrypt for one trail, once', () => {
  const trail = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit'
  const root = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 'kms:*',
    Resource: '*',
  }
  const once = withTrail(policy(root), trail)
  expect(statements(once)).toMatchObject([root, { Sid: 'CloudTrailEncryptsaudit' }])
  expect(withTrail(once, trail)).toBe(once)
  expect(statements(withTrail(once, `${trail}-2`))).toHaveLength(3)
})

const document = (...Statement: object[]) => policy(...Statement)
const role = (changes: Partial<IamRole>): IamRole => ({
  ...{ name: 'writer', arn: 'arn:aws:iam::111122223333:role/writer', id: 'AROA', createdAt: '2026-01-01' },
  ...{ attached: [], inline: [], tags: {}, trust: policy(), ...changes },
})
const inline = (...all: object[]) => [{ name: 'own', document: document(...all) }]
const inventory = {
  identities: { ok: { users: [], groups: [], roles: [], policies: [] } },
} as unknown as Inventory
const write = { Effect: 'Allow', Action: 'logs:*', Resource: '*' }

test.each<[string, IamRole, boolean]>([
  ['nothing', role({}), false],
  ['by a wildcard', role({ inline: inline(write) }), true],
  ['under a condition', role({ inline: inline({ ...write, Condition: { Bool: {} } }) }), false],
  ['refused', role({ inline: inline(write, { ...write, Effect: 'Deny' }) }), false],
  ['elsewhere', role({ inline: inline({ ...write, Resource: 'arn:aws:logs:*:*:other' }) }), false],
  ['within a boundary', role({ inline: inline(write), boundary: 'arn:aws:iam::aws:policy/X' }), false],
  ['by a policy that is not known', role({ attached: ['arn:aws:iam::aws:policy/X'] }), false],
])('a role may write logs: %s', (_, one, expected) => {
  expect(roleMay(one, inventory, { action: 'logs:PutLogEvents', resource: 'arn:aws:logs:a:b:c' })).toBe(
    expected,
  )
})

test('who may take a role on', () => {
  const trust = policy({ Effect: 'Allow', Principal: { Service: ['a.amazonaws.com', 'b.amazonaws.com'] } })
  expect([trusts(role({ trust }), 'b.amazonaws.com'), trusts(role({}), 'b.amazonaws.com')]).toEqual([
    true,
    false,
  ])
})
