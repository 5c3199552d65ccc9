import { expect, test } from 'vitest'
import { daysAgo, denied, inventory, policyText, repository } from '../../controls/inventory.fixture.ts'
import type { Answer, Inventory } from '../../inventory/inventory.ts'
import type { IamRole, IamUser, UserCredentials } from '../../inventory/neighbours.ts'
import { actionNames, grantedActions } from '../actions.ts'
import { allow, deny, iam } from '../cases/case.fixture.ts'
import { denyPolicy, isDenied } from './deny.ts'
import { mfaReport } from './report.ts'

const present = 'aws:MultiFactorAuthPresent'
const push = allow({ Action: ['ecr:PutImage', 'ecr:BatchDeleteImage'] })
const pull = allow({ Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] })
const when = (Condition: object) => allow({ Action: ['ecr:PutImage', 'ecr:BatchDeleteImage'], Condition })
const denyWhen = (Condition: object) => deny({ Action: 'ecr:*', Condition })

type Row = Partial<UserCredentials>
const key = { active: true, rotatedAt: daysAgo(50), lastUsed: daysAgo(3), lastUsedService: 'ecr' }
const person: Row = { password: true, mfa: true }
const careless: Row = { password: true }
const script: Row = { keys: [key] }

const user = (name: string, statements: object[]): IamUser => ({
  ...{ name, arn: iam(`user/${name}`), id: `AIDA${name.toUpperCase()}USERUSER`, createdAt: daysAgo(100) },
  ...{ inline: [{ name: 'own', document: policyText(...statements) }], attached: [], groups: [], tags: {} },
})
const role = (name: string, trust: object[], statements: object[] = [push]): IamRole => ({
  ...{ name, arn: iam(`role/${name}`), id: `AROA${name.toUpperCase()}ROLEROLE`, createdAt: daysAgo(100) },
  ...{ inline: [{ name: 'own', document: policyText(...statements) }], attached: [], tags: {} },
  trust: policyText(...trust),
})
const rowOf = (name: string, changes: Row): UserCredentials => ({
  ...{ user: name, arn: iam(`user/${name}`), password: false, mfa: false, keys: [] },
  ...changes,
})

function look(users: IamUser[], rows: UserCredentials[], roles: IamRole[] = []): Inventory {
  return inventory({
    repositories: { ok: [repository(), repository({ name: 'shop/web' })] },
    identities: { ok: { users, roles, groups: [], policies: [] } },
    credentials: { ok: rows },
  })
}
const one = (row: Row, ...statements: object[]) =>
  mfaReport(look([user('ann', statements)], [rowOf('ann', row)]))

test.each<[string, Row, object[], string, string]>([
  ['a device, a password, nothing asks', person, [push], 'not-enforced', 'a key would get by'],
  ['a key beside a device', { ...person, keys: [key] }, [push], 'not-enforced', 'an access key alone'],
  ['a password alone', careless, [push], 'device-missing', 'push, delete with a password alone'],
  ['a key alone', script, [push], 'key-only', 'a device alone changes nothing'],
  ['a key with a device', { mfa: true, keys: [key] }, [push], 'key-only', 'no password'],
  ['no way in', {}, [push], 'no-way-in', 'neither a password nor an active key'],
  ['a key that is switched off', { keys: [{ active: false }] }, [push], 'no-way-in', 'neither'],
  ['only pulls', careless, [pull], 'pull-only', 'change nothing'],
  // security-peers 4.2: the four combinations, and the halves.
  ['Allow with Bool', script, [when({ Bool: { [present]: 'true' } })], 'enforced', 'no device'],
  [
    'Allow with BoolIfExists',
    script,
    [when({ BoolIfExists: { [present]: 'true' } })],
    'trap',
    'also holds for an access key',
  ],
  [
    'Deny with BoolIfExists',
    { ...person, keys: [key] },
    [push, denyWhen({ BoolIfExists: { [present]: 'false' } })],
    'enforced',
    'it has a device',
  ],
  [
    'Deny with Bool',
    script,
    [push, denyWhen({ Bool: { [present]: 'false' } })],
    'trap',
    'Bool aws:MultiFactorAuthPresent in a Deny does not deny access keys',
  ],
  // A key also gets sessions that say `false`.
  ['Deny with Null', script, [push, denyWhen({ Null: { [present]: 'true' } })], 'trap', 'a session of a key'],
  [
    'both halves',
    script,
    [push, denyWhen({ Bool: { [present]: 'false' } }), denyWhen({ Null: { [present]: 'true' } })],
    'enforced',
    'can change nothing',
  ],
  [
    'a password, Deny with Bool',
    careless,
    [push, denyWhen({ Bool: { [present]: 'false' } })],
    'trap',
    'no access key today',
  ],
  [
    'one way in with it, one without',
    script,
    [when({ Bool: { [present]: 'true' } }), push],
    'key-only',
    'an access key alone',
  ],
])('%s', (_name, row, statements, state, words) => {
  const { users, proof } = one(row, ...statements)
  expect(users[0]?.reason).toContain(words)
  expect(users[0]?.state).toBe(state)
  expect(proof).toMatchObject({ holds: true, failures: [] })
})

