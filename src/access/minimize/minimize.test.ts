import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inventory, repository } from '../../controls/inventory.fixture.ts'
import type { Identities } from '../../inventory/neighbours.ts'
import type { Usage, UsedAction } from '../../inventory/use-of-actions/usage.ts'
import { actionNames } from '../actions.ts'
import { iam } from '../cases/case.fixture.ts'
import { openAccess } from '../open-access.ts'
import { type MinimizeReport, minimize } from './minimize.ts'

const account = inventory({}).registry.account
const region = inventory({}).registry.region
const repositories = ['shop/api', 'shop/web', 'other/app']
const arnOf = (name: string) => `arn:aws:ecr:${region}:${account}:repository/${name}`

interface Held {
  inline?: Record<string, object>
  attached?: Identities['policies']
  groups?: Identities['groups']
}

const textOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const allow = (Action: unknown, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more })

function usedOf(
  name: string,
  repository: string | null = 'shop/api',
  more: Partial<UsedAction> = {},
): UsedAction {
  const at = '2026-02-01T00:00:00.000Z'
  return { name, region, account, repository, count: 1, first: at, last: at, denied: false, ...more }
}

const usage = (used: UsedAction[], more: Partial<Usage> = {}): Usage => ({
  ...{ principal: iam('user/ann'), source: 'event history', complete: true, regions: [region], used },
  ...{ from: '2025-12-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z', events: used.length },
  lastAccessed: { ok: { actions: [] } },
  ...more,
})

function make(
  { inline = {}, attached = [], groups = [] }: Held,
  seen: Usage,
  more: { keepOlder?: boolean } = {},
) {
  const user = {
    ...{
      name: 'ann',
      arn: iam('user/ann'),
      id: 'AIDAANNUSERUSERUSER',
      createdAt: '2026-01-01T00:00:00Z',
      tags: {},
    },
    inline: Object.entries(inline).map(([name, document]) => ({ name, document: JSON.stringify(document) })),
    attached: attached.map(({ arn }) => arn),
    groups: groups.map(({ name }) => name),
  }
  const identities = { users: [user], roles: [], groups, policies: attached }
  const access = openAccess(
    inventory({
      identities: { ok: identities },
      repositories: { ok: repositories.map((name) => repository({ name, arn: arnOf(name) })) },
    }),
  )
  const person = access.people.find(({ name }) => name === user.arn)
  if (!person) throw new Error('no such user')
  return minimize(access, { person, usage: seen, repositories, ...more })
}

const statementsOf = ({ policy }: MinimizeReport) =>
  (policy?.Statement ?? []).map(({ Action, Resource, Condition }) => ({
    Action,
    Resource,
    ...(Condition && { Condition }),
  }))
