import { expect, test } from 'vitest'
import { account, allow, denied, inventory, policyText, repository, settings } from '../inventory.fixture.ts'
import { crossAccountPush } from './control.ts'

const judge = (policy: { ok: string | null } | typeof denied) =>
  crossAccountPush.judge(repository({ policy }), inventory(), settings())
const partner = { AWS: 'arn:aws:iam::444455556666:root' }
const pull = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }

test.each([
  ['ecr:PutImage', 'may push'],
  [[...pull, 'ecr:InitiateLayerUpload'], 'may push and pull'],
  ['ecr:BatchDeleteImage', 'may delete or archive images'],
  ['ecr:UpdateImageStorageClass', 'may delete or archive images'],
  ['ecr:SetRepositoryPolicy', 'may change the policy'],
  ['ecr:PutLifecyclePolicy', 'may change settings'],
  ['ecr:*', 'by a wildcard'],
  ['*', 'by a wildcard'],
  ['ecr:Put*', 'by a wildcard'],
  ['ECR:putimage', 'may push'],
  ['ecr:ShredImage', 'ecr:ShredImage'],
])('another account with %j fails', (action, words) => {
  const verdict = judge(allow(partner, action))
  expect(verdict.reason).toContain('Account 444455556666')
  expect(verdict.reason).toContain(words)
  expect(verdict.status).toBe('fail')
})

test('NotAction grants all the rest', () => {
  const text = policyText({ Effect: 'Allow', Principal: partner, NotAction: 'ecr:DeleteRepository' })
  expect(judge({ ok: text }).status).toBe('fail')
})

test.each([
  ['pulls of another account', allow(partner, pull)],
  ['reading', allow(partner, ['ecr:Describe*', 'ecr:GetSomethingNew'])],
  ['this account', allow({ AWS: `arn:aws:iam::${account}:role/ci` }, 'ecr:*')],
  ['this account by number', allow({ AWS: account }, 'ecr:*')],
  ['a service', allow({ Service: 'codebuild.amazonaws.com' }, 'ecr:*')],
  ['this account behind *', allow('*', 'ecr:*', { StringEquals: { 'aws:PrincipalAccount': account } })],
  ['a VPC behind *', allow('*', 'ecr:*', { StringEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } })],
  ['a denial', { ok: policyText({ Effect: 'Deny', Principal: partner, Action: 'ecr:*' }) }],
  ['no policy', { ok: null }],
])('%s passes', (_name, policy) => {
  expect(judge(policy).status).toBe('pass')
})

test('everybody, and everybody of an organization, are other accounts', () => {
  expect(judge(allow('*', 'ecr:PutImage')).reason).toContain('Any AWS account may push')
  const verdict = judge(allow('*', 'ecr:PutImage', organization))
  expect(verdict.status).toBe('fail')
  expect(verdict.reason).toContain('Every account of aws:PrincipalOrgID o-abcdefghij may push')
})

test('a deleted role is dangling, not another account', () => {
  const verdict = judge(allow({ AWS: ['AROAABCDEFGHIJKLMNOPQ', 'AIDAABCDEFGHIJKLMNOPQ'] }, 'ecr:*'))
  expect(verdict.status).toBe('pass')
  expect(verdict.reason).toContain(
    '(deleted users or roles): AROAABCDEFGHIJKLMNOPQ and AIDAABCDEFGHIJKLMNOPQ.',
  )
  expect(judge(allow({ AWS: ['AROAABCDEFGHIJKLMNOPQ', '444455556666'] }, 'ecr:*')).status).toBe('fail')
})

test('no answer is no pass', () => {
  expect(judge(denied).status).toBe('unknown')
  expect(judge({ ok: '{' }).status).toBe('unknown')
})
