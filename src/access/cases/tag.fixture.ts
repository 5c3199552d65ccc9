import { account, allow, type Case, deny, give, iam, role, user } from './case.fixture.ts'

const vpc = 'aws:SourceVpc'

/** Keys that follow from the caller and the repository, tags, and variables (ecr-facts 6.2). */
export const tagsAndVariables: Case[] = [
  {
    name: 'the repository’s tag',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })] },
    request: { resourceTags: { team: 'shop' } },
    answer: 'allowed',
  },
  {
    name: 'the repository’s tag by the key of ECR',
    policies: { identity: [allow({ Condition: { StringEquals: { 'ecr:ResourceTag/team': 'shop' } } })] },
    request: { resourceTags: { team: 'shop' } },
    answer: 'allowed',
  },
  {
    name: 'another tag',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })] },
    request: { resourceTags: { team: 'bank' } },
    answer: 'denied',
  },
  {
    name: 'a repository without the tag',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })] },
    request: { others: 'unknown', resourceTags: {} },
    answer: 'denied',
  },
  {
    name: 'tags that differ in case only',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })] },
    request: { resourceTags: { team: 'shop', Team: 'bank' } },
    answer: 'conditional',
  },
  {
    name: 'a repository that is still to be made has no tags',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': 'shop' } } })] },
    request: { action: 'ecr:CreateRepository', others: 'unknown' },
    answer: 'denied',
  },
  {
    name: 'a pull brings no request tags: a Deny on their absence stops it',
    policies: { identity: [allow(), deny({ Condition: { Null: { 'aws:RequestTag/owner': 'true' } } })] },
    request: { others: 'unknown' },
    answer: 'denied',
    explicit: true,
  },
  {
    name: 'the tag of the caller and of the repository',
    policies: {
      identity: [
        allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': '\u0024{aws:PrincipalTag/team}' } } }),
      ],
    },
    request: { caller: { ...user, tags: { team: 'shop' } }, resourceTags: { team: 'shop' } },
    answer: 'allowed',
  },
  {
    name: 'a caller without the tag',
    policies: {
      identity: [
        allow({ Condition: { StringEquals: { 'aws:ResourceTag/team': '\u0024{aws:PrincipalTag/team}' } } }),
      ],
    },
    request: { resourceTags: { team: 'shop' } },
    answer: 'denied',
  },
  {
    name: 'a caller without the tag, and a default',
    policies: {
      identity: [
        allow({
          Condition: { StringEquals: { 'aws:ResourceTag/team': "\u0024{aws:PrincipalTag/team, 'shop'}" } },
        }),
      ],
    },
    request: { resourceTags: { team: 'shop' } },
    answer: 'allowed',
  },
  {
    name: 'not the tag of a caller who has none: not promised',
    policies: {
      identity: [
        allow({
          Condition: { StringNotEquals: { 'aws:ResourceTag/team': '\u0024{aws:PrincipalTag/team}' } },
        }),
      ],
    },
    request: { resourceTags: { team: 'shop' } },
    answer: 'conditional',
  },
  {
    name: 'a session may have tags of its own',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'shop' } } })] },
    request: { caller: { kind: 'role', arn: iam('role/x'), tags: {} }, others: 'unknown' },
    answer: 'conditional',
  },
  {
    name: 'the user’s name in a resource',
    policies: {
      identity: [allow({ Resource: `arn:aws:ecr:*:${account}:repository/\u0024{aws:username}/*` })],
    },
    request: { resource: `arn:aws:ecr:eu-west-1:${account}:repository/ann/x` },
    answer: 'allowed',
  },
  {
    name: 'another user’s name in a resource',
    policies: {
      identity: [allow({ Resource: `arn:aws:ecr:*:${account}:repository/\u0024{aws:username}/*` })],
    },
    request: { resource: `arn:aws:ecr:eu-west-1:${account}:repository/bob/x` },
    answer: 'denied',
  },
  {
    name: 'a role has no user name',
    policies: {
      identity: [allow({ Resource: `arn:aws:ecr:*:${account}:repository/\u0024{aws:username}/*` })],
    },
    request: { caller: role, resource: `arn:aws:ecr:eu-west-1:${account}:repository/ann/x` },
    answer: 'denied',
  },
  {
    name: 'the old version knows no variables',
    policies: {
      identity: JSON.stringify({
        Version: '2008-10-17',
        Statement: [allow({ Resource: `arn:aws:ecr:*:${account}:repository/\u0024{aws:username}/*` })],
      }),
    },
    request: { resource: `arn:aws:ecr:eu-west-1:${account}:repository/ann/x` },
    answer: 'denied',
  },
  {
    name: 'neither does a policy without a version',
    policies: {
      identity: JSON.stringify({
        Statement: allow({
          Condition: { StringEquals: { 'aws:ResourceTag/owner': '\u0024{aws:username}' } },
        }),
      }),
    },
    request: { resourceTags: { owner: 'ann' } },
    answer: 'denied',
  },
  {
    name: 'a star that is meant as one',
    policies: { identity: [allow({ Condition: { StringLike: { 'x:y': 'a\u0024{*}' } } })] },
    request: { context: { 'x:y': 'ab' } },
    answer: 'denied',
  },
  {
    name: 'a star that is meant as one, found',
    policies: { identity: [allow({ Condition: { StringLike: { 'x:y': 'a\u0024{*}' } } })] },
    request: { context: { 'x:y': 'a*' } },
    answer: 'allowed',
  },
  {
    name: 'the role’s ARN, not its session’s',
    policies: {
      identity: [allow({ Condition: { ArnEquals: { 'aws:PrincipalArn': iam('role/ci/deploy') } } })],
    },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'the session’s ARN is no principal ARN',
    policies: {
      identity: [
        allow({
          Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:sts::${account}:assumed-role/deploy/*` } },
        }),
      ],
    },
    request: { caller: role },
    answer: 'denied',
  },
  {
    name: 'the user id of a session',
    policies: {
      identity: [allow({ Condition: { StringEquals: { 'aws:userid': 'AROADEPLOYDEPLOY1:run-7' } } })],
    },
    request: { caller: role },
    answer: 'allowed',
  },
  {
    name: 'the user id of any session of the role',
    policies: { identity: [allow({ Condition: { StringLike: { 'aws:userid': 'AROADEPLOYDEPLOY1:*' } } })] },
    request: { caller: { kind: 'role', arn: iam('role/ci/deploy'), id: 'AROADEPLOYDEPLOY1' } },
    answer: 'allowed',
  },
  {
    name: 'the user id of one session, and nobody said which',
    policies: {
      identity: [allow({ Condition: { StringLike: { 'aws:userid': 'AROADEPLOYDEPLOY1:run-*' } } })],
    },
    request: { caller: { kind: 'role', arn: iam('role/ci/deploy'), id: 'AROADEPLOYDEPLOY1' } },
    answer: 'conditional',
  },
  {
    name: 'ECR speaks TLS only',
    policies: { identity: [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })] },
    request: { others: 'unknown' },
    answer: 'allowed',
  },
  {
    name: 'only in one region',
    policies: { identity: [allow({ Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } })] },
    request: { others: 'unknown' },
    answer: 'allowed',
  },
  {
    name: 'a caller’s account may not be the resource’s: own',
    policies: {
      repository: [give('*', { Condition: { StringEquals: { 'aws:ResourceAccount': account } } })],
    },
    answer: 'allowed',
  },
  {
    name: 'an Allow that is unsure beside one that is sure',
    policies: { identity: [allow({ Condition: { StringEquals: { [vpc]: 'vpc-1' } } }), allow()] },
    request: { others: 'unknown' },
    answer: 'allowed',
  },
]
