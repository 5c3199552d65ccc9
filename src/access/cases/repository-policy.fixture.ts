import { account, allow, api, type Case, give, iam, other, refuse, role, root, user } from './case.fixture.ts'

/** What the repository's own policy gives and takes, by principal (ecr-facts 6.3). */
export const repositoryPolicies: Case[] = [
  {
    name: 'the repository’s policy alone is enough for a user',
    policies: { repository: [give({ AWS: iam('user/ann') })] },
    answer: 'allowed',
    says: 'repository policy',
  },
  {
    name: 'for a role',
    policies: { repository: [give({ AWS: iam('role/ci/deploy') })] },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'a role without its path is another one',
    policies: { repository: [give({ AWS: iam('role/deploy') })] },
    request: { caller: role },
    answer: 'denied',
  },
  {
    name: 'for a session',
    policies: { repository: [give({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-7` })] },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'for another session',
    policies: { repository: [give({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-8` })] },
    request: { caller: role },
    answer: 'denied',
  },
  {
    name: 'a session of which nobody said the name',
    policies: { repository: [give({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-8` })] },
    request: { caller: { kind: 'role', arn: iam('role/ci/deploy'), id: 'AROADEPLOYDEPLOY1' } },
    answer: 'conditional',
  },
  { name: 'for another user', policies: { repository: [give({ AWS: iam('user/bob') })] }, answer: 'denied' },
  { name: 'for everybody', policies: { repository: [give('*')] }, answer: 'allowed' },
  { name: 'for everybody, as AWS', policies: { repository: [give({ AWS: ['*'] })] }, answer: 'allowed' },
  {
    name: 'with a Resource of its own',
    policies: { repository: [give('*', { Resource: '*' })] },
    answer: 'allowed',
  },
  {
    name: 'with the repository as Resource',
    policies: { repository: [give('*', { Resource: api })] },
    answer: 'allowed',
  },
  {
    name: 'a foreign Resource in a repository policy: not known what it does',
    policies: { repository: [give('*', { Resource: `${api}-2` })] },
    answer: 'conditional',
  },
  {
    name: 'the account’s root only leaves it to identity policies',
    policies: { repository: [give({ AWS: iam('root') })] },
    answer: 'denied',
    layer: 'identity policy',
    explicit: false,
    says: 'leaves it to',
  },
  {
    name: 'the account’s number is the same as its root',
    policies: { repository: [give({ AWS: account })] },
    answer: 'denied',
    layer: 'identity policy',
  },
  {
    name: 'the account’s root and an identity policy',
    policies: { repository: [give({ AWS: iam('root') })], identity: [allow()] },
    answer: 'allowed',
  },
  {
    name: 'a repository policy that names nobody here takes nothing away',
    policies: { repository: [give({ AWS: other })], identity: [allow()] },
    answer: 'allowed',
  },
  {
    name: 'a Deny in the repository’s policy',
    policies: { repository: [refuse('*')], identity: [allow()] },
    answer: 'denied',
    layer: 'repository policy',
    explicit: true,
  },
  {
    name: 'a Deny for the account hits all of it',
    policies: { repository: [refuse({ AWS: iam('root') })], identity: [allow()] },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a Deny for another user',
    policies: { repository: [refuse({ AWS: iam('user/bob') })], identity: [allow()] },
    answer: 'allowed',
  },
  {
    name: 'a Deny for the role hits its sessions',
    policies: { repository: [refuse({ AWS: iam('role/ci/deploy') })], identity: [allow()] },
    request: { caller: role },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a Deny for one session',
    policies: {
      repository: [refuse({ AWS: `arn:aws:sts::${account}:assumed-role/deploy/run-7` })],
      identity: [allow()],
    },
    request: { caller: role },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'by the unique id of a user',
    policies: { repository: [give({ AWS: 'AIDAANNANNANNANN1' })] },
    answer: 'allowed',
  },
  {
    name: 'by the unique id of somebody who is gone',
    policies: { repository: [give({ AWS: 'AIDAGONEGONEGONE1' })] },
    answer: 'denied',
  },
  {
    name: 'by the unique id of a role',
    policies: { repository: [give({ AWS: 'AROADEPLOYDEPLOY1' })] },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'by a unique id, and nobody knows the caller’s',
    policies: { repository: [give({ AWS: 'AIDAANNANNANNANN1' })] },
    request: { caller: { kind: 'user', arn: iam('user/ann') } },
    answer: 'conditional',
  },
  {
    name: 'a user made again under an old name has another id',
    policies: { repository: [give({ AWS: 'AIDAOLDOLDOLDOLD1' })] },
    answer: 'denied',
  },
  {
    name: 'a wildcard inside a principal: AWS takes none',
    policies: { repository: [give({ AWS: iam('user/*') })] },
    answer: 'conditional',
  },
  {
    name: 'a kind of principal that is not known here',
    policies: { repository: [give({ CanonicalUser: 'abc' })] },
    answer: 'conditional',
  },

  {
    name: 'the root user needs no policy',
    policies: {},
    request: { caller: root },
    answer: 'allowed',
    says: 'root user',
  },
  {
    name: 'the root user is bound by a Deny in the repository’s policy',
    policies: { repository: [refuse('*')] },
    request: { caller: root },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'a federated session named itself',
    policies: { repository: [give({ AWS: `arn:aws:sts::${account}:federated-user/eve` })] },
    request: {
      caller: {
        kind: 'federated-user',
        arn: `arn:aws:sts::${account}:federated-user/eve`,
        user: user.kind === 'user' ? user.arn : '',
      },
    },
    answer: 'allowed',
  },

  {
    name: 'NotPrincipal in an Allow gives everybody else',
    policies: { repository: [{ ...give(undefined), NotPrincipal: { AWS: iam('user/bob') } }] },
    answer: 'allowed',
  },
  {
    name: 'NotPrincipal in an Allow leaves this one out',
    policies: { repository: [{ ...give(undefined), NotPrincipal: { AWS: iam('user/ann') } }] },
    answer: 'denied',
  },
  {
    name: 'NotPrincipal in a Deny denies everybody else',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: iam('user/bob') } }],
      identity: [allow()],
    },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'NotPrincipal in a Deny with the user and the account',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: [iam('user/ann'), iam('root')] } }],
      identity: [allow()],
    },
    answer: 'allowed',
  },
  {
    name: 'NotPrincipal in a Deny with the user alone: not promised',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: iam('user/ann') } }],
      identity: [allow()],
    },
    answer: 'conditional',
  },
  {
    name: 'NotPrincipal in a Deny with the account alone: not promised for its users',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: iam('root') } }],
      identity: [allow()],
    },
    answer: 'conditional',
  },
  {
    name: 'NotPrincipal in a Deny with the role but not its session',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: [iam('role/ci/deploy'), iam('root')] } }],
      identity: [allow()],
    },
    request: { caller: role },
    answer: 'conditional',
  },
  {
    name: 'NotPrincipal in a Deny with account, role and session',
    policies: {
      repository: [
        {
          ...refuse(undefined),
          NotPrincipal: {
            AWS: [iam('role/ci/deploy'), account, `arn:aws:sts::${account}:assumed-role/deploy/run-7`],
          },
        },
      ],
      identity: [allow()],
    },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'NotPrincipal in a Deny always denies whoever has a boundary',
    policies: {
      repository: [{ ...refuse(undefined), NotPrincipal: { AWS: [iam('user/ann'), iam('root')] } }],
      identity: [allow()],
      boundary: [allow()],
    },
    answer: 'denied',
    layer: 'repository policy',
    explicit: true,
  },
  {
    name: 'given to the account for certain, and to the user on a condition: the condition is told',
    policies: {
      repository: [
        give({ AWS: account }),
        give({ AWS: iam('user/ann') }, { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }),
      ],
    },
    request: { others: 'unknown' },
    answer: 'conditional',
    says: 'aws:SourceVpc is vpc-1',
  },
]
