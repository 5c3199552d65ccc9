import {
  account,
  allow,
  api,
  type Case,
  foreign,
  give,
  iam,
  other,
  pull,
  refuse,
  role,
} from './case.fixture.ts'

const from = { caller: foreign }
const member = { caller: { ...foreign, organization: 'o-abcdefghij' } }
const lambda = {
  caller: { kind: 'service' as const, name: 'lambda.amazonaws.com' },
  action: 'ecr:BatchGetImage',
}
const inOrg = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } }
const ofFunction = {
  Condition: {
    ArnLike: { 'aws:SourceArn': `arn:aws:lambda:eu-west-1:${other}:function:*` },
    StringEquals: { 'aws:SourceAccount': other },
  },
}

/** Between accounts both sides must give (ecr-facts 6.3); services, organizations, everybody. */
export const acrossAccounts: Case[] = [
  {
    name: 'both sides allow',
    policies: { identity: [allow()], repository: [give({ AWS: iam('role/puller', other) })] },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'the identity alone',
    policies: { identity: [allow()] },
    request: from,
    answer: 'denied',
    layer: 'repository policy',
    says: 'from outside',
  },
  {
    name: 'the repository alone',
    policies: { repository: [give({ AWS: iam('role/puller', other) })] },
    request: from,
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'the account named by its root',
    policies: { identity: [allow()], repository: [give({ AWS: iam('root', other) })] },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'the account named by its number',
    policies: { identity: [allow()], repository: [give({ AWS: other })] },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'a third account',
    policies: { identity: [allow()], repository: [give({ AWS: '777788889999' })] },
    request: from,
    answer: 'denied',
    layer: 'repository policy',
  },
  {
    name: 'everybody is let in: any AWS account',
    policies: { identity: [allow()], repository: [give('*')] },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'everybody is let in, but no identity policy',
    policies: { repository: [give('*')] },
    request: from,
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'only to pull',
    policies: { identity: [allow()], repository: [give({ AWS: other }, { Action: pull })] },
    request: from,
    answer: 'denied',
    layer: 'repository policy',
  },
  {
    name: 'identity policies that nobody here sees',
    policies: { identity: 'unknown', repository: [give({ AWS: other })] },
    request: from,
    answer: 'conditional',
    says: `an identity policy of account ${other} allows it`,
  },
  {
    name: 'somebody of an account, whoever it lets',
    policies: { repository: [give({ AWS: other })] },
    request: { caller: { kind: 'account', account: other } },
    answer: 'allowed',
  },
  {
    name: 'somebody of an account of which one role is named',
    policies: { repository: [give({ AWS: iam('role/puller', other) })] },
    request: { caller: { kind: 'account', account: other } },
    answer: 'denied',
  },
  {
    name: 'the root user of another account',
    policies: { repository: [give({ AWS: other })] },
    request: { caller: { kind: 'root', account: other } },
    answer: 'allowed',
  },
  {
    name: 'the root user of another account that is not let in',
    policies: {},
    request: { caller: { kind: 'root', account: other } },
    answer: 'denied',
    layer: 'repository policy',
  },
  {
    name: 'a session of the role',
    policies: {
      identity: [allow()],
      repository: [give({ AWS: `arn:aws:sts::${other}:assumed-role/puller/s` })],
    },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'a boundary binds across accounts, also the session that is named',
    policies: {
      identity: [allow()],
      boundary: [allow({ Action: pull })],
      repository: [give({ AWS: `arn:aws:sts::${other}:assumed-role/puller/s` })],
    },
    request: from,
    answer: 'denied',
    layer: 'permissions boundary',
  },
  {
    name: 'a Deny for the other account',
    policies: { identity: [allow()], repository: [give('*'), refuse({ AWS: other })] },
    request: from,
    answer: 'denied',
    layer: 'repository policy',
    explicit: true,
  },
  {
    name: 'the caller’s own Deny',
    policies: { identity: [allow(), allow({ Effect: 'Deny' })], repository: [give('*')] },
    request: from,
    answer: 'denied',
    layer: 'identity policy',
    explicit: true,
  },
  {
    name: 'a registry policy can let it in, too',
    policies: {
      identity: [allow()],
      registry: { statements: [give({ AWS: other }, { Resource: `${api.slice(0, -8)}*` })], scope: 'V2' },
    },
    request: from,
    answer: 'allowed',
  },

  {
    name: 'a member of the organization',
    policies: { identity: [allow()], repository: [give('*', inOrg)] },
    request: member,
    answer: 'allowed',
  },
  {
    name: 'of another organization',
    policies: { identity: [allow()], repository: [give('*', inOrg)] },
    request: { caller: { ...foreign, organization: 'o-zzzzzzzzzz' } },
    answer: 'denied',
  },
  {
    name: 'of no organization',
    policies: { identity: [allow()], repository: [give('*', inOrg)] },
    request: { caller: { ...foreign, organization: null } },
    answer: 'denied',
  },
  {
    name: 'nobody knows of which organization',
    policies: { identity: [allow()], repository: [give('*', inOrg)] },
    request: { ...from, others: 'unknown' },
    answer: 'conditional',
    says: 'aws:PrincipalOrgID is o-abcdefghij',
  },
  {
    name: 'everybody, but the account must be one',
    policies: {
      identity: [allow()],
      repository: [give('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': other } } })],
    },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'everybody of the resource’s own account, by variable',
    policies: {
      identity: [allow()],
      repository: [
        give('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': '\u0024{aws:ResourceAccount}' } } }),
      ],
    },
    request: from,
    answer: 'denied',
  },
  {
    name: 'the same variable, for the account’s own',
    policies: {
      repository: [
        give('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': '\u0024{aws:ResourceAccount}' } } }),
      ],
    },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'NotPrincipal in an Allow gives to other accounts',
    policies: {
      identity: [allow()],
      repository: [{ ...give(undefined), NotPrincipal: { AWS: iam('user/bob') } }],
    },
    request: from,
    answer: 'allowed',
  },
  {
    name: 'NotPrincipal in an Allow with the account: not promised for its roles',
    policies: { identity: [allow()], repository: [{ ...give(undefined), NotPrincipal: { AWS: other } }] },
    request: from,
    answer: 'conditional',
  },

  {
    name: 'a service by its name',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' }, { Action: pull })] },
    request: lambda,
    answer: 'allowed',
  },
  {
    name: 'another service',
    policies: { repository: [give({ Service: 'codebuild.amazonaws.com' }, { Action: pull })] },
    request: lambda,
    answer: 'denied',
    layer: 'repository policy',
  },
  {
    name: 'a service needs to be let in',
    policies: { identity: [allow()] },
    request: lambda,
    answer: 'denied',
    layer: 'repository policy',
  },
  {
    name: 'a service acting for the source that is named',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' }, { Action: pull, ...ofFunction })] },
    request: {
      ...lambda,
      context: {
        'aws:SourceArn': `arn:aws:lambda:eu-west-1:${other}:function:f`,
        'aws:SourceAccount': other,
      },
    },
    answer: 'allowed',
  },
  {
    name: 'a service acting for somebody else: the confused deputy',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' }, { Action: pull, ...ofFunction })] },
    request: {
      ...lambda,
      context: {
        'aws:SourceArn': 'arn:aws:lambda:eu-west-1:777788889999:function:f',
        'aws:SourceAccount': '777788889999',
      },
    },
    answer: 'denied',
  },
  {
    name: 'a service, and nobody knows for whom',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' }, { Action: pull, ...ofFunction })] },
    request: { ...lambda, others: 'unknown' },
    answer: 'conditional',
    says: 'aws:SourceArn',
  },
  {
    name: 'calls of users have no source account',
    policies: {
      identity: [allow()],
      repository: [give('*', { Condition: { StringEquals: { 'aws:SourceAccount': other } } })],
    },
    request: { ...from, others: 'unknown' },
    answer: 'denied',
  },
  {
    name: 'a Deny for everybody hits services',
    policies: { repository: [give({ Service: 'lambda.amazonaws.com' }), refuse('*')] },
    request: lambda,
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a Deny that spares services',
    policies: {
      repository: [
        give({ Service: 'lambda.amazonaws.com' }),
        refuse('*', {
          Condition: {
            StringNotEquals: { 'aws:SourceVpc': 'vpc-1' },
            Bool: { 'aws:PrincipalIsAWSService': 'false' },
          },
        }),
      ],
    },
    request: lambda,
    answer: 'allowed',
  },
  {
    name: 'a provider is no role session',
    policies: { repository: [give({ Federated: 'cognito-identity.amazonaws.com' })] },
    request: { caller: role },
    answer: 'denied',
  },
  {
    name: 'somebody with a token of the provider',
    policies: { repository: [give({ Federated: 'cognito-identity.amazonaws.com' })] },
    request: { caller: { kind: 'federated', provider: 'cognito-identity.amazonaws.com' } },
    answer: 'allowed',
  },
  {
    name: 'a service-linked role replicates from another account',
    policies: {
      identity: [allow({ Action: 'ecr:ReplicateImage' })],
      registry: {
        statements: [
          give(
            { AWS: other },
            { Action: 'ecr:ReplicateImage', Resource: `arn:aws:ecr:eu-west-1:${account}:repository/*` },
          ),
        ],
        scope: 'V1',
      },
    },
    request: {
      caller: {
        kind: 'role',
        arn: iam(
          'role/aws-service-role/replication.ecr.amazonaws.com/AWSServiceRoleForECRReplication',
          other,
        ),
      },
      action: 'ecr:ReplicateImage',
    },
    answer: 'allowed',
  },
]
