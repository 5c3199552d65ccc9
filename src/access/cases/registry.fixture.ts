import {
  allow,
  api,
  type Case,
  deny,
  foreign,
  give,
  iam,
  other,
  policy,
  pull,
  refuse,
} from './case.fixture.ts'

const all = [allow({ Action: '*' })]
/** Tokens, the registry's own actions and policy, and what cannot be read (ecr-facts 2.10, 6.1, 6.3). */
export const registries: Case[] = [
  {
    name: 'a token, on every resource',
    policies: { identity: [allow({ Action: 'ecr:GetAuthorizationToken' })] },
    request: { action: 'ecr:GetAuthorizationToken', resource: '*' },
    answer: 'allowed',
  },
  {
    name: 'a token, on a repository: without effect',
    policies: { identity: [allow({ Action: 'ecr:GetAuthorizationToken', Resource: api })] },
    request: { action: 'ecr:GetAuthorizationToken', resource: '*' },
    answer: 'denied',
    layer: 'identity policy',
    says: 'on every resource',
  },
  {
    name: 'a token, on every repository by pattern: without effect',
    policies: { identity: [allow({ Resource: 'arn:aws:ecr:*:*:*' })] },
    request: { action: 'ecr:GetAuthorizationToken', resource: api },
    answer: 'denied',
  },
  {
    name: 'a repository policy can’t give a token',
    policies: { repository: [give('*')] },
    request: { action: 'ecr:GetAuthorizationToken', resource: api },
    answer: 'denied',
    layer: 'identity policy',
    says: 'nothing else can give a token',
  },
  {
    name: 'a token is always of one’s own registry',
    policies: { identity: [allow()] },
    request: { caller: foreign, action: 'ecr:GetAuthorizationToken', resource: api },
    answer: 'allowed',
  },
  {
    name: 'a Deny on a repository does not reach the registry’s actions',
    policies: { identity: [allow(), deny({ Resource: 'arn:aws:ecr:*:*:repository/*' })] },
    request: { action: 'ecr:PutRegistryPolicy', resource: '*' },
    answer: 'allowed',
  },
  {
    name: 'a registry’s action on a repository: without effect',
    policies: { identity: [allow({ Resource: 'arn:aws:ecr:*:*:repository/*' })] },
    request: { action: 'ecr:PutReplicationConfiguration', resource: '*' },
    answer: 'denied',
  },

  {
    name: 'V2: the registry’s policy gives any action',
    policies: {
      registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }], scope: 'V2' },
    },
    answer: 'allowed',
    says: 'registry policy',
  },
  {
    name: 'V1: it is about three actions only',
    policies: {
      registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }], scope: 'V1' },
    },
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'V1: of the three',
    policies: {
      registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }], scope: 'V1' },
    },
    request: { action: 'ecr:CreateRepository' },
    answer: 'allowed',
  },
  {
    name: 'V1: a Deny on other actions is without effect',
    policies: { identity: all, registry: { statements: [{ ...refuse('*'), Resource: '*' }], scope: 'V1' } },
    answer: 'allowed',
  },
  {
    name: 'V2: a Deny',
    policies: { identity: all, registry: { statements: [{ ...refuse('*'), Resource: '*' }], scope: 'V2' } },
    answer: 'denied',
    layer: 'registry policy',
    explicit: true,
  },
  {
    name: 'nobody knows the scope',
    policies: { registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }] } },
    answer: 'conditional',
  },
  {
    name: 'nobody knows the scope, which makes no difference for the three',
    policies: { registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }] } },
    request: { action: 'ecr:BatchImportUpstreamImage' },
    answer: 'allowed',
  },
  {
    name: 'a registry statement about another region’s repositories',
    policies: {
      registry: {
        statements: [{ ...give({ AWS: iam('user/ann') }), Resource: api.replace('eu-west-1', 'us-east-1') }],
        scope: 'V2',
      },
    },
    answer: 'denied',
  },
  {
    name: 'a registry policy does not cap',
    policies: {
      identity: all,
      registry: { statements: [{ ...give({ AWS: other }, { Action: pull }), Resource: '*' }], scope: 'V2' },
    },
    answer: 'allowed',
  },
  {
    name: 'a repository policy that nobody has read',
    policies: { identity: all, repository: 'unknown' },
    answer: 'conditional',
    says: 'repository policy',
  },
  {
    name: 'what nobody has read does not undo a Deny',
    policies: { identity: [...all, deny()], repository: 'unknown' },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a policy that cannot be read may do anything',
    policies: { identity: '{"Statement": [{}]}' },
    answer: 'conditional',
    says: 'can be read',
  },
  {
    name: 'a policy that cannot be read beside one that allows',
    policies: { identity: all, boundary: 'nonsense' },
    answer: 'conditional',
  },
  {
    name: 'an element that is newer than this program',
    policies: {
      repository: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...give('*'), Until: 'tomorrow' }] }),
    },
    answer: 'conditional',
  },
  {
    name: 'a version that is newer than this program',
    policies: { identity: policy(allow()).replace('2012-10-17', '2031-01-01') },
    answer: 'conditional',
  },
  {
    name: 'V2: a Deny beats what the repository’s policy gives',
    policies: {
      repository: [give({ AWS: iam('user/ann') })],
      registry: { statements: [{ ...refuse('*'), Resource: '*' }], scope: 'V2' },
    },
    answer: 'denied',
    layer: 'registry policy',
    explicit: true,
  },
  {
    name: 'V2: what the registry’s policy gives for the whole registry',
    policies: {
      registry: { statements: [{ ...give({ AWS: iam('user/ann') }), Resource: '*' }], scope: 'V2' },
    },
    request: { action: 'ecr:DescribeRegistry', resource: '*' },
    answer: 'allowed',
  },
  {
    name: 'V2: it gives no token',
    policies: { registry: { statements: [{ ...give('*'), Resource: '*' }], scope: 'V2' } },
    request: { action: 'ecr:GetAuthorizationToken', resource: '*' },
    answer: 'denied',
  },
  {
    name: 'V2: it may deny a token',
    policies: {
      identity: all,
      registry: { statements: [{ ...refuse('*'), Resource: '*' }], scope: 'V2' },
    },
    request: { action: 'ecr:GetAuthorizationToken', resource: '*' },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'all repositories at once are more than one that is named',
    policies: { identity: [allow({ Resource: api })] },
    request: { resource: api.replace('shop/api', '*') },
    answer: 'denied',
  },
  {
    name: 'a Sid with spaces, as ECR takes it',
    policies: { repository: [give({ AWS: iam('user/ann') }, { Sid: 'let Ann pull' })] },
    answer: 'allowed',
    says: 'let Ann pull',
  },
]