test('pulls count when they are asked for', () => {
  const found = mfaReport(look([user('ann', [pull])], [rowOf('ann', careless)]), { pulls: true })
  expect(found.users[0]).toMatchObject({ state: 'device-missing' })
  expect(found.policy.Statement[0]?.Action).toContain('ecr:BatchGetImage')
  expect(found.proof).toMatchObject({ users: 1, holds: true })
})

test('what the policy is about is every action of ECR that changes something, and nothing else', () => {
  for (const pulls of [false, true]) {
    const list = denyPolicy(pulls).Statement[0]?.Action ?? []
    const { names, unlisted } = grantedActions({ not: false, list })
    const covered = names.map((name) => `ecr:${name}`).sort()
    expect(covered).toEqual(actionNames.filter((action) => isDenied(action, pulls)).sort())
    // Actions of backfills are in no list of actions yet (ecr-facts 6.1).
    expect([...unlisted].sort()).toEqual(['ecr:StartReplication*', 'ecr:StopReplication*'])
  }
})

test.each<[string, object[], object[], string]>([
  ['a service', [{ Principal: { Service: 'ec2.amazonaws.com' } }], [push], 'automation'],
  [
    'a pipeline',
    [
      {
        Principal: { Federated: iam('oidc-provider/token.example') },
        Action: 'sts:AssumeRoleWithWebIdentity',
      },
    ],
    [push],
    'automation',
  ],
  ['people elsewhere', [{ Principal: { Federated: iam('saml-provider/idp') } }], [push], 'federated'],
  ['another role', [{ Principal: { AWS: iam('role/other') } }], [push], 'roles'],
  ['the account', [{ Principal: { AWS: iam('root') } }], [push], 'not-enforced'],
  ['a user', [{ Principal: { AWS: iam('user/ann') } }], [push], 'not-enforced'],
  ['any account', [{ Principal: '*' }], [push], 'not-enforced'],
  [
    'the account, and a service',
    [{ Principal: { AWS: iam('root'), Service: 'ecs-tasks.amazonaws.com' } }],
    [push],
    'mixed',
  ],
  [
    'a second factor',
    [{ Principal: { AWS: iam('root') }, Condition: { Bool: { [present]: 'true' } } }],
    [push],
    'enforced',
  ],
  [
    'a trap in the trust',
    [{ Principal: { AWS: iam('root') }, Condition: { BoolIfExists: { [present]: 'true' } } }],
    [push],
    'trap',
  ],
  [
    'asked for by its own policies',
    [{ Principal: { AWS: iam('root') } }],
    [push, denyWhen({ BoolIfExists: { [present]: 'false' } })],
    'enforced',
  ],
  ['nobody', [{ Effect: 'Deny', Principal: '*' }], [push], 'nobody'],
  ['only pulls', [{ Principal: { AWS: iam('root') } }], [pull], 'pull-only'],
])('a role for %s', (_name, trust, statements, state) => {
  const whole = trust.map((each) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...each }))
  const report = mfaReport(look([], [], [role('it', whole, statements)]))
  expect(report.roles.map((each) => each.state)).toEqual([state])
  expect(report.attachTo).toEqual({ users: [], groups: [], later: [] })
})

test('an external id may or may not be met: not certain, and not enforced', () => {
  const Condition = { StringEquals: { 'sts:ExternalId': 'x' } }
  const trust = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: iam('root') }, Condition }]
  const [found] = mfaReport(look([], [], [role('it', trust)])).roles
  expect(found).toMatchObject({ state: 'not-enforced', certain: false })
})

test('what would break comes with last uses, what was used lately first; programs only later', () => {
  const trust = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }]
  const old = { ...key, lastUsed: daysAgo(200) }
  const report = mfaReport(
    look(
      [user('ann', [push]), user('bot', [push]), user('cid', [push])],
      [rowOf('ann', { ...person, keys: [old] }), rowOf('bot', script), rowOf('cid', careless)],
      [{ ...role('it', trust), lastUsed: daysAgo(1) }],
    ),
  )
  expect(report.breaks.map(({ who, lately }) => [who.split('/')[1], lately])).toEqual([
    ['bot', true],
    ['it', true],
    ['ann', false],
  ])
  expect(report.breaks[0]).toMatchObject({ uses: [{ lastUsed: daysAgo(3), service: 'ecr' }] })
  expect(report.attachTo).toMatchObject({
    users: [iam('user/cid'), iam('user/ann')],
    later: [iam('user/bot')],
  })
  expect(report.proof).toMatchObject({ users: 3, holds: true })
})

test('what could not be read is said, and nobody is called safe for it', () => {
  const refused = denied as Answer<never>
  const without = mfaReport({ ...look([user('ann', [push])], []), credentials: refused })
  expect(without.users[0]?.state).toBe('unknown')
  expect(without.missing).toEqual([expect.stringContaining('credential report')])
  const nobody = mfaReport({ ...look([], []), identities: refused })
  expect(nobody.missing).toEqual([expect.stringContaining('identities')])
})

test('the root user is told of, whom no policy binds', () => {
  const root = { ...rowOf('<root_account>', { password: true, keys: [key] }), arn: iam('root') }
  expect(mfaReport(look([], [root])).root).toMatchObject({ device: false, keys: 1 })
})
