import { expect, test } from 'vitest'
import type { Answer, Inventory } from '../../inventory/inventory.ts'
import type { Identities, UserCredentials } from '../../inventory/neighbours.ts'
import {
  account,
  daysAgo,
  denied,
  identities,
  inventory,
  policyText,
  settings,
} from '../inventory.fixture.ts'
import { mfaForWriters } from './control.ts'

const arn = `arn:aws:iam::${account}:user/ann`
const present = 'aws:MultiFactorAuthPresent'
const push = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }
const read = { ...push, Action: 'ecr:BatchGetImage' }
const deny = (Condition: object) => ({ Effect: 'Deny', NotAction: 'iam:*', Resource: '*', Condition })
const row = (changes: Partial<UserCredentials>): Answer<UserCredentials[]> => ({
  ok: [{ user: 'ann', arn, password: false, mfa: false, keys: [], ...changes }],
})
const key = [{ active: true, rotatedAt: daysAgo(5) }]
const person = row({ password: true, mfa: true })
const careless = row({ password: true })
const script = row({ keys: key })

function judge(credentials: Answer<UserCredentials[]>, ...statements: object[]) {
  const user = {
    name: 'ann',
    arn,
    id: 'AIDA',
    createdAt: daysAgo(100),
    groups: [],
    inline: [{ name: 'p', document: policyText(...statements) }],
    attached: [],
    tags: {},
  }
  return of({ credentials, identities: { ok: identities({ users: [user] }) } })
}
const of = (changes: Partial<Inventory>) => mfaForWriters.judge(inventory(changes), settings())

test.each<[string, ReturnType<typeof judge>, string, string]>([
  ['nobody', of({}), 'pass', 'No user may change'],
  ['not told', of({ identities: denied }), 'unknown', 'AccessDenied'],
  // prowler#3519: users who may not write are not bothered, whatever they lack.
  ['a reader without a device', judge(careless, read), 'pass', 'No user may change'],
  ['a device', judge(person, push), 'pass', 'with an MFA device'],
  ['no device', judge(careless, push), 'fail', 'May push with a password alone.'],
  // prowler#1605: users without a console need a condition, not a device.
  ['a key', judge(script, push), 'fail', 'May push with an access key alone.'],
  [
    'a key beside a device',
    judge(row({ password: true, mfa: true, keys: key }), push),
    'fail',
    'access key alone',
  ],
  [
    'a password and a key',
    judge(row({ password: true, keys: key }), push),
    'fail',
    'a password alone and an access',
  ],
  [
    'a key that is switched off',
    judge(row({ keys: [{ active: false }] }), push),
    'pass',
    'neither a password',
  ],
  ['no report', judge(denied, push), 'unknown', 'AccessDenied'],
  ['not in the report', judge({ ok: [] }, push), 'unknown', 'NotInReport'],
  // security-peers 4.2: the four combinations.
  [
    'Allow with Bool',
    judge(script, { ...push, Condition: { Bool: { [present]: 'true' } } }),
    'pass',
    'policies demand',
  ],
  [
    'Allow with BoolIfExists',
    judge(script, { ...push, Condition: { BoolIfExists: { [present]: 'true' } } }),
    'fail',
    'access key alone; no demand: BoolIfExists',
  ],
  [
    'Deny with BoolIfExists',
    judge(script, push, deny({ BoolIfExists: { [present]: 'false' } })),
    'pass',
    'demand',
  ],
  [
    'Deny with Bool',
    judge(script, push, deny({ Bool: { [present]: 'false' } })),
    'fail',
    'does not deny access keys',
  ],
  [
    'Deny with Bool, for a password: a session says that it has none',
    judge(careless, push, deny({ Bool: { [present]: 'false' } })),
    'pass',
    'policies demand',
  ],
  [
    'a Deny of what comes without the key: an access key gets a session that says false',
    judge(row({ password: true, mfa: true, keys: key }), push, deny({ Null: { [present]: 'true' } })),
    'fail',
    'does not deny sessions without MFA',
  ],
  [
    'both halves',
    judge(script, push, deny({ Bool: { [present]: 'false' } }), deny({ Null: { [present]: 'true' } })),
    'pass',
    'policies demand',
  ],
  [
    'a Deny for something else',
    judge(script, push, { ...deny({ BoolIfExists: { [present]: 'false' } }), NotAction: 'ecr:*' }),
    'fail',
    'access key alone',
  ],
  [
    'one way in with it, one without',
    judge(script, { ...push, Condition: { Bool: { [present]: 'true' } } }, push),
    'fail',
    'access key alone',
  ],
  [
    'a device is not there, and nothing is possible without one',
    judge(careless, push, deny({ BoolIfExists: { [present]: 'false' } })),
    'pass',
    'policies demand',
  ],
  ['no JSON', judge(script, { Effect: 'Perhaps' }), 'unknown', 'no effect that IAM knows'],
])('%s', (_name, [judged], status, words) => {
  expect(judged?.verdict.reason).toContain(words)
  expect(judged?.verdict.status).toBe(status)
})

test('roles have no devices: only a trust policy that asks for one is told', () => {
  const role = (name: string, trust: object) => ({
    name,
    arn: `arn:aws:iam::${account}:role/${name}`,
    id: 'AROA',
    createdAt: daysAgo(10),
    trust: policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }),
    inline: [{ name: 'p', document: policyText(push) }],
    attached: [],
    tags: {},
  })
  const root = { Principal: { AWS: `arn:aws:iam::${account}:root` } }
  const found: Partial<Identities> = {
    roles: [
      role('people', { ...root, Condition: { Bool: { [present]: 'true' } } }),
      role('trap', { ...root, Condition: { BoolIfExists: { [present]: 'true' } } }),
      role('robot', { Principal: { Service: 'codebuild.amazonaws.com' } }),
    ],
  }
  const judged = of({ identities: { ok: identities(found) } })
  expect(judged.map(({ resource, verdict }) => [resource.split('/')[1], verdict.status])).toEqual([
    ['people', 'pass'],
  ])
})
