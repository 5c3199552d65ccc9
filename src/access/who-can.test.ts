import { expect, test } from 'vitest'
import { account, denied, inventory, policyText, repository } from '../controls/inventory.fixture.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { IamRole, IamUser, Identities } from '../inventory/neighbours.ts'
import { allow, deny, give, iam, other, policy, pull, refuse } from './cases/case.fixture.ts'
import { matrix } from './matrix.ts'
import { can, openAccess, whoCan } from './who-can.ts'

const user = (name: string, changes: Partial<IamUser> = {}): IamUser => ({
  ...{
    name,
    arn: iam(`user/${name}`),
    id: `AIDA${name.toUpperCase()}USERUSER`,
    createdAt: '2026-01-01T00:00:00Z',
  },
  ...{ inline: [], attached: [], groups: [], tags: {} },
  ...changes,
})
const role = (name: string, changes: Partial<IamRole> = {}): IamRole => ({
  ...{
    name,
    arn: iam(`role/${name}`),
    id: `AROA${name.toUpperCase()}ROLEROLE`,
    createdAt: '2026-01-01T00:00:00Z',
  },
  ...{ inline: [], attached: [], trust: '{}', tags: {} },
  ...changes,
})
const inline = (...statements: Record<string, unknown>[]) => [
  { name: 'own', document: policy(...statements) },
]
const admin = iam('policy/admin', 'aws')
const edge = iam('policy/edge')

const identities: Identities = {
  users: [
    user('ann', { groups: ['makers'] }),
    user('bob', { attached: [admin], boundary: edge }),
    user('cid'),
    user('dan', { groups: ['gone'] }),
  ],
  roles: [
    role('deploy', { inline: inline(allow({ Action: [...pull, 'ecr:PutImage'] })) }),
    role('also-deploy', { inline: inline(allow({ Action: [...pull, 'ecr:PutImage'] })) }),
    role('vpc', {
      inline: inline(allow(), deny({ Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } })),
    }),
    role('lost', { attached: [iam('policy/nowhere')] }),
  ],
  groups: [{ name: 'makers', arn: iam('group/makers'), inline: [], attached: [admin] }],
  policies: [
    { arn: admin, name: 'admin', document: policy(allow({ Action: '*' })) },
    { arn: edge, name: 'edge', document: policy(allow({ Action: pull })) },
  ],
}

const open = (policyOfApi: string | null, changes: Partial<Inventory> = {}) =>
  openAccess(
    inventory({
      repositories: { ok: [repository({ policy: { ok: policyOfApi } }), repository({ name: 'shop/web' })] },
      identities: { ok: identities },
      ...changes,
    }),
  )
const names = (groups: { names: string[] }[]) => groups.flatMap((one) => one.names)

test('who can push: groups, boundaries, conditions, and what is only a part of it', () => {
  const { allowed, conditional, partly } = whoCan(open(null), 'shop/api', 'push')
  expect(names(allowed)).toEqual([iam('root'), iam('user/ann')])
  expect(names(conditional)).toEqual([iam('user/dan'), iam('role/vpc'), iam('role/lost')])
  expect(conditional[1]?.onlyIf.join()).toContain('aws:SourceVpc is vpc-1')
  expect(conditional[2]?.onlyIf.join()).toContain('it is not in the inventory')
  expect(partly).toHaveLength(1)
  expect(partly[0]).toMatchObject({
    names: [iam('role/deploy'), iam('role/also-deploy')],
    actions: ['ecr:PutImage'],
    broad: false,
  })
})

test('who can pull: the same people in one group, with what decides', () => {
  const { allowed } = whoCan(open(null), 'shop/api', 'pull')
  expect(names(allowed)).toEqual([
    iam('root'),
    iam('user/ann'),
    iam('user/bob'),
    iam('role/deploy'),
    iam('role/also-deploy'),
  ])
  expect(allowed[3]?.for).toEqual([
    {
      ...{ layer: 'identity policy', policy: 'own', statement: 'statement 1', effect: 'Allow' },
      ...{ certain: true, conditions: [] },
    },
  ])
  expect(allowed.map(({ token }) => token)).toEqual(['allowed', 'allowed', 'denied', 'denied'])
})

test('outside: everybody, an organization, accounts, roles, services, and the deleted are told apart', () => {
  const text = policyText(
    give('*', {
      Sid: 'Org',
      Action: pull,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    }),
    give({ AWS: [other, iam('role/puller', '777788889999')] }, { Sid: 'Partners', Action: pull }),
    give({ Service: 'lambda.amazonaws.com' }, { Sid: 'Functions', Action: pull }),
    give({ AWS: 'AIDAGONEGONEGONE1' }, { Sid: 'Gone', Action: pull }),
  )
  const { allowed, conditional } = whoCan(open(text), 'shop/api', 'pull')
  const outside = allowed.filter(({ kind }) => !['root', 'user', 'role'].includes(kind))
  expect(outside.map((one) => [one.kind, ...one.names, one.for[0]?.statement])).toEqual([
    ['organization', 'any account of organization o-abcdefghij', 'Org'],
    ['account', `account ${other}`, 'Partners'],
    ['foreign-principal', iam('role/puller', '777788889999'), 'Partners'],
    ['service', 'lambda.amazonaws.com', 'Functions'],
    ['dangling', 'AIDAGONEGONEGONE1', 'Gone'],
  ])
  expect(conditional.map(({ kind }) => kind)).not.toContain('public')
})

