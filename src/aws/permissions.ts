/** The IAM actions of each job, and why it needs them (ecr-facts 6.5). The docs and `doctor` are made from this. */
export interface Permission {
  action: string
  /**
   * `registry`: AWS offers only Resource "*"; `repository`: can be limited to repository ARNs; `account`: KMS keys;
   * `role`: roles that are handed to ECR or made for it; `neighbour`: other services, read as a whole.
   */
  scope: 'registry' | 'repository' | 'account' | 'role' | 'neighbour'
  why: string
}

export type Job =
  | 'audit'
  | 'access'
  | 'backup'
  | 'restore-archived'
  | 'restore'
  | 'registry-settings'
  | 'replication'

export const jobs: readonly Job[] = [
  'audit',
  'access',
  'backup',
  'restore-archived',
  'restore',
  'registry-settings',
  'replication',
]

const listing: Permission[] = [
  { action: 'ecr:DescribeRepositories', scope: 'repository', why: 'names and settings of repositories' },
  { action: 'ecr:DescribeImages', scope: 'repository', why: 'digests, tags, sizes and times of images' },
  { action: 'ecr:GetRepositoryPolicy', scope: 'repository', why: 'who may do what' },
  { action: 'ecr:GetLifecyclePolicy', scope: 'repository', why: 'what expires' },
  { action: 'ecr:ListTagsForResource', scope: 'repository', why: 'resource tags' },
  { action: 'ecr:GetRegistryPolicy', scope: 'registry', why: 'the policy of the registry' },
  { action: 'ecr:GetRegistryScanningConfiguration', scope: 'registry', why: 'scanning rules' },
  { action: 'ecr:DescribeRegistry', scope: 'registry', why: 'replication rules' },
  { action: 'ecr:ListPullTimeUpdateExclusions', scope: 'registry', why: 'whose pulls do not count' },
  { action: 'ecr:GetAccountSetting', scope: 'registry', why: 'registry policy scope, blob mounting' },
]

/** What surrounds a registry. None of these changes anything, besides the credential report, which IAM makes anew. */
const neighbours: Permission[] = Object.entries({
  'iam:GetAccountAuthorizationDetails': 'users, roles, groups and their policies',
  'iam:GenerateCredentialReport': 'passwords, MFA and age of access keys',
  'iam:GetCredentialReport': 'passwords, MFA and age of access keys',
  'cloudtrail:DescribeTrails': 'trails that record ECR',
  'cloudtrail:GetTrailStatus': 'whether a trail delivers',
  'cloudtrail:GetEventSelectors': 'what a trail records',
  's3:GetBucketPolicyStatus': 'whether the bucket of a trail is public',
  's3:GetBucketAcl': 'whether the bucket of a trail is public',
  's3:GetBucketPublicAccessBlock': 'whether the bucket of a trail is public',
  's3:GetBucketVersioning': 'whether the bucket of a trail keeps versions',
  's3:GetEncryptionConfiguration': 'how the bucket of a trail is encrypted',
  'logs:DescribeLogGroups': 'how long logs are kept',
  'logs:DescribeMetricFilters': 'what is counted in the logs of a trail',
  'cloudwatch:DescribeAlarms': 'which counts raise an alarm, and for whom',
  'cloudwatch:GetMetricData': 'pulls of each repository',
  'sns:ListSubscriptionsByTopic': 'whether somebody hears an alarm',
  'events:ListRules': 'reactions to scan findings, pushes and deletes; scheduled tasks',
  'events:ListTargetsByRule': 'reactions to scan findings, pushes and deletes; scheduled tasks',
  'scheduler:ListSchedules': 'scheduled tasks and functions',
  'scheduler:GetSchedule': 'scheduled tasks and functions',
  'ec2:DescribeVpcEndpoints': 'private ways to ECR and their policies',
  'lambda:ListFunctions': 'functions that run an image, and those that clean up',
  'lambda:GetFunction': 'the image that a function runs',
  'lambda:GetFunctionEventInvokeConfig': 'where failed runs of a scheduled function go',
  'ecs:ListClusters': 'images in use',
  'ecs:ListTasks': 'images in use',
  'ecs:DescribeTasks': 'images in use',
  'ecs:ListServices': 'images in use',
  'ecs:DescribeServices': 'images in use',
  'ecs:ListTaskDefinitions': 'images in use',
  'ecs:DescribeTaskDefinition': 'images in use',
  'apprunner:ListServices': 'images in use',
  'apprunner:DescribeService': 'images in use',
  'batch:DescribeJobDefinitions': 'images in use',
  'sagemaker:ListModels': 'images in use',
  'sagemaker:DescribeModel': 'images in use',
  'ecr-public:DescribeRepositories': 'what is public on purpose, or not',
  'ecr-public:ListTagsForResource': 'what is public on purpose, or not',
}).map(([action, why]) => ({ action, scope: 'neighbour', why }))

