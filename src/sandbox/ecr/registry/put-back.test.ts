import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Answer, call } from '../call.fixture.ts'
import { account, makeWorld, region, type WorldFixture } from '../world.fixture.ts'

// Every setting of a registry and of a repository can be put back to what it was, also to nothing.

let fixture: WorldFixture
const repositoryName = 'team/app'
const repository = { repositoryName }
const resourceArn = `arn:aws:ecr:${region}:${account}:repository/${repositoryName}`
const principalArn = `arn:aws:iam::${account}:role/backup`
const ask = (operation: string, input: Record<string, unknown> = {}): Promise<Answer> =>
  call(fixture, operation, input)

beforeEach(async () => {
  fixture = await makeWorld()
  await ask('CreateRepository', { ...repository, tags: [{ Key: 'owner', Value: 'team' }] })
  await ask('CreateRepositoryCreationTemplate', { prefix: 'team', appliedFor: ['REPLICATION'] })
})
afterEach(() => fixture.dispose())

/** Everything that can be read, or the name of the error; without the times, which no call can put back. */
async function everything(): Promise<unknown> {
  const reads: [string, Record<string, unknown>][] = [
    ['DescribeRegistry', {}],
    ['GetRegistryPolicy', {}],
    ['GetRegistryScanningConfiguration', {}],
    ['GetSigningConfiguration', {}],
    ['DescribePullThroughCacheRules', {}],
    ['DescribeRepositoryCreationTemplates', {}],
    ['ListPullTimeUpdateExclusions', {}],
    ['GetAccountSetting', { name: 'BLOB_MOUNTING' }],
    ['DescribeRepositories', {}],
    ['GetRepositoryPolicy', repository],
    ['GetLifecyclePolicy', repository],
    ['ListTagsForResource', { resourceArn }],
  ]
  const answers = await Promise.all(
    reads.map(([operation, input]) => ask(operation, input).catch((error: { code: string }) => error.code)),
  )
  return JSON.parse(JSON.stringify(answers, (key, value) => (key === 'updatedAt' ? undefined : value)))
}

const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:*', Resource: '*' }
const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
const selection = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }
const lifecyclePolicyText = JSON.stringify({
  rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }],
})
const filters = [{ filter: '*', filterType: 'WILDCARD' }]
const destinations = [{ region: 'us-east-1', registryId: account }]
const signingProfileArn = `arn:aws:signer:${region}:${account}:/signing-profiles/release`
const cache = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' }

type Call = [operation: string, input: Record<string, unknown>]
test.each<[string, Call, Call]>([
  [
    'replication',
    ['PutReplicationConfiguration', { replicationConfiguration: { rules: [{ destinations }] } }],
    ['PutReplicationConfiguration', { replicationConfiguration: { rules: [] } }],
  ],
  ['registry policy', ['PutRegistryPolicy', { policyText }], ['DeleteRegistryPolicy', {}]],
  [
    'scanning',
    [
      'PutRegistryScanningConfiguration',
      { scanType: 'ENHANCED', rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: filters }] },
    ],
    ['PutRegistryScanningConfiguration', { scanType: 'BASIC', rules: [] }],
  ],
  [
    'signing',
    ['PutSigningConfiguration', { signingConfiguration: { rules: [{ signingProfileArn }] } }],
    ['DeleteSigningConfiguration', {}],
  ],
  ['a cache rule', ['CreatePullThroughCacheRule', cache], ['DeletePullThroughCacheRule', cache]],
  [
    'a template',
    ['CreateRepositoryCreationTemplate', { prefix: 'ROOT', appliedFor: ['CREATE_ON_PUSH'] }],
    ['DeleteRepositoryCreationTemplate', { prefix: 'ROOT' }],
  ],
  [
    'what a template says',
    [
      'UpdateRepositoryCreationTemplate',
      {
        prefix: 'team',
        description: 'for teams',
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
        repositoryPolicy: policyText,
        lifecyclePolicy: lifecyclePolicyText,
        appliedFor: ['REPLICATION', 'CREATE_ON_PUSH'],
      },
    ],
    [
      'UpdateRepositoryCreationTemplate',
      {
        prefix: 'team',
        description: '',
        imageTagMutability: 'MUTABLE',
        repositoryPolicy: '',
        lifecyclePolicy: '',
        appliedFor: ['REPLICATION'],
      },
    ],
  ],
  [
    'an exclusion',
    ['RegisterPullTimeUpdateExclusion', { principalArn }],
    ['DeregisterPullTimeUpdateExclusion', { principalArn }],
  ],
  [
    'an account setting',
    ['PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' }],
    ['PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'DISABLED' }],
  ],
  [
    'tag mutability',
    [
      'PutImageTagMutability',
      {
        ...repository,
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      },
    ],
    ['PutImageTagMutability', { ...repository, imageTagMutability: 'MUTABLE' }],
  ],
  [
    'the flag of a repository',
    ['PutImageScanningConfiguration', { ...repository, imageScanningConfiguration: { scanOnPush: true } }],
    ['PutImageScanningConfiguration', { ...repository, imageScanningConfiguration: { scanOnPush: false } }],
  ],
  [
    'repository policy',
    ['SetRepositoryPolicy', { ...repository, policyText }],
    ['DeleteRepositoryPolicy', repository],
  ],
  [
    'lifecycle policy',
    ['PutLifecyclePolicy', { ...repository, lifecyclePolicyText }],
    ['DeleteLifecyclePolicy', repository],
  ],
  [
    'a tag',
    ['TagResource', { resourceArn, tags: [{ Key: 'stage', Value: 'live' }] }],
    ['UntagResource', { resourceArn, tagKeys: ['stage'] }],
  ],
  [
    'the value of a tag',
    ['TagResource', { resourceArn, tags: [{ Key: 'owner', Value: 'other' }] }],
    ['TagResource', { resourceArn, tags: [{ Key: 'owner', Value: 'team' }] }],
  ],
  [
    'a repository',
    ['CreateRepository', { repositoryName: 'fresh' }],
    ['DeleteRepository', { repositoryName: 'fresh' }],
  ],
])('%s comes and goes', async (_name, forth, back) => {
  const before = await everything()
  await ask(...forth)
  expect(await everything()).not.toEqual(before)
  await ask(...back)
  expect(await everything()).toEqual(before)
})