const pushes = [
  ...['ecr:BatchCheckLayerAvailability', 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload'],
  ...['ecr:PutImage', 'ecr:UploadLayerPart'],
]

test('a push is given whole, with the token, where it was seen and nowhere else', () => {
  const report = make({ inline: { all: textOf(allow('ecr:*')) } }, usage([usedOf('PutImage')]))
  expect(statementsOf(report)).toEqual([
    { Action: pushes, Resource: arnOf('shop/api') },
    { Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
  ])
  expect(report.proof).toMatchObject({ holds: true, failures: [] })
  expect(report.current).toEqual([{ name: 'all', kind: 'inline', verdict: 'remove' }])
  expect(report.changes).toContainEqual({
    ...{ action: 'ecr:DeleteRepository', ability: 'delete', before: 'everywhere', after: 0 },
  })
  expect(report.changes).toContainEqual({
    ...{ action: 'ecr:PutImage', ability: 'push', before: 'everywhere', after: 1 },
  })
})

test('a pull is given whole, with what no event tells of, as far as it was given', () => {
  const pulls = allow(['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchImport*'])
  const report = make(
    { inline: { pull: textOf(pulls) } },
    usage([usedOf('BatchGetImage'), usedOf('ListImageReferrers')]),
  )
  expect(statementsOf(report)).toEqual([
    {
      Action: ['ecr:BatchGetImage', 'ecr:BatchImportUpstreamImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: arnOf('shop/api'),
    },
  ])
  expect(report.needed.map(({ action, why }) => [action, why])).toEqual([
    ['ecr:BatchGetImage', 'used'],
    ['ecr:BatchImportUpstreamImage', 'unseen'],
    ['ecr:GetDownloadUrlForLayer', 'goes with'],
  ])
})

test('conditions stay; one way in without any is enough', () => {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const strict = textOf(allow('ecr:PutLifecyclePolicy', { Condition }))
  const seen = usage([usedOf('PutLifecyclePolicy')])
  expect(statementsOf(make({ inline: { strict } }, seen))).toEqual([
    {
      ...{ Action: ['ecr:PutLifecyclePolicy'], Resource: arnOf('shop/api') },
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } },
    },
  ])
  const free = textOf(allow('ecr:Put*'))
  expect(statementsOf(make({ inline: { strict, free } }, seen))).toEqual([
    { Action: ['ecr:PutLifecyclePolicy'], Resource: arnOf('shop/api') },
  ])
})

describe('what was seen and is not given', () => {
  const limited = { api: textOf(allow('ecr:*', { Resource: arnOf('shop/*') })) }
  test.each<[string, UsedAction, Partial<MinimizeReport>]>([
    [
      'given by no policy of its own',
      usedOf('PutImage', 'other/app'),
      { notGranted: ['ecr:PutImage on other/app'] },
    ],
    ['a repository that is gone', usedOf('PutImage', 'shop/old'), { gone: ['ecr:PutImage on shop/old'] }],
    ['denied', usedOf('PutImage', null, { denied: true }), { denied: ['ecr:PutImage'] }],
    [
      'all repositories, where only some are given',
      usedOf('DescribeRepositories', null),
      { notGranted: ['ecr:DescribeRepositories on *'] },
    ],
  ])('%s', (_name, used, expected) => {
    const report = make({ inline: limited }, usage([used]))
    expect(report).toMatchObject({ policy: null, needed: [], ...expected })
    expect(report.proof.holds).toBe(true)
  })

  test('a call that nobody knows', () => {
    const report = make({ inline: limited }, usage([usedOf('PutNewThing')]))
    expect(report.policy).toBeNull()
    expect(report.doubts.join()).toContain('PutNewThing')
  })
})

describe('what becomes of the policies of now', () => {
  const of = (statements: object[], more: Partial<Held> = {}) =>
    make({ inline: { own: textOf(...statements) }, ...more }, usage([usedOf('DescribeImages')]))
  const restOf = (report: MinimizeReport) => {
    const [one] = report.current
    return one && 'document' in one ? JSON.parse(one.document).Statement : one?.verdict
  }

  test.each<[string, object[], unknown]>([
    ['ECR only', [allow('ecr:*')], 'remove'],
    ['nothing of ECR', [allow('s3:*')], 'keep'],
    ['ECR and others', [allow(['ecr:*', 's3:*'])], [allow('s3:*')]],
    ['everything', [allow('*')], [{ Effect: 'Allow', NotAction: ['ecr:*'], Resource: '*' }]],
    [
      'all but some',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      [{ Effect: 'Allow', NotAction: ['iam:*', 'ecr:*'], Resource: '*' }],
    ],
    ['all but ECR', [{ Effect: 'Allow', NotAction: 'ecr:*', Resource: '*' }], 'keep'],
    ['a mixed pattern', [allow('e*:Describe*')], 'cannot'],
    [
      'a Deny, which stays',
      [allow('ecr:*'), { ...allow('ecr:DeleteRepository'), Effect: 'Deny' }],
      [{ ...allow('ecr:DeleteRepository'), Effect: 'Deny' }],
    ],
  ])('%s', (_name, statements, expected) => {
    const report = of(statements)
    expect(restOf(report)).toEqual(expected)
    expect(report.proof).toMatchObject({ holds: true })
  })

  test('policies of groups and of AWS are told apart', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser'
    const document = JSON.stringify(textOf(allow('ecr:*')))
    const power = { arn, name: 'AmazonEC2ContainerRegistryPowerUser', document }
    const makers = {
      name: 'makers',
      arn: iam('group/makers'),
      inline: [{ name: 'g', document }],
      attached: [],
    }
    const report = make({ attached: [power], groups: [makers] }, usage([usedOf('DescribeImages')]))
    expect(report.current).toEqual([
      { name: power.name, kind: 'aws', arn, verdict: 'remove' },
      { name: 'g', kind: 'inline', group: 'makers', verdict: 'remove' },
    ])
  })
})