/** What `holdfast access` reads of what an audit reads. */
const decidesAccess = new Set([
  ...['ecr:DescribeRepositories', 'ecr:GetRepositoryPolicy', 'ecr:ListTagsForResource'],
  ...['ecr:GetRegistryPolicy', 'ecr:GetAccountSetting', 'iam:GetAccountAuthorizationDetails'],
  ...['iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
])

export const permissions: Record<Job, readonly Permission[]> = {
  audit: [
    ...listing,
    {
      action: 'ecr:BatchGetRepositoryScanningConfiguration',
      scope: 'repository',
      why: 'the scanning that is in force for each repository',
    },
    {
      action: 'ecr:DescribeImageScanFindings',
      scope: 'repository',
      why: 'whether the newest image was scanned',
    },
    {
      action: 'ecr:DescribeImageReplicationStatus',
      scope: 'repository',
      why: 'whether the newest image arrived',
    },
    { action: 'ecr:DescribePullThroughCacheRules', scope: 'registry', why: 'pull-through cache rules' },
    { action: 'ecr:DescribeRepositoryCreationTemplates', scope: 'registry', why: 'creation templates' },
    { action: 'ecr:GetSigningConfiguration', scope: 'registry', why: 'signing rules' },
    { action: 'kms:DescribeKey', scope: 'account', why: 'whether a key is customer managed and enabled' },
    { action: 'kms:GetKeyRotationStatus', scope: 'account', why: 'whether a key rotates' },
    { action: 'kms:GetKeyPolicy', scope: 'account', why: 'who may use a key' },
    ...neighbours,
  ],
  access: [
    ...[...listing, ...neighbours].filter(({ action }) => decidesAccess.has(action)),
    {
      action: 'cloudtrail:LookupEvents',
      scope: 'neighbour',
      why: 'only for `access minimize`: what somebody used',
    },
    {
      action: 'iam:GenerateServiceLastAccessedDetails',
      scope: 'neighbour',
      why: 'only for `access minimize`: what somebody used before that',
    },
    {
      action: 'iam:GetServiceLastAccessedDetails',
      scope: 'neighbour',
      why: 'only for `access minimize`: what somebody used before that',
    },
  ],
  backup: [
    ...listing,
    { action: 'ecr:GetSigningConfiguration', scope: 'registry', why: 'signing rules' },
    { action: 'ecr:DescribePullThroughCacheRules', scope: 'registry', why: 'pull-through cache rules' },
    { action: 'ecr:DescribeRepositoryCreationTemplates', scope: 'registry', why: 'creation templates' },
    {
      action: 'ecr:BatchGetImage',
      scope: 'repository',
      why: 'manifests, each once in its life; also referrers',
    },
    { action: 'ecr:GetDownloadUrlForLayer', scope: 'repository', why: 'layers and config blobs' },
    {
      action: 'ecr:GetAuthorizationToken',
      scope: 'registry',
      why: 'only when a manifest must be read through /v2/',
    },
  ],
  /** Beside those of a backup, and only for `backup --restore-archived`. */
  'restore-archived': [
    {
      action: 'ecr:UpdateImageStorageClass',
      scope: 'repository',
      why: 'images out of the archive class, and back',
    },
  ],
  restore: [
    { action: 'ecr:GetAuthorizationToken', scope: 'registry', why: 'pushes go through /v2/' },
    { action: 'ecr:DescribeRepositories', scope: 'repository', why: 'what is there already' },
    {
      action: 'ecr:DescribeImages',
      scope: 'repository',
      why: 'what is there already; comparison afterwards',
    },
    { action: 'ecr:GetRepositoryPolicy', scope: 'repository', why: 'settings that are equal are left alone' },
    { action: 'ecr:GetLifecyclePolicy', scope: 'repository', why: 'settings that are equal are left alone' },
    { action: 'ecr:ListTagsForResource', scope: 'repository', why: 'settings that are equal are left alone' },
    {
      action: 'ecr:BatchCheckLayerAvailability',
      scope: 'repository',
      why: 'blobs that are there are not sent',
    },
    { action: 'ecr:InitiateLayerUpload', scope: 'repository', why: 'push' },
    { action: 'ecr:UploadLayerPart', scope: 'repository', why: 'push' },
    { action: 'ecr:CompleteLayerUpload', scope: 'repository', why: 'push' },
    { action: 'ecr:PutImage', scope: 'repository', why: 'push' },
    { action: 'ecr:BatchGetImage', scope: 'repository', why: 'push checks manifests by HEAD' },
    {
      action: 'ecr:GetDownloadUrlForLayer',
      scope: 'repository',
      why: 'mounting a blob from another repository',
    },
    { action: 'ecr:CreateRepository', scope: 'repository', why: 'repositories that are missing' },
    { action: 'ecr:TagResource', scope: 'repository', why: 'resource tags' },
    { action: 'ecr:SetRepositoryPolicy', scope: 'repository', why: 'repository policy' },
    { action: 'ecr:PutLifecyclePolicy', scope: 'repository', why: 'lifecycle policy' },
    { action: 'ecr:PutImageTagMutability', scope: 'repository', why: 'tag immutability' },
    { action: 'ecr:PutImageScanningConfiguration', scope: 'repository', why: 'legacy scanning flag' },
    { action: 'ecr:UpdateImageStorageClass', scope: 'repository', why: 'images that were archived' },
    { action: 'kms:DescribeKey', scope: 'account', why: 'repositories with a customer-managed key' },
    { action: 'kms:CreateGrant', scope: 'account', why: 'repositories with a customer-managed key' },
  ],
  'registry-settings': [
    { action: 'ecr:GetRegistryPolicy', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:GetRegistryScanningConfiguration', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:DescribeRegistry', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:GetSigningConfiguration', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:GetAccountSetting', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:DescribePullThroughCacheRules', scope: 'registry', why: 'what is equal is left alone' },
    {
      action: 'ecr:DescribeRepositoryCreationTemplates',
      scope: 'registry',
      why: 'what is equal is left alone',
    },
    { action: 'ecr:ListPullTimeUpdateExclusions', scope: 'registry', why: 'what is equal is left alone' },
    { action: 'ecr:PutRegistryPolicy', scope: 'registry', why: 'registry policy' },
    { action: 'ecr:PutRegistryScanningConfiguration', scope: 'registry', why: 'scanning rules' },
    { action: 'ecr:PutReplicationConfiguration', scope: 'registry', why: 'replication rules' },
    { action: 'ecr:PutSigningConfiguration', scope: 'registry', why: 'signing rules' },
    { action: 'ecr:PutAccountSetting', scope: 'registry', why: 'account settings' },
    { action: 'ecr:CreatePullThroughCacheRule', scope: 'registry', why: 'pull-through cache rules' },
    { action: 'ecr:CreateRepositoryCreationTemplate', scope: 'registry', why: 'creation templates' },
    { action: 'ecr:UpdateRepositoryCreationTemplate', scope: 'registry', why: 'creation templates' },
    { action: 'ecr:RegisterPullTimeUpdateExclusion', scope: 'registry', why: 'pull-time exclusions' },
    {
      action: 'ecr:CreateRepository',
      scope: 'repository',
      why: 'what a creation template lets ECR do later',
    },
    { action: 'ecr:PutLifecyclePolicy', scope: 'repository', why: 'templates with a lifecycle policy' },
    { action: 'ecr:SetRepositoryPolicy', scope: 'repository', why: 'templates with a repository policy' },
    { action: 'inspector2:Enable', scope: 'registry', why: 'enhanced scanning, where it was not on' },
    { action: 'inspector2:Disable', scope: 'registry', why: 'basic scanning, where enhanced was on' },
    { action: 'iam:PassRole', scope: 'role', why: 'templates and cache rules with a role of their own' },
    {
      action: 'iam:CreateServiceLinkedRole',
      scope: 'role',
      why: 'the first replication, cache rule or template of the account',
    },
  ],
  /**
   * Of both Regions, so that nothing is limited to the repositories of one; the last three only for a backfill.
   * Assumption: actions of backfills are named as the operations (ecr-facts 2.5).
   */
  replication: [
    { action: 'ecr:DescribeRegistry', scope: 'registry', why: 'the rules' },
    { action: 'ecr:DescribeRepositories', scope: 'registry', why: 'repositories, here and at destinations' },
    { action: 'ecr:DescribeImages', scope: 'registry', why: 'digests and tags, here and at destinations' },
    { action: 'ecr:StartReplicationBackfill', scope: 'registry', why: 'only for `replication backfill`' },
    { action: 'ecr:ListReplicationBackfills', scope: 'registry', why: 'only for `replication backfill`' },
    {
      action: 'ecr:DescribeReplicationBackfillResults',
      scope: 'registry',
      why: 'only for `replication backfill`',
    },
  ],
}

/** A role is handed to ECR alone, and made for nobody else. */
const serviceOfRole = {
  'iam:PassedToService': 'ecr.amazonaws.com',
  'iam:AWSServiceName': '*ecr.amazonaws.com',
}

/** The least-privilege identity policy of a job, for one registry. */
export function policyFor(
  job: Job,
  registry: { partition: string; account: string; region: string },
): object {
  const { partition, account, region } = registry
  const actions = (scope: Permission['scope']) =>
    permissions[job].filter((permission) => permission.scope === scope).map(({ action }) => action)
  const statements = [
    { Sid: 'Registry', Effect: 'Allow', Action: actions('registry'), Resource: '*' },
    {
      Sid: 'Repositories',
      Effect: 'Allow',
      Action: actions('repository'),
      Resource: `arn:${partition}:ecr:${region}:${account}:repository/*`,
    },
    {
      Sid: 'Keys',
      Effect: 'Allow',
      Action: actions('account'),
      Resource: `arn:${partition}:kms:${region}:${account}:key/*`,
    },
    {
      Sid: 'Roles',
      Effect: 'Allow',
      Action: actions('role'),
      Resource: `arn:${partition}:iam::${account}:role/*`,
      Condition: { StringLikeIfExists: serviceOfRole },
    },
    { Sid: 'Neighbours', Effect: 'Allow', Action: actions('neighbour'), Resource: '*' },
  ]
  return { Version: '2012-10-17', Statement: statements.filter(({ Action }) => Action.length > 0) }
}
