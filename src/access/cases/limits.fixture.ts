import {
  account,
  allow,
  api,
  type Case,
  deny,
  foreign,
  give,
  iam,
  pull,
  refuse,
  role,
  root,
} from './case.fixture.ts'

const all = [allow({ Action: '*' })]
const onlyPull = [allow({ Action: pull })]
const named = [give({ AWS: iam('user/ann') })]
const toRole = [give({ AWS: iam('role/ci/deploy') })]
const toSession = [give({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-7` })]
const asRole = { caller: role }
const linked = {
  caller: { kind: 'role' as const, arn: iam('role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX') },
}
const everyone = [{ ...give('*', { Action: '*' }), Resource: '*' }]
const outside = [
  {
    ...refuse('*', {
      Condition: {
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abcdefghij' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
      },
    }),
    Resource: '*',
  },
]

/** Boundaries, session policies, organizations' policies, endpoints (ecr-facts 6.3, security-peers 4.2). */
export const limits: Case[] = [
  { name: 'a boundary that allows it', policies: { identity: all, boundary: [allow()] }, answer: 'allowed' },
  {
    name: 'a boundary that lacks it',
    policies: { identity: all, boundary: onlyPull },
    answer: 'denied',
    layer: 'permissions boundary',
    explicit: false,
  },
  {
    name: 'a boundary gives nothing',
    policies: { boundary: [allow()] },
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'a Deny in the boundary',
    policies: { identity: all, boundary: [allow(), deny({ Action: 'ecr:Put*' })] },
    answer: 'denied',
    layer: 'permissions boundary',
    explicit: true,
  },
  {
    name: 'the repository’s policy names the user: beyond the boundary',
    policies: { boundary: onlyPull, repository: named },
    answer: 'allowed',
  },
  {
    name: 'the repository’s policy names the role: within the boundary',
    policies: { boundary: onlyPull, repository: toRole },
    request: asRole,
    answer: 'denied',
    layer: 'permissions boundary',
  },
  {
    name: 'the role, and an identity policy: within the boundary',
    policies: { identity: all, boundary: onlyPull, repository: toRole },
    request: asRole,
    answer: 'denied',
    layer: 'permissions boundary',
    says: 'although',
  },
  {
    name: 'the role, and a boundary that allows it',
    policies: { boundary: all, repository: toRole },
    request: asRole,
    answer: 'allowed',
  },
  {
    name: 'the repository’s policy names the session: beyond the boundary',
    policies: { boundary: onlyPull, repository: toSession },
    request: asRole,
    answer: 'allowed',
  },
  {
    name: 'everybody, and a role by condition: beyond the boundary',
    policies: {
      boundary: onlyPull,
      repository: [give('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': iam('role/ci/deploy') } } })],
    },
    request: asRole,
    answer: 'allowed',
  },
  {
    name: 'a Deny in the boundary beats the repository’s policy',
    policies: { boundary: [deny()], repository: named },
    answer: 'denied',
    layer: 'permissions boundary',
    explicit: true,
  },
  {
    name: 'a session policy that lacks it',
    policies: { identity: all, session: onlyPull },
    request: asRole,
    answer: 'denied',
    layer: 'session policy',
    explicit: false,
  },
  {
    name: 'a session policy that allows it',
    policies: { identity: all, session: [allow()] },
    request: asRole,
    answer: 'allowed',
  },
  {
    name: 'a Deny of the session policy beats what the repository’s policy gives the session',
    policies: {
      repository: [give({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-7` })],
      session: [allow(), deny({ Action: 'ecr:Put*' })],
    },
    request: { caller: role },
    answer: 'denied',
    layer: 'session policy',
    explicit: true,
  },
  {
    name: 'a session policy gives nothing',
    policies: { session: all },
    request: asRole,
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'the role is named: within the session policy',
    policies: { session: onlyPull, repository: toRole, identity: all },
    request: asRole,
    answer: 'denied',
    layer: 'session policy',
  },
  {
    name: 'the session is named: beyond the session policy',
    policies: { session: onlyPull, repository: toSession },
    request: asRole,
    answer: 'allowed',
  },
  {
    name: 'a federated session of the user who is named: within the session policy',
    policies: { identity: all, session: onlyPull, repository: named },
    request: {
      caller: {
        kind: 'federated-user',
        arn: `arn:aws:sts::${account}:federated-user/eve`,
        user: iam('user/ann'),
      },
    },
    answer: 'denied',
    layer: 'session policy',
  },

  {
    name: 'each level of the organization allows',
    policies: { identity: all, serviceControl: [all, all] },
    answer: 'allowed',
  },
  {
    name: 'one level does not',
    policies: { identity: all, serviceControl: [all, onlyPull] },
    answer: 'denied',
    layer: 'service control policy',
    explicit: false,
  },
  {
    name: 'a level without any policy',
    policies: { identity: all, serviceControl: [all, []] },
    answer: 'denied',
    layer: 'service control policy',
    explicit: false,
  },
  {
    name: 'a Deny of the organization',
    policies: { identity: all, serviceControl: [[...all, deny({ Action: 'ecr:PutImage' })], all] },
    answer: 'denied',
    layer: 'service control policy',
    explicit: true,
  },
  {
    name: 'a service control policy gives nothing',
    policies: { serviceControl: [all] },
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'it binds what the repository’s policy gives',
    policies: { repository: named, serviceControl: [onlyPull] },
    answer: 'denied',
    layer: 'service control policy',
  },
  {
    name: 'it binds the root user',
    policies: { serviceControl: [onlyPull] },
    request: { caller: root },
    answer: 'denied',
    layer: 'service control policy',
  },
  {
    name: 'it does not bind service-linked roles',
    policies: { identity: all, serviceControl: [onlyPull] },
    request: linked,
    answer: 'allowed',
  },
  {
    name: 'it does not bind services',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' })], serviceControl: [[deny()]] },
    request: { caller: { kind: 'service', name: 'lambda.amazonaws.com' } },
    answer: 'allowed',
  },
  {
    name: 'service control policies that nobody has read',
    policies: { identity: all, serviceControl: 'unknown' },
    answer: 'conditional',
    says: 'service control policy',
  },

  {
    name: 'a resource control policy allows all but denies outsiders: a member',
    policies: { identity: all, resourceControl: [[...everyone, ...outside]] },
    request: { caller: { kind: 'user', arn: iam('user/ann'), organization: 'o-abcdefghij' } },
    answer: 'allowed',
  },
  {
    name: 'a resource control policy denies outsiders',
    policies: { identity: all, repository: [give('*')], resourceControl: [[...everyone, ...outside]] },
    request: { caller: { ...foreign, organization: 'o-zzzzzzzzzz' } },
    answer: 'denied',
    layer: 'resource control policy',
    explicit: true,
  },
  {
    name: 'it spares services, as written',
    policies: {
      repository: [give({ Service: 'lambda.amazonaws.com' })],
      resourceControl: [[...everyone, ...outside]],
    },
    request: { caller: { kind: 'service', name: 'lambda.amazonaws.com' } },
    answer: 'allowed',
  },
  {
    name: 'it binds services where it says so',
    policies: {
      repository: [give({ Service: 'lambda.amazonaws.com' })],
      resourceControl: [[...everyone, { ...refuse('*'), Resource: '*' }]],
    },
    request: { caller: { kind: 'service', name: 'lambda.amazonaws.com' } },
    answer: 'denied',
    layer: 'resource control policy',
    explicit: true,
  },
  {
    name: 'it does not bind service-linked roles',
    policies: { identity: all, resourceControl: [[{ ...refuse('*'), Resource: '*' }]] },
    request: linked,
    answer: 'allowed',
  },
  {
    name: 'a level without an Allow',
    policies: { identity: all, resourceControl: [[{ ...refuse('*', { Action: 's3:*' }), Resource: '*' }]] },
    answer: 'denied',
    layer: 'resource control policy',
    explicit: false,
  },

  {
    name: 'the endpoint’s policy lets it through',
    policies: { identity: all, endpoint: everyone },
    answer: 'allowed',
  },
  {
    name: 'the endpoint’s policy is about other actions',
    policies: { identity: all, endpoint: [{ ...give('*', { Action: pull }), Resource: '*' }] },
    answer: 'denied',
    layer: 'endpoint policy',
    explicit: false,
  },
  {
    name: 'the endpoint’s policy is about other repositories',
    policies: { identity: all, endpoint: [{ ...give('*'), Resource: `${api}-2` }] },
    answer: 'denied',
    layer: 'endpoint policy',
  },
  {
    name: 'the endpoint’s policy is about other people',
    policies: { identity: all, endpoint: [{ ...give({ AWS: iam('user/bob') }), Resource: '*' }] },
    answer: 'denied',
    layer: 'endpoint policy',
  },
  {
    name: 'the endpoint’s policy is about the account',
    policies: { identity: all, endpoint: [{ ...give({ AWS: iam('root') }), Resource: '*' }] },
    answer: 'allowed',
  },
  {
    name: 'a Deny of the endpoint',
    policies: {
      identity: all,
      endpoint: [...everyone, { ...refuse('*', { Action: 'ecr:Put*' }), Resource: '*' }],
    },
    answer: 'denied',
    layer: 'endpoint policy',
    explicit: true,
  },
  {
    name: 'an endpoint’s policy gives nothing',
    policies: { endpoint: everyone },
    answer: 'denied',
    layer: 'identity policy',
  },
]