describe('doubts', () => {
  const all = { all: textOf(allow('ecr:*')) }
  const doubtsOf = (more: Partial<Usage>, used = [usedOf('DescribeImages')]) =>
    make({ inline: all }, usage(used, more)).doubts.join('\n')

  test.each<[string, Partial<Usage>, string]>([
    ['too short', { from: '2026-02-20T00:00:00.000Z' }, '9 days are short'],
    ['not all', { complete: false }, 'more events than were read'],
    ['nothing', { events: 0 }, 'Nothing of ECR was seen'],
    [
      'another Region',
      {
        lastAccessed: {
          ok: { service: { at: '2026-02-01T00:00:00.000Z', region: 'us-east-1' }, actions: [] },
        },
      },
      'us-east-1, too',
    ],
  ])('%s', (_name, more, words) => expect(doubtsOf(more)).toContain(words))

  test('what was used before is named, and kept where it was given when that is asked for', () => {
    const last = { name: 'PutLifecyclePolicy', at: '2025-06-01T00:00:00.000Z', region }
    const seen = usage([usedOf('DescribeImages')], { lastAccessed: { ok: { actions: [last] } } })
    const held = { inline: { some: textOf(allow('ecr:*', { Resource: arnOf('shop/*') })) } }
    expect(make(held, seen).doubts.join()).toContain('ecr:PutLifecyclePolicy (2025-06-01)')
    const kept = make(held, seen, { keepOlder: true })
    expect(kept.doubts.join()).not.toContain('ecr:PutLifecyclePolicy')
    expect(statementsOf(kept)).toContainEqual({
      Action: ['ecr:PutLifecyclePolicy'],
      Resource: arnOf('shop/*'),
    })
    expect(kept.proof.holds).toBe(true)
  })
})

test('too many names for a policy: the patterns of the old one, and it is said', () => {
  const many = Array.from({ length: 200 }, (_, at) => `shop/service-${at}`)
  const seen = usage(many.map((name) => usedOf('DescribeImages', name)))
  const document = JSON.stringify(textOf(allow('ecr:*', { Resource: arnOf('shop/*') })))
  const user = {
    ...{
      name: 'ann',
      arn: iam('user/ann'),
      id: 'AIDAANN',
      createdAt: '',
      groups: [],
      attached: [],
      tags: {},
    },
    inline: [{ name: 'own', document }],
  }
  const access = openAccess(
    inventory({ identities: { ok: { users: [user], roles: [], groups: [], policies: [] } } }),
  )
  const person = access.people.find(({ name }) => name === user.arn)
  if (!person) throw new Error('no such user')
  const report = minimize(access, { person, usage: seen, repositories: many })
  expect(report).toMatchObject({ rounded: true, proof: { holds: true } })
  expect(statementsOf(report)).toEqual([{ Action: ['ecr:DescribeImages'], Resource: arnOf('shop/*') }])
})

test('a variable that was text in an old policy stays text', () => {
  const variable = `${'$'}{aws:username}`
  const Condition = { StringEquals: { 'aws:PrincipalTag/team': variable } }
  const old = { Version: '2008-10-17', Statement: [allow('ecr:DescribeImages', { Condition })] }
  const report = make({ inline: { old } }, usage([usedOf('DescribeImages')]))
  expect(statementsOf(report)[0]?.Condition).toEqual({
    StringEquals: { 'aws:PrincipalTag/team': [`${'$'}{${'$'}}{aws:username}`] },
  })
  expect(report.proof.holds).toBe(true)
})

const patterns = fc.constantFrom(
  '*',
  arnOf('*'),
  arnOf('shop/*'),
  arnOf('shop/api'),
  arnOf('*/a?i'),
  arnOf(`${'$'}{aws:username}/*`),
)
const conditions = fc.constantFrom<object>(
  {},
  { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
  { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
)
const actions = fc.constantFrom(
  '*',
  'ecr:*',
  'ecr:Put*',
  'ecr:BatchGet*',
  'ecr:Describe*',
  's3:*',
  'ecr:GetAuthorizationToken',
)
const statement = fc
  .tuple(
    fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    fc.uniqueArray(actions, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
    patterns,
    conditions,
  )
  .map(([Effect, list, not, Resource, more]) => ({
    ...{ Effect, [not ? 'NotAction' : 'Action']: list, Resource },
    ...more,
  }))
const callNames = actionNames.map((name) => name.slice(4))
const call = fc
  .tuple(fc.constantFrom(...callNames, 'ListImageReferrers'), fc.option(fc.constantFrom(...repositories)))
  .map(([name, name2]) => usedOf(name, name2))

test('property: whatever the policies and the calls, the smaller policy is proved', () => {
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      fc.array(call, { maxLength: 8 }),
      (statements, used) => {
        const report = make({ inline: { own: textOf(...statements) } }, usage(used))
        expect(report.proof.failures).toEqual([])
      },
    ),
    { numRuns: 150 },
  )
})
