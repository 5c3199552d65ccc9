import { expect, test } from 'vitest'
import type { Answer, Inventory } from '../../inventory/inventory.ts'
import type { IamRole, IamUser, Identities, UserCredentials } from '../../inventory/neighbours.ts'
import {
  account,
  daysAgo,
  denied,
  identities,
  inventory,
  policyText,
  settings,
} from '../inventory.fixture.ts'
import type { AuditSettings } from '../settings.ts'
import { iamLeastPrivilege } from './control.ts'

const arn = (what: string) => `arn:aws:iam::${account}:${what}`
const user = (changes: Partial<IamUser> = {}): IamUser => ({
  name: 'ci',
  arn: arn('user/ci'),
  id: 'AIDA',
  createdAt: daysAgo(900),
  groups: [],
  inline: [],
  attached: [],
  tags: {},
  ...changes,
})
const role = (changes: Partial<IamRole> = {}): IamRole => ({
  name: 'deploy',
  arn: arn('role/deploy'),
  id: 'AROA',
  createdAt: daysAgo(900),
  trust: '{}',
  inline: [],
  attached: [],
  tags: {},
  ...changes,
})
const allow = (Action: unknown, Resource: unknown = '*', more: object = {}) => ({
  Sid: 'S',
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const deny = (Action: unknown, more: object = {}) => ({ ...allow(Action, '*', more), Effect: 'Deny' })
const p = (...statements: object[]) => [{ name: 'p', document: policyText(...statements) }]
const repositories = (name: string) => `arn:aws:ecr:eu-west-1:${account}:repository/${name}`
const credentials = (...days: number[]): Answer<UserCredentials[]> => ({
  ok: [
    {
      user: 'ci',
      arn: arn('user/ci'),
      password: false,
      mfa: false,
      keys: days.map((each) => ({ active: true, rotatedAt: daysAgo(each) })),
    },
  ],
})

function judge(
  found: Partial<Identities>,
  more: Partial<Inventory> = {},
  wanted: Partial<AuditSettings> = {},
) {
  const all = inventory({ credentials: credentials(), identities: { ok: identities(found) }, ...more })
  return iamLeastPrivilege.judge(all, settings(wanted))
}
const ofRole = (...statements: object[]) => judge({ roles: [role({ inline: p(...statements) })] })[0]?.verdict
const ofUser = (days: number[], ...statements: object[]) =>
  judge({ users: [user({ inline: p(...statements) })] }, { credentials: credentials(...days) })[0]?.verdict
const push = ['ecr:PutImage', 'ecr:InitiateLayerUpload']

test.each<[string, ReturnType<typeof ofRole>, string, string]>([
  ['nobody', judge({})[0]?.verdict, 'pass', 'No user and no role'],
  ['a reader', ofRole(allow(['ecr:Get*', 'ecr:BatchGetImage'])), 'pass', 'No user and no role'],
  ['not told', judge({}, { identities: denied })[0]?.verdict, 'unknown', 'AccessDenied'],
  [
    'one team',
    ofRole(allow(push, repositories('shop/*'))),
    'pass',
    'May push, in some repositories only (S of',
  ],
  ['every repository', ofRole(allow(push, repositories('*'))), 'fail', 'May push in every repository (S of'],
  [
    'every Region and account',
    ofRole(allow(push, 'arn:aws:ecr:*:*:repository/*')),
    'fail',
    'every repository',
  ],
  ['another Region', ofRole(allow(push, 'arn:aws:ecr:us-east-1:*:repository/*')), 'pass', 'No user'],
  ['another account', ofRole(allow(push, 'arn:aws:ecr:*:444455556666:repository/*')), 'pass', 'No user'],
  ['another service', ofRole(allow('*', 'arn:aws:s3:::bucket/*')), 'pass', 'No user'],
  ['all of ECR', ofRole(allow('ecr:*')), 'fail', 'May change the policy, delete or archive images, push and'],
  ['all of ECR in other words', ofRole(allow('EC?:*')), 'fail', 'in every repository'],
  [
    'all but one',
    ofRole(allow(push, undefined, { NotResource: repositories('prod/*'), Resource: undefined })),
    'fail',
    'every',
  ],
  ['settings only', ofRole(allow('ecr:PutLifecyclePolicy')), 'fail', 'May change settings in every'],
  ['making and tagging', ofRole(allow(['ecr:CreateRepository', 'ecr:TagResource'])), 'pass', 'No user'],
  ['an administrator', ofRole(allow('*')), 'pass', 'An administrator (p)'],
  ['everything but IAM', ofRole({ ...allow(undefined), NotAction: 'iam:*' }), 'pass', 'An administrator (p)'],
  [
    'all but ECR, and one team',
    ofRole({ ...allow(undefined), NotAction: 'ecr:*' }, allow(push, repositories('shop/*'))),
    'pass',
    'in some repositories only',
  ],
  [
    'a Deny takes it',
    ofRole(
      allow('ecr:*'),
      deny([
        'ecr:Put*',
        'ecr:*Layer*',
        'ecr:D*',
        'ecr:[a-z]*',
        'ecr:*Policy',
        'ecr:B*',
        'ecr:*Update*',
        'ecr:Update*',
        'ecr:Replicate*',
        'ecr:Create*',
      ]),
    ),
    'pass',
    'No user',
  ],
  ['a Deny takes all', ofRole(allow('ecr:*'), deny('*')), 'pass', 'No user'],
  [
    'repositories with a tag',
    ofRole(allow(push, '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })),
    'pass',
    'some repositories',
  ],
  [
    'from an address',
    ofRole(allow(push, '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
    'fail',
    'every repository',
  ],
  [
    'a condition from the future',
    ofRole(allow(push, '*', { Condition: { StringEquals: { 'aws:Moon': 'full' } } })),
    'unknown',
    'aws:Moon is not known here',
  ],
  [
    'a Deny from the future',
    ofRole(allow(push), deny(push, { Condition: { MoonIs: { 'aws:SourceIp': 'x' } } })),
    'unknown',
    'MoonIs is not known here',
  ],
  [
    'a Deny from the future, and something certain',
    ofRole(allow([...push, 'ecr:BatchDeleteImage']), deny(push, { Condition: { MoonIs: { a: 'x' } } })),
    'fail',
    'May delete or archive images in every',
  ],
  [
    'a Deny without MFA leaves it',
    ofRole(
      allow(push),
      deny('*', { Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    ),
    'fail',
    'every repository',
  ],
  [
    'a key, and one team',
    ofUser([20], allow(push, repositories('shop/*'))),
    'fail',
    'May push with a permanent access key of 20 days',
  ],
  [
    'two keys',
    ofUser([20, 640], allow(push, repositories('shop/*'))),
    'fail',
    '2 permanent access keys of 640 days',
  ],
  ['no key', ofUser([], allow(push, repositories('shop/*'))), 'pass', 'some repositories only'],
  [
    'an old key and settings',
    ofUser([100], allow('ecr:PutLifecyclePolicy', repositories('shop/*'))),
    'fail',
    'Has a permanent access key older than 90 days (100)',
  ],
  [
    'a key of an administrator',
    ofUser([1], allow('*')),
    'fail',
    'May do everything with a permanent access key of 1 days',
  ],
])('%s', (_name, verdict, status, words) => {
  expect(verdict?.reason).toContain(words)
  expect(verdict?.status).toBe(status)
})

test('severity: settings alone weigh less', () => {
  expect(ofRole(allow('ecr:PutLifecyclePolicy'))?.severity).toBe('medium')
  expect(ofRole(allow(push))?.severity).toBeUndefined()
})

test('groups, managed policies and boundaries count', () => {
  const managed = { arn: arn('policy/m'), name: 'm', document: policyText(allow('ecr:*')) }
  const limit = (name: string, ...statements: object[]) => ({
    arn: arn(`policy/${name}`),
    name,
    document: policyText(...statements),
  })
  const group = { name: 'devs', arn: arn('group/devs'), inline: [], attached: [managed.arn] }
  const policies = [
    managed,
    limit('wide', allow('*')),
    limit('team', allow('ecr:*', repositories('shop/*'))),
    limit('reads', allow('ecr:Get*')),
  ]
  const within = (boundary?: string) =>
    judge({
      users: [user({ groups: ['devs'], ...(boundary && { boundary: arn(`policy/${boundary}`) }) })],
      groups: [group],
      policies,
    })[0]?.verdict
  expect(within()?.reason).toContain('of policy m')
  expect([within(), within('wide'), within('team'), within('reads')].map((each) => each?.status)).toEqual([
    'fail',
    'fail',
    'pass',
    'pass',
  ])
  expect(within('gone')).toMatchObject({ status: 'unknown', reason: expect.stringContaining('policy/gone') })
})

test('audit.writers: who is named may, who is not may not', () => {
  const writers = { writers: [arn('role/dep*')] }
  const named = (statement: object, more: Partial<IamRole> = {}) =>
    judge({ roles: [role({ inline: p(statement), ...more })] }, {}, writers)[0]?.verdict
  const stranger = { arn: arn('role/other') }
  expect(named(allow(push))).toMatchObject({
    status: 'pass',
    reason: expect.stringContaining('audit.writers'),
  })
  expect(named(allow(push, repositories('shop/*')), stranger)?.reason).toContain('does not name it')
  expect(named(allow('*'), stranger)).toMatchObject({ status: 'fail', severity: 'low' })
  const keys = (days: number) =>
    judge(
      { users: [user({ inline: p(allow(push)) })] },
      { credentials: credentials(days) },
      { writers: ['*'] },
    )
  expect(keys(20)[0]?.verdict.status).toBe('pass')
  expect(keys(91)[0]?.verdict).toMatchObject({ status: 'fail', severity: 'medium' })
})

test('each principal on its own; what AWS made for its services is left out', () => {
  const service = role({ arn: arn('role/aws-service-role/x/y'), inline: p(allow('ecr:*')) })
  const broken = role({ arn: arn('role/broken'), inline: [{ name: 'p', document: '{' }] })
  const judged = judge({
    roles: [service, broken, role({ inline: p(allow(push)) }), role({ arn: arn('role/r') })],
  })
  expect(judged.map(({ resource, verdict }) => [resource, verdict.status])).toEqual([
    [arn('role/broken'), 'unknown'],
    [arn('role/deploy'), 'fail'],
  ])
})

test('no report of keys: unknown, unless something else is certain', () => {
  const without = (statement: object) =>
    judge({ users: [user({ inline: p(statement) })] }, { credentials: denied })[0]?.verdict
  expect(without(allow(push, repositories('shop/*')))?.status).toBe('unknown')
  expect(without(allow(push))?.status).toBe('fail')
  const stranger = judge({
    users: [user({ arn: arn('user/new'), inline: p(allow(push, repositories('a'))) })],
  })
  expect(stranger[0]?.verdict).toMatchObject({
    status: 'unknown',
    reason: expect.stringContaining('NotInReport'),
  })
})

test('hostile text: no crash, no pass, small evidence', () => {
  const texts = [
    '',
    'null',
    '[]',
    '{"Statement":5}',
    '{"Statement":[{"Effect":"Allow"}]}',
    'x'.repeat(99_999),
  ]
  for (const document of texts) {
    const judged = judge({ roles: [role({ inline: [{ name: 'p', document }] })] })
    expect(judged[0]?.verdict.status, document.slice(0, 20)).not.toBe('fail')
  }
  const many = Array.from({ length: 500 }, (_, at) => allow('ecr:*', '*', { Sid: `${at}`.padEnd(2000, 'x') }))
  expect(JSON.stringify(ofRole(...many.slice(0, 20))).length).toBeLessThan(3000)
})
