import { createHash } from 'node:crypto'
import type { ManagedPolicy } from './state.ts'

interface AwsPolicy {
  path?: string
  description: string
  created: string
  updated: string
  version: string
  statements: object[]
}

const allow = (actions: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
  ...more,
})

const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']
const read = [
  'ecr:GetAuthorizationToken',
  ...pull,
  'ecr:GetRepositoryPolicy',
  'ecr:DescribeRepositories',
  'ecr:ListImages',
  'ecr:DescribeImages',
  'ecr:GetLifecyclePolicy',
  'ecr:GetLifecyclePolicyPreview',
  'ecr:ListTagsForResource',
  'ecr:DescribeImageScanFindings',
]
const push = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage']

/**
 * The managed policies of AWS that bear on ECR. An identity here may have no others attached.
 * Assumption: the documents allow what AWS's do; their ids and dates are made up.
 */
const policies: Record<string, AwsPolicy> = {
  AdministratorAccess: {
    description: 'Full access to everything.',
    created: '2015-02-06T18:39:46Z',
    updated: '2015-02-06T18:39:46Z',
    version: 'v1',
    statements: [allow('*')],
  },
  AmazonEC2ContainerRegistryFullAccess: {
    description: 'Administrative access to ECR.',
    created: '2015-12-21T17:06:48Z',
    updated: '2020-11-10T17:54:00Z',
    version: 'v3',
    statements: [
      allow(['ecr:*', 'cloudtrail:LookupEvents']),
      allow('iam:CreateServiceLinkedRole', {
        Condition: { StringEquals: { 'iam:AWSServiceName': ['replication.ecr.amazonaws.com'] } },
      }),
    ],
  },
  AmazonEC2ContainerRegistryPowerUser: {
    description: 'Reads and writes images, but deletes no repository and changes no policy.',
    created: '2015-12-21T17:05:33Z',
    updated: '2019-12-10T20:48:22Z',
    version: 'v3',
    statements: [allow([...read, ...push])],
  },
  AmazonEC2ContainerRegistryReadOnly: {
    description: 'Reads everything of ECR.',
    created: '2015-12-21T17:04:15Z',
    updated: '2019-12-10T20:56:22Z',
    version: 'v3',
    statements: [allow(read)],
  },
  AmazonEC2ContainerRegistryPullOnly: {
    description: 'Pulls images.',
    created: '2024-10-10T17:01:57Z',
    updated: '2024-10-10T17:01:57Z',
    version: 'v1',
    statements: [allow(['ecr:GetAuthorizationToken', 'ecr:BatchImportUpstreamImage', ...pull])],
  },
  AmazonECSTaskExecutionRolePolicy: {
    path: '/service-role/',
    description: 'Lets the agent of ECS pull images and write logs.',
    created: '2017-11-16T18:48:22Z',
    updated: '2017-11-16T18:48:22Z',
    version: 'v1',
    statements: [allow(['ecr:GetAuthorizationToken', ...pull, 'logs:CreateLogStream', 'logs:PutLogEvents'])],
  },
  AWSLambdaBasicExecutionRole: {
    path: '/service-role/',
    description: 'Lets a function write logs.',
    created: '2015-04-09T15:03:43Z',
    updated: '2015-04-09T15:03:43Z',
    version: 'v1',
    statements: [allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'])],
  },
  IAMUserChangePassword: {
    description: 'Lets users change their own password.',
    created: '2016-11-15T00:25:16Z',
    updated: '2016-11-15T23:18:55Z',
    version: 'v2',
    statements: [
      allow('iam:ChangePassword', { Resource: ['arn:aws:iam::*:user/$' + '{aws:username}'] }),
      allow('iam:GetAccountPasswordPolicy'),
    ],
  },
}

export function awsPolicyArn(name: string): string {
  return `arn:aws:iam::aws:policy${policies[name]?.path ?? '/'}${name}`
}

export const awsPolicies: Readonly<Record<string, ManagedPolicy>> = Object.fromEntries(
  Object.entries(policies).map(([name, policy]) => [awsPolicyArn(name), managed(name, policy)]),
)

function managed(name: string, policy: AwsPolicy): ManagedPolicy {
  const { path = '/', version, description, statements } = policy
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  return {
    name,
    id: `ANPA${createHash('sha256').update(name).digest('hex').toUpperCase().slice(0, 17)}`,
    arn: awsPolicyArn(name),
    path,
    description,
    createdAt: Date.parse(policy.created),
    versions: [{ id: version, document, createdAt: Date.parse(policy.updated) }],
    defaultVersion: version,
  }
}
