import { expect, test } from 'vitest'
import type { Answer } from '../../inventory/inventory.ts'
import type { VpcEndpoint } from '../../inventory/neighbours.ts'
import { account, denied, inventory, policyText, settings } from '../inventory.fixture.ts'
import { vpcEndpoints } from './control.ts'

const allow = (more: object = {}) =>
  policyText({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...more })
const own = { Condition: { StringEquals: { 'aws:PrincipalAccount': account } } }
const endpoint = (service: string, changes: Partial<VpcEndpoint> = {}): VpcEndpoint => ({
  id: `vpce-${service}`,
  service: `com.amazonaws.eu-west-1.${service}`,
  type: service === 's3' ? 'Gateway' : 'Interface',
  state: 'available',
  vpc: 'vpc-1',
  policy: allow(own),
  privateDns: service !== 's3',
  ...changes,
})
const all = (changes: Partial<VpcEndpoint> = {}) => [
  endpoint('ecr.api', changes),
  endpoint('ecr.dkr'),
  endpoint('s3'),
]
const { policy: _, ...plain } = endpoint('ecr.api')
const judge = (answer: Answer<VpcEndpoint[]>) =>
  vpcEndpoints.judge(inventory({ vpcEndpoints: answer }), settings())
const one = (...ok: VpcEndpoint[]) => judge({ ok })[0]

test.each<[string, ReturnType<typeof one>, string, string]>([
  ['all three, limited', one(...all()), 'pass', 'each with a policy that limits it'],
  ['none', one(), 'not-applicable', 'over the internet'],
  ['S3 alone', one(endpoint('s3')), 'not-applicable', 'over the internet'],
  ['on its way', one(endpoint('ecr.api', { state: 'pending' })), 'not-applicable', 'over the internet'],
  ['not told', judge(denied)[0], 'unknown', 'AccessDenied'],
  ['the API alone', one(endpoint('ecr.api')), 'fail', 'there is no endpoint for ecr.dkr and s3'],
  ['one that was deleted', one(...all({ state: 'deleted' })), 'fail', 'no endpoint for ecr.api'],
  ['S3 in another network', one(endpoint('ecr.api'), endpoint('s3', { vpc: 'vpc-2' })), 'fail', 's3'],
  ['no private DNS', one(...all({ privateDns: false })), 'fail', 'ecr.api has no private DNS name'],
  [
    'S3 through an interface',
    one(endpoint('ecr.api'), endpoint('ecr.dkr'), endpoint('s3', { type: 'Interface', privateDns: true })),
    'pass',
    'limits it',
  ],
  [
    'validated by FIPS',
    one(endpoint('ecr-fips.api'), endpoint('ecr-fips.dkr'), endpoint('s3')),
    'pass',
    'limits it',
  ],
  [
    'the policy that AWS gives',
    one(...all({ policy: allow() })),
    'fail',
    'the policy of ecr.api lets everybody do everything',
  ],
  ['no policy', one(plain, endpoint('ecr.dkr'), endpoint('s3')), 'fail', 'of ecr.api lets everybody'],
  ['all of ECR', one(...all({ policy: allow({ Action: 'ecr:*' }) })), 'fail', 'of ecr.api lets everybody'],
  [
    'a condition that only looks like one',
    one(...all({ policy: allow({ Condition: { StringLike: { 'aws:PrincipalAccount': '*' } } }) })),
    'fail',
    'of ecr.api lets everybody',
  ],
  [
    'registries of the account only',
    one(...all({ policy: allow({ Condition: { StringEquals: { 'aws:ResourceAccount': account } } }) })),
    'pass',
    'limits it',
  ],
  [
    'an organization, whoever owns what',
    one(...all({ policy: allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }) })),
    'pass',
    'limits it',
  ],
  [
    'organizations that are the same',
    one(
      ...all({
        policy: allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': '\u0024{aws:ResourceOrgID}' } } }),
      }),
    ),
    'fail',
    'of ecr.api lets everybody',
  ],
  ['named repositories', one(...all({ policy: allow({ Resource: 'arn:aws:ecr:*' }) })), 'pass', 'limits it'],
  ['pulls only', one(...all({ policy: allow({ Action: 'ecr:BatchGetImage' }) })), 'pass', 'limits it'],
  ['an own account', one(...all({ policy: allow({ Principal: { AWS: account } }) })), 'pass', 'limits it'],
  ['no JSON', one(...all({ policy: '{' })), 'unknown', 'not JSON (vpce-ecr.api)'],
  ['no JSON, and one is missing', one(endpoint('ecr.api', { policy: '{' })), 'fail', 'no endpoint for'],
])('%s', (_name, judged, status, words) => {
  expect(judged?.verdict.reason).toContain(words)
  expect(judged?.verdict.status).toBe(status)
})

test('each network is judged on its own', () => {
  const second = all().map((each) => ({ ...each, vpc: 'vpc-2' }))
  const judged = judge({ ok: [...second, endpoint('ecr.dkr')] })
  expect(judged.map(({ resource, verdict }) => [resource.split('/')[1], verdict.status])).toEqual([
    ['vpc-1', 'fail'],
    ['vpc-2', 'pass'],
  ])
})
