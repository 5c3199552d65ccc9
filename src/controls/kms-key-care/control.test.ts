import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer, Inventory, KmsKey } from '../../inventory/inventory.ts'
import {
  account,
  customerKey,
  denied,
  inventory,
  kmsKey,
  policyText,
  settings,
} from '../inventory.fixture.ts'
import { kmsKeyCare } from './control.ts'

const partner = '444455556666'
const own = { Sid: 'Own', Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }
const to = (AWS: unknown, Action: unknown, Condition?: object) => ({
  ...{ Sid: 'Extra', Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' },
  ...(Condition && { Condition }),
})
const policy = (...more: object[]): Partial<KmsKey> => ({ policy: { ok: policyText(own, ...more) } })

const judge = (key: Answer<KmsKey>, changes: Parameters<typeof settings>[0] = {}) =>
  kmsKeyCare.judge(inventory({ keys: { [customerKey]: key } }), settings(changes))[0]?.verdict

interface Case {
  is: string
  key: Partial<KmsKey>
  settings?: Parameters<typeof settings>[0]
  status: string
  severity?: string
  words: string
}

const callerAccount = (id: string) => ({ StringEquals: { 'kms:CallerAccount': id } })

test.each<Case>([
  { is: 'rotated, own', key: {}, status: 'pass', words: 'Rotated by AWS.' },
  { is: 'never rotated', key: { rotation: { ok: false } }, status: 'fail', words: 'Never rotated.' },
  {
    is: 'imported material',
    key: { origin: 'EXTERNAL', rotation: { ok: false } },
    status: 'pass',
    words: 'EXTERNAL',
  },
  {
    is: 'disabled',
    key: { state: 'Disabled', rotation: { ok: false } },
    status: 'pass',
    words: 'while it is Disabled',
  },
  { is: 'rotation unknown', key: { rotation: denied }, status: 'unknown', words: 'AccessDenied' },
  { is: 'policy unknown', key: { policy: denied }, status: 'unknown', words: 'AccessDenied' },
  {
    is: 'unknown policy, certainly not rotated',
    key: { policy: denied, rotation: { ok: false } },
    status: 'fail',
    words: 'Never rotated.',
  },
  {
    is: 'a policy that is shown to its own account only',
    key: { account: partner, policy: denied },
    status: 'unknown',
    words: `only account ${partner} can read`,
  },
  { is: 'no policy', key: { policy: { ok: null } }, status: 'unknown', words: 'no policy' },
  { is: 'not JSON', key: { policy: { ok: '{' } }, status: 'unknown', words: 'not JSON' },
  {
    is: 'a newer element',
    key: policy({ ...own, Newer: 1 }),
    status: 'unknown',
    words: 'not known here',
  },
  {
    is: 'managed by AWS',
    key: { manager: 'AWS', policy: { ok: null } },
    status: 'not-applicable',
    words: 'AWS manages',
  },
  {
    is: 'everybody',
    key: policy(to('*', 'kms:Decrypt')),
    status: 'fail',
    severity: 'critical',
    words: 'Any AWS account may read and write with it (statement Extra).',
  },
  {
    is: 'everybody, all actions',
    key: policy(to('*', '*')),
    status: 'fail',
    severity: 'critical',
    words: 'change or delete the key, hand its use on and read and write with it',
  },
  {
    is: 'a condition that does not say who',
    key: policy(to('*', 'kms:*', { StringEquals: { 'kms:ViaService': 'ecr.eu-west-1.amazonaws.com' } })),
    status: 'fail',
    severity: 'critical',
    words: 'Any AWS account',
  },
  {
    is: 'own callers',
    key: policy(to('*', 'kms:*', callerAccount(account))),
    status: 'pass',
    words: 'nobody beyond',
  },
  {
    is: 'callers of a stranger',
    key: policy(to('*', 'kms:Decrypt', callerAccount(partner))),
    status: 'fail',
    words: `${partner}, not among those that are trusted, may read`,
  },
  {
    is: 'callers of a trusted account',
    key: policy(to('*', 'kms:Decrypt', callerAccount(partner))),
    settings: { trustedAccounts: [partner] },
    status: 'pass',
    words: 'nobody beyond',
  },
  { is: 'everybody may look', key: policy(to('*', 'kms:Describe*')), status: 'pass', words: 'nobody beyond' },
  {
    is: 'a stranger',
    key: policy(to(`arn:aws:iam::${partner}:role/x`, ['kms:Decrypt', 'kms:CreateGrant'])),
    status: 'fail',
    words: `${partner}, not among those that are trusted, may hand its use on and read and write with it.`,
  },
  {
    is: 'a stranger in control',
    key: policy(to(partner, 'kms:Put*')),
    status: 'fail',
    severity: 'high',
    words: 'change or delete the key',
  },
  {
    is: 'a trusted account',
    key: policy(to(partner, 'kms:*')),
    settings: { trustedAccounts: [partner] },
    status: 'pass',
    words: 'nobody beyond',
  },
  {
    is: 'an organization nobody named',
    key: policy(to('*', 'kms:Decrypt', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })),
    status: 'fail',
    words: 'o-abcdefghij',
  },
  {
    is: 'an organization that is trusted',
    key: policy(to('*', 'kms:Decrypt', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } })),
    settings: { trustedOrganizations: ['o-abcdefghij'] },
    status: 'pass',
    words: 'nobody beyond',
  },
  {
    is: 'a condition key from the future',
    key: policy(to('*', 'kms:Decrypt', { StringEquals: { 'kms:Future': 'x' } })),
    status: 'unknown',
    words: 'kms:Future',
  },
  {
    is: 'everything is denied to all but the account',
    key: policy(to('*', 'kms:Decrypt'), {
      ...{ Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: '*' },
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': account } },
    }),
    status: 'pass',
    words: 'nobody beyond',
  },
  {
    is: 'a Deny of something else',
    key: policy(to('*', 'kms:Decrypt'), {
      ...{ Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' },
    }),
    status: 'fail',
    severity: 'critical',
    words: 'Any AWS account',
  },
  {
    is: 'both wrong',
    key: { ...policy(to(partner, 'kms:Decrypt')), rotation: { ok: false } },
    status: 'fail',
    words: 'read and write with it. Never rotated.',
  },
  {
    is: 'a service',
    key: policy({ ...own, Principal: { Service: 'logs.eu-west-1.amazonaws.com' } }),
    status: 'pass',
    words: '',
  },
  { is: 'somebody deleted', key: policy(to('AIDAABCDEFGHIJKLMNOP', 'kms:*')), status: 'pass', words: '' },
])('$is: $status', ({ key, settings: changes, status, severity, words }) => {
  const verdict = judge({ ok: kmsKey(key) }, changes)
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
  expect(verdict?.severity).toBe(severity)
})

