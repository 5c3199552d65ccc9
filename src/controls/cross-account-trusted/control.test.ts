import { expect, test } from 'vitest'
import type { RepositoryInventory } from '../../inventory/inventory.ts'
import { account, allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import type { AuditSettings } from '../settings.ts'
import { crossAccountTrusted } from './control.ts'

const partner = '444455556666'
const stranger = '777788889999'
const organization = 'o-abcdefghij'
const root = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` })
const trust = { trustedAccounts: [partner], trustedOrganizations: [organization] }
const judge = (policy: RepositoryInventory['policy'], changes: Partial<AuditSettings> = trust) =>
  crossAccountTrusted.judge(repository({ policy }), inventory(), settings(changes))
const inOrganization = (id: string) => ({ StringEquals: { 'aws:PrincipalOrgID': id } })

test.each<[string, RepositoryInventory['policy'], string, string]>([
  ['no policy', { ok: null }, 'pass', 'only this account'],
  ['no answer', denied, 'unknown', 'AccessDenied'],
  ['a trusted account', allow(root(partner)), 'pass', `Trusted, all of them: ${partner}.`],
  ['its id alone', allow({ AWS: partner }), 'pass', partner],
  ['a stranger', allow(root(stranger)), 'fail', `Not trusted, and may pull: ${stranger} (statement Test).`],
  ['one of two', allow({ AWS: [partner, `arn:aws:iam::${stranger}:role/x`] }), 'fail', stranger],
  ['its own account', allow(root(account)), 'pass', 'No other account'],
  ['a service', allow({ Service: 'lambda.amazonaws.com' }), 'pass', 'No other account'],
  ['somebody who is gone', allow({ AWS: 'AROAABCDEFGHIJKLMNOPQ' }), 'pass', 'No other account'],
  ['everybody', allow('*'), 'fail', 'any AWS account'],
  ['a trusted organization', allow('*', 'ecr:*', inOrganization(organization)), 'pass', organization],
  ['another organization', allow('*', 'ecr:*', inOrganization('o-zyxwvutsrq')), 'fail', 'o-zyxwvutsrq'],
  [
    'a stranger held to a trusted organization',
    allow(root(stranger), 'ecr:*', inOrganization(organization)),
    'pass',
    stranger,
  ],
  [
    'trusted accounts by condition',
    allow('*', 'ecr:*', { StringEquals: { 'aws:PrincipalAccount': [partner] } }),
    'pass',
    partner,
  ],
  [
    'a trusted account and a stranger by condition',
    allow('*', 'ecr:*', { StringEquals: { 'aws:PrincipalAccount': [partner, stranger] } }),
    'fail',
    stranger,
  ],
  [
    'a service that acts for a stranger',
    allow('*', 'ecr:*', { StringEquals: { 'aws:SourceAccount': stranger } }),
    'fail',
    stranger,
  ],
  [
    'the own organization',
    allow('*', 'ecr:*', inOrganization('\u0024{aws:ResourceOrgID}')),
    'pass',
    'ResourceOrgID',
  ],
  [
    'everybody in a network of ours',
    allow('*', 'ecr:*', { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }),
    'pass',
    'No other account',
  ],
  [
    'a stranger in a network',
    allow(root(stranger), 'ecr:*', { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }),
    'fail',
    stranger,
  ],
  [
    'a key that is not known here',
    allow('*', 'ecr:*', { StringEquals: { 'aws:PrincipalPlanet': 'earth' } }),
    'unknown',
    'aws:PrincipalPlanet is not known here',
  ],
  [
    'a Deny for all others',
    {
      ok: policyText(
        { Effect: 'Allow', Principal: '*', Action: 'ecr:*' },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'ecr:*',
          Condition: { StringNotEquals: { 'aws:PrincipalOrgID': organization } },
        },
      ),
    },
    'pass',
    organization,
  ],
  ['nothing of ECR', allow(root(stranger), 's3:GetObject'), 'pass', 'No other account'],
])('%s', (_name, policy, status, words) => {
  const verdict = judge(policy)
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe(status)
})

test('without a list it does not apply, and says who is let in', () => {
  const verdict = judge(allow({ AWS: [partner, stranger] }), {})
  expect(verdict.status).toBe('not-applicable')
  expect(verdict.reason).toContain(`the policy lets in ${partner} and ${stranger}`)
  for (const policy of [{ ok: null }, denied, { ok: 'x' }]) {
    expect(judge(policy, {}).status).toBe('not-applicable')
  }
})

test('an organization that is trusted makes no named account trusted', () => {
  expect(judge(allow(root(stranger)), { trustedOrganizations: [organization] }).status).toBe('fail')
})
