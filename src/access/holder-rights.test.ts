import { expect, test } from 'vitest'
import { identities, inventory, policyText } from '../controls/inventory.fixture.ts'
import { account } from './cases/case.fixture.ts'
import { rightsOfHolder } from './holder-rights.ts'
import { peopleOf } from './people.ts'

const here = `arn:aws:ecr:eu-west-1:${account}:repository`
const push = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' }
const arn = `arn:aws:iam::${account}:user/ann`

interface Policies {
  own: object[]
  boundary?: object[]
  tags?: Record<string, string>
}

function rights({ own, boundary, tags = {} }: Policies) {
  const limit = { arn: 'arn:limit', name: 'limit', document: policyText(...(boundary ?? [])) }
  const user = {
    ...{ name: 'ann', arn, id: 'AIDAANNANNANNANN1', createdAt: '', groups: [], attached: [], tags },
    inline: [{ name: 'p', document: policyText(...own) }],
    ...(boundary && { boundary: limit.arn }),
  }
  const all = inventory({ identities: { ok: identities({ users: [user], policies: [limit] }) } })
  const person = peopleOf(all).find(({ name }) => name === arn)
  if (!person) throw new Error('no such person')
  return rightsOfHolder(person, all.registry)
}

function reachOf(policies: Policies): string {
  const { rights: found, unclear } = rights(policies)
  const [first] = found
  if (!first) return unclear.length > 0 ? 'unclear' : 'nowhere'
  return first.everywhere ? 'everywhere' : 'somewhere'
}

test.each<[string, string | string[]]>([
  ['everywhere', '*'],
  ['everywhere', 'arn:aws:ecr:*'],
  ['everywhere', 'arn:aws:ecr:*:*:repository/*'],
  ['everywhere', `${here}/*`],
  ['everywhere', ['arn:aws:s3:::b', `${here}/*`]],
  ['everywhere', `arn:aws:ecr:eu-*:${account}:repo*`],
  ['somewhere', `${here}/shop/*`],
  ['somewhere', `${here}/*/api`],
  ['somewhere', `${here}/\${aws:PrincipalTag/team}/*`],
  ['somewhere', `${here}/api`],
  ['nowhere', 'arn:aws:ecr:us-east-1:111122223333:repository/*'],
  ['nowhere', 'arn:aws:ecr:*:444455556666:repository/*'],
  ['nowhere', 'arn:aws-cn:ecr:*:*:repository/*'],
  ['nowhere', 'arn:aws:s3:::bucket/*'],
  ['nowhere', 'repository/*'],
])('%s: %s', (reach, Resource) => {
  expect(reachOf({ own: [{ ...push, Resource }], tags: { team: 'shop' } })).toBe(reach)
})

const allBut = (Effect: string, NotResource: string) => ({ Effect, Action: 'ecr:PutImage', NotResource })

test.each<[string, object[]]>([
  ['everywhere', [allBut('Allow', `${here}/prod/*`)]],
  ['nowhere', [allBut('Allow', `${here}/*`)]],
  ['somewhere', [{ ...push, Resource: `${here}/prod/*` }, allBut('Deny', `${here}/prod/*`)]],
  ['nowhere', [push, allBut('Deny', 'arn:aws:s3:::bucket')]],
  ['somewhere', [push, allBut('Deny', `${here}/shop/*`)]],
  ['everywhere', [push, { ...push, Effect: 'Deny', Resource: `${here}/prod/*` }]],
  [
    'nowhere',
    [
      { ...push, Resource: `${here}/prod/a` },
      { ...push, Effect: 'Deny', Resource: `${here}/prod/*` },
    ],
  ],
])('%s: %j', (reach, own) => {
  expect(reachOf({ own })).toBe(reach)
})

test.each<[string, object]>([
  ['somewhere', { StringEquals: { 'aws:ResourceTag/team': 'a' } }],
  ['somewhere', { StringLike: { 'ecr:ResourceTag/team': '*' } }],
  ['everywhere', { StringEquals: { 'aws:RequestedRegion': ['eu-west-1'] } }],
  ['nowhere', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
  ['nowhere', { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } }],
  ['everywhere', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
  ['everywhere', { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }],
  ['everywhere', { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }],
  ['nowhere', { StringEquals: { 'aws:PrincipalTag/team': 'other' } }],
  ['nowhere', { StringEquals: { 'aws:RequestTag/team': 'shop' } }],
  ['nowhere', { StringEquals: { 'aws:PrincipalAccount': '444455556666' } }],
  ['unclear', { StringEquals: { 'aws:Moon': 'full' } }],
])('%s: %j', (reach, Condition) => {
  expect(reachOf({ own: [{ ...push, Condition }], tags: { team: 'shop' } })).toBe(reach)
})

test.each<[string, object[]]>([
  ['everywhere', [{ ...push, Action: '*' }]],
  ['somewhere', [{ ...push, Resource: `${here}/shop/*` }]],
  ['nowhere', [{ ...push, Action: 'ecr:Get*' }]],
  [
    'nowhere',
    [
      { ...push, Action: '*' },
      { ...push, Effect: 'Deny' },
    ],
  ],
  ['unclear', []],
])('within a boundary: %s', (reach, boundary) => {
  const wanted = reach === 'unclear' ? 'nowhere' : reach
  expect(reachOf({ own: [push], boundary })).toBe(wanted)
})

test('settings of the registry are no repository’s: only a star reaches them (ecr-facts 6.1)', () => {
  const own = (Resource: string) => ({ own: [{ ...push, Action: 'ecr:PutRegistryPolicy', Resource }] })
  expect(reachOf(own('*'))).toBe('everywhere')
  expect(reachOf(own(`${here}/*`))).toBe('nowhere')
})

const present = 'aws:MultiFactorAuthPresent'

/** ecr-facts 6.2: a key brings no MFA key along, a session says true or false. */
test.each<[string, boolean, boolean, object[]]>([
  ['Allow with Bool', false, false, [{ ...push, Condition: { Bool: { [present]: 'true' } } }]],
  ['Allow with BoolIfExists', true, false, [{ ...push, Condition: { BoolIfExists: { [present]: 'true' } } }]],
  [
    'Deny with Bool',
    true,
    false,
    [push, { ...push, Effect: 'Deny', Condition: { Bool: { [present]: 'false' } } }],
  ],
  [
    'Deny with BoolIfExists',
    false,
    false,
    [push, { ...push, Effect: 'Deny', Condition: { BoolIfExists: { [present]: 'false' } } }],
  ],
  [
    'Deny where it is absent',
    false,
    true,
    [push, { ...push, Effect: 'Deny', Condition: { Null: { [present]: 'true' } } }],
  ],
  [
    'an age',
    false,
    false,
    [{ ...push, Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } } }],
  ],
])('%s: with a key %s, in a session %s', (_name, byKey, bySession, own) => {
  expect(rights({ own }).rights[0]).toMatchObject({ action: 'PutImage', byKey, bySession })
})