test('a key of another account that lets this one in is judged for the strangers beside it', () => {
  const theirs = { account: partner, ...policy() }
  expect(judge({ ok: kmsKey(theirs) })?.status).toBe('pass')
})

test('each key on its own; one that two names mean is judged once', () => {
  const gone = { error: { code: 'NotFoundException', message: '', needs: 'kms:DescribeKey' } }
  const keys: Inventory['keys'] = {
    [customerKey]: { ok: kmsKey() },
    'alias/images': { ok: kmsKey() },
    'arn:gone': gone,
    'arn:denied': denied,
    __proto__: denied,
  }
  const found = kmsKeyCare.judge(inventory({ keys }), settings())
  expect(found.map(({ resource, verdict }) => [resource, verdict.status])).toEqual([
    [customerKey, 'pass'],
    ['arn:gone', 'not-applicable'],
    ['arn:denied', 'unknown'],
  ])
})

test('no key: not applicable; no list of repositories: unknown', () => {
  const statuses = (changes: Partial<Inventory>) =>
    kmsKeyCare
      .judge(inventory(changes), settings())
      .map(({ resource, verdict }) => [resource, verdict.status])
  const registry = `arn:aws:ecr:eu-west-1:${account}:registry`
  expect(statuses({ keys: {} })).toEqual([[registry, 'not-applicable']])
  expect(statuses({ keys: {}, repositories: denied })).toEqual([[registry, 'unknown']])
  expect(statuses({ templates: denied })).toEqual([
    [customerKey, 'pass'],
    [registry, 'unknown'],
  ])
})

test('whatever a policy holds, judging ends with a verdict, and nonsense is no pass', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(['unknown', 'fail', 'pass']).toContain(judge({ ok: kmsKey({ policy: { ok: text } }) })?.status)
    }),
  )
})

const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: fc.constantFrom<unknown>(
    '*',
    { AWS: account },
    { AWS: [partner, account] },
    { Service: 'x.amazonaws.com' },
  ),
  Action: fc.constantFrom('kms:*', 'kms:Decrypt', 'kms:Describe*', 'kms:PutKeyPolicy', '*'),
  Resource: fc.constant('*'),
  Condition: fc.constantFrom({}, callerAccount(account), callerAccount(partner), {
    Bool: { 'aws:SecureTransport': 'true' },
  }),
})

test('whoever is let in beside, a door that is open to everybody is found, unless a Deny shuts it for all', () => {
  const shuts = ({
    Effect,
    Principal,
    Action,
    Condition,
  }: typeof statement extends fc.Arbitrary<infer One> ? One : never) =>
    Effect === 'Deny' &&
    Principal === '*' &&
    ['*', 'kms:*', 'kms:Decrypt'].includes(Action) &&
    Object.keys(Condition).length === 0
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 6 }), (list) => {
      const others = list.filter((one) => !shuts(one))
      const verdict = judge({ ok: kmsKey(policy(...others, to('*', 'kms:Decrypt'))) })
      expect([verdict?.status, verdict?.severity]).toEqual(['fail', 'critical'])
    }),
  )
})

test('a statement more never makes a policy better, unless it denies', () => {
  const rank = { pass: 0, 'not-applicable': 0, unknown: 1, fail: 2 }
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 4 }), statement, (list, more) => {
      const before = judge({ ok: kmsKey(policy(...list)) })
      const after = judge({ ok: kmsKey(policy(...list, { ...more, Effect: 'Allow' })) })
      expect(rank[after?.status ?? 'pass']).toBeGreaterThanOrEqual(rank[before?.status ?? 'pass'])
    }),
  )
})