test('public is any AWS account, whatever it is called', () => {
  const { allowed } = whoCan(open(policyText(give('*'))), 'shop/api', 'push')
  expect(allowed[0]).toMatchObject({ kind: 'public', names: ['any AWS account'], broad: true })
  const address = { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }
  const { conditional } = whoCan(open(policyText(give('*', address))), 'shop/api', 'push')
  expect(conditional[0]).toMatchObject({
    kind: 'public',
    onlyIf: [expect.stringContaining('aws:SourceIp is in')],
  })
  const own = { Condition: { StringEquals: { 'aws:PrincipalAccount': account } } }
  const closed = whoCan(open(policyText(give('*', own))), 'shop/api', 'push')
  expect([...closed.allowed, ...closed.conditional].map(({ kind }) => kind)).not.toContain('public')
})

test('what nobody could read is said, and is no answer', () => {
  const unread = repository({ policy: denied })
  const access = openAccess(inventory({ repositories: { ok: [unread] }, identities: denied }))
  const { allowed, conditional, missing } = whoCan(access, 'shop/api', 'pull')
  expect(missing).toEqual([
    'identities (AccessDeniedException)',
    'policy of repository shop/api (AccessDeniedException)',
  ])
  expect(names(allowed)).toEqual([])
  expect(names(conditional)).toContain('any AWS account')
  expect(whoCan(access, 'none', 'pull').missing).toContain('repository none')
})

test('can: for somebody in the inventory, and for somebody who is not', () => {
  const access = open(policyText(give({ AWS: other }, { Action: pull }), refuse({ AWS: iam('user/ann') })))
  const ask = (arn: string) =>
    can(access, { caller: { kind: 'user', arn }, action: 'ecr:BatchGetImage', repository: 'shop/api' })
  expect(ask(iam('user/ann'))).toMatchObject({
    decision: 'denied',
    layer: 'repository policy',
    explicit: true,
  })
  expect(ask(iam('user/bob'))).toMatchObject({ decision: 'allowed' })
  expect(ask(iam('user/zoe', other))).toMatchObject({ decision: 'conditional' })
  expect(can(access, { caller: { kind: 'root', account }, action: 'ecr:PutImage', repository: 'none' })).toBe(
    undefined,
  )
})

test('whoever may only read what a push reads as well has no part of it', () => {
  const text = policyText(give({ AWS: other }, { Action: [...pull, 'ecr:BatchCheckLayerAvailability'] }))
  const access = open(text)
  const { allowed, conditional, partly } = whoCan(access, 'shop/api', 'push')
  expect(names([...allowed, ...conditional, ...partly])).not.toContain(`account ${other}`)
  expect(names(whoCan(access, 'shop/api', 'pull').allowed)).toContain(`account ${other}`)
})

test('one action; and what is about no repository is asked of the account only', () => {
  const access = open(policyText(give('*')))
  const put = whoCan(access, 'shop/api', 'ecr:PutImage')
  expect(put.allowed[0]).toMatchObject({ kind: 'public', actions: ['ecr:PutImage'] })
  expect(names(whoCan(access, 'shop/api', 'ecr:GetAuthorizationToken').allowed)).toEqual([
    iam('root'),
    iam('user/ann'),
  ])
})

test('the matrix says the same as each question', () => {
  const text = policyText(
    give('*', { Action: pull }),
    refuse({ AWS: iam('role/vpc') }, { Action: 'ecr:PutImage' }),
  )
  const access = open(text)
  const { repositories, needs, rows, notConsidered } = matrix(access)
  expect(repositories).toEqual(['shop/api', 'shop/web'])
  expect(notConsidered).toContain('service control policies')
  for (const [at, name] of repositories.entries())
    for (const [column, need] of needs.entries()) {
      const { allowed, conditional, partly } = whoCan(access, name, need)
      const inMatrix = (cell: string) =>
        rows.filter(({ cells }) => cells[at]?.[column] === cell).flatMap((row) => row.names)
      expect(inMatrix('allowed').sort()).toEqual(names(allowed).sort())
      expect(inMatrix('conditional').sort()).toEqual(names(conditional).sort())
      expect(inMatrix('partly').sort()).toEqual(names(partly).sort())
    }
})
