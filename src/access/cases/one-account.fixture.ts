import { account, allow, api, type Case, deny, policy, pull } from './case.fixture.ts'

/** Identity and repository policy within the account (ecr-facts 6.3). */
export const oneAccount: Case[] = [
  {
    name: 'an identity policy is enough',
    policies: { identity: [allow()] },
    answer: 'allowed',
    says: 'identity policy',
  },
  { name: 'nothing allows', policies: {}, answer: 'denied', layer: 'identity policy', explicit: false },
  {
    name: 'an empty policy allows nothing',
    policies: { identity: policy() },
    answer: 'denied',
    explicit: false,
  },
  {
    name: 'another action',
    policies: { identity: [allow({ Action: pull })] },
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'actions have no case',
    policies: { identity: [allow({ Action: 'ECR:putIMAGE' })] },
    answer: 'allowed',
  },
  {
    name: 'the request’s action has no case',
    policies: { identity: [allow({ Action: 'ecr:PutImage' })] },
    request: { action: 'ECR:PUTIMAGE' },
    answer: 'allowed',
  },
  {
    name: 'a wildcard in an action',
    policies: { identity: [allow({ Action: 'ecr:Put*' })] },
    answer: 'allowed',
  },
  {
    name: 'one character in an action',
    policies: { identity: [allow({ Action: 'ecr:PutImag?' })] },
    answer: 'allowed',
  },
  {
    name: 'one character is exactly one',
    policies: { identity: [allow({ Action: 'ecr:PutImage?' })] },
    answer: 'denied',
  },
  { name: 'everything of everything', policies: { identity: [allow({ Action: '*' })] }, answer: 'allowed' },
  {
    name: 'a wildcard in the prefix',
    policies: { identity: [allow({ Action: '*:PutImage' })] },
    answer: 'allowed',
  },
  {
    name: 'ecr-public is another service',
    policies: { identity: [allow({ Action: 'ecr-public:*' })] },
    answer: 'denied',
  },
  { name: 'another service', policies: { identity: [allow({ Action: 's3:*' })] }, answer: 'denied' },
  { name: 'the repository by name', policies: { identity: [allow({ Resource: api })] }, answer: 'allowed' },
  { name: 'another repository', policies: { identity: [allow({ Resource: `${api}-2` })] }, answer: 'denied' },
  {
    name: 'a prefix of the name is another repository',
    policies: { identity: [allow({ Resource: api.slice(0, -1) })] },
    answer: 'denied',
  },
  {
    name: 'a wildcard crosses slashes',
    policies: { identity: [allow({ Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*` })] },
    answer: 'allowed',
  },
  {
    name: 'a wildcard amid the name',
    policies: { identity: [allow({ Resource: `arn:aws:ecr:*:${account}:repository/*/api` })] },
    answer: 'allowed',
  },
  {
    name: 'names have case',
    policies: { identity: [allow({ Resource: api.replace('shop', 'Shop') })] },
    answer: 'denied',
  },
  {
    name: 'another region',
    policies: { identity: [allow({ Resource: api.replace('eu-west-1', 'us-east-1') })] },
    answer: 'denied',
  },
  {
    name: 'another partition',
    policies: { identity: [allow({ Resource: api.replace('arn:aws:', 'arn:aws-cn:') })] },
    answer: 'denied',
  },
  {
    name: 'an ARN that ends early is as good as with wildcards',
    policies: { identity: [allow({ Resource: 'arn:aws:ecr' })] },
    answer: 'allowed',
  },
  {
    name: 'an ARN that ends early, of another service',
    policies: { identity: [allow({ Resource: 'arn:aws:s3' })] },
    answer: 'denied',
  },
  {
    name: 'a section is left out: only a wildcard that runs on would fit',
    policies: { identity: [allow({ Resource: 'arn:aws:ecr:*:repository/shop/api' })] },
    answer: 'conditional',
  },
  {
    name: 'the Chinese partition',
    policies: { identity: [allow({ Resource: 'arn:aws-cn:ecr:*:*:repository/*' })] },
    request: { resource: api.replace('arn:aws:', 'arn:aws-cn:') },
    answer: 'allowed',
  },
  {
    name: 'several statements, one fits',
    policies: { identity: [allow({ Action: 's3:*' }), allow({ Resource: api })] },
    answer: 'allowed',
  },
  {
    name: 'a Deny beats an Allow',
    policies: { identity: [allow(), deny({ Action: 'ecr:PutImage' })] },
    answer: 'denied',
    layer: 'identity policy',
    explicit: true,
  },
  {
    name: 'a Deny elsewhere does not matter',
    policies: { identity: [allow(), deny({ Resource: `${api}-2` })] },
    answer: 'allowed',
  },
  {
    name: 'NotAction: all but',
    policies: { identity: [allow({ Action: undefined, NotAction: 'ecr:Delete*' })] },
    answer: 'allowed',
  },
  {
    name: 'NotAction leaves these out',
    policies: { identity: [allow({ Action: undefined, NotAction: 'ecr:Put*' })] },
    answer: 'denied',
  },
  {
    name: 'NotAction gives other services, too',
    policies: { identity: [allow({ Action: undefined, NotAction: 's3:*' })] },
    answer: 'allowed',
  },
  {
    name: 'NotAction in a Deny',
    policies: { identity: [allow(), deny({ Action: undefined, NotAction: pull })] },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'NotResource: all but',
    policies: { identity: [allow({ Resource: undefined, NotResource: `${api}-2` })] },
    answer: 'allowed',
  },
  {
    name: 'NotResource leaves this one out',
    policies: { identity: [allow({ Resource: undefined, NotResource: '*/shop/api' })] },
    answer: 'conditional',
  },
  {
    name: 'NotResource leaves this one out for certain',
    policies: { identity: [allow({ Resource: undefined, NotResource: [api, 'x'] })] },
    answer: 'denied',
  },
  {
    name: 'NotResource in a Deny',
    policies: { identity: [allow(), deny({ Resource: undefined, NotResource: `${api}-2` })] },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'an action that is not known here, by pattern',
    policies: { identity: [allow({ Action: 'ecr:Brand*' })] },
    request: { action: 'ecr:BrandNewThing' },
    answer: 'allowed',
  },
  {
    name: 'an action that is not known here, not covered',
    policies: { identity: [allow({ Action: 'ecr:Put*' })] },
    request: { action: 'ecr:BrandNewThing' },
    answer: 'denied',
  },
  {
    name: 'another service’s action on its own resource',
    policies: { identity: [allow({ Action: 'kms:Decrypt', Resource: 'arn:aws:kms:*:*:key/*' })] },
    request: { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${account}:key/1` },
    answer: 'allowed',
  },
]
