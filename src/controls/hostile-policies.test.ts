import { expect, test } from 'vitest'
import { conditionsRestrict } from './conditions-restrict/control.ts'
import type { RepositoryControl } from './control.ts'
import { crossAccountPush } from './cross-account-push/control.ts'
import { crossAccountTrusted } from './cross-account-trusted/control.ts'
import { danglingPrincipals } from './dangling-principals/control.ts'
import { openPolicies, unclearPolicies, unreadablePolicies } from './hostile-policies.fixture.ts'
import { inventory, repository, settings } from './inventory.fixture.ts'
import { policyNetworkGuard } from './policy-network-guard/control.ts'
import { policyWildcardActions } from './policy-wildcard-actions/control.ts'
import { registryPolicyPublic } from './registry-policy-public/control.ts'
import { repositoryPolicyPresent } from './repository-policy-present/control.ts'
import { repositoryPolicyPublic } from './repository-policy-public/control.ts'

const expected = settings({
  trustedAccounts: ['444455556666'],
  trustedOrganizations: ['o-abcdefghij'],
  requirePolicy: ['*'],
  requireNetworkGuard: ['*'],
})
const ofRepositories: RepositoryControl[] = [
  repositoryPolicyPublic,
  crossAccountPush,
  crossAccountTrusted,
  policyWildcardActions,
  policyNetworkGuard,
  conditionsRestrict,
  repositoryPolicyPresent,
]
const ofAccess = [repositoryPolicyPublic, crossAccountPush, crossAccountTrusted, policyNetworkGuard]

/** The verdict of a control on a text, wherever policies of its kind stand. */
const judges: [string, (text: string) => { status: string; reason: string }][] = [
  ...ofRepositories.map((control): (typeof judges)[number] => [
    control.id,
    (text) => control.judge(repository({ policy: { ok: text } }), inventory(), expected),
  ]),
  [
    'registry-policy-public',
    (text) => registryPolicyPublic.judge(inventory({ registryPolicy: { ok: text } }), expected),
  ],
  ['dangling-principals', (text) => dangling(text)],
]

function dangling(text: string) {
  const repositories = { ok: [repository({ policy: { ok: text } })] }
  const [, found] = danglingPrincipals.judge(inventory({ repositories }), expected)
  return found?.verdict ?? { status: 'none', reason: '' }
}

test.each(judges)('%s: what cannot be read is unknown, with the reason', (_id, judge) => {
  for (const [name, text] of unreadablePolicies) {
    const { status, reason } = judge(text)
    expect([name, status]).toEqual([name, 'unknown'])
    expect(reason).toMatch(/^Not judged: .{10,200}\.$/)
  }
})

const access = judges.filter(
  ([id]) => ofAccess.some((control) => control.id === id) || id === 'registry-policy-public',
)

test.each(access)('%s: words that are not known here are never a pass', (_id, judge) => {
  for (const [name, text] of [...unclearPolicies, ...openPolicies]) {
    expect([name, judge(text).status]).not.toEqual([name, 'pass'])
  }
})

test.each([repositoryPolicyPublic, crossAccountTrusted])(
  '$id: unknown words are unknown, the rest fails',
  (control) => {
    const judge = (text: string) =>
      control.judge(repository({ policy: { ok: text } }), inventory(), expected).status
    for (const [name, text] of unclearPolicies) expect([name, judge(text)]).toEqual([name, 'unknown'])
    for (const [name, text] of openPolicies) expect([name, judge(text)]).toEqual([name, 'fail'])
  },
)

test.each(judges)('%s: a long policy makes no long sentence', (_id, judge) => {
  const long = 'x'.repeat(3000)
  const base = { Sid: long, Effect: 'Allow', Action: [`ecr:${long}`, 'ecr:*'] }
  const strange = { [`StringLike${long}`]: { [long]: long } }
  const others = Array.from({ length: 10 }, (_, at) => `arn:aws:iam::${at}${long}:root`)
  const statements = [
    { ...base, Principal: '*', Condition: strange },
    { ...base, Principal: '*', Condition: { Bool: { [long]: long } } },
    { ...base, Principal: '*', Condition: { StringLike: { 'aws:PrincipalTag/x': long } } },
    { ...base, Principal: { AWS: others } },
  ]
  for (const one of statements) {
    expect(judge(JSON.stringify({ Statement: [one] })).reason.length).toBeLessThan(1500)
  }
})
