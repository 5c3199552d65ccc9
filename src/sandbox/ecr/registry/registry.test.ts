import { afterEach, beforeEach, expect, test } from 'vitest'
import { call, codeOf, errorOf } from '../call.fixture.ts'
import { account, makeWorld, region, type WorldFixture } from '../world.fixture.ts'

let fixture: WorldFixture
const ask = (operation: string, input: Record<string, unknown> = {}) => call(fixture, operation, input)

beforeEach(async () => {
  fixture = await makeWorld()
})
afterEach(() => fixture.dispose())

test('replication is stored as one document', async () => {
  const rule = {
    destinations: [
      { region: 'us-east-1', registryId: account },
      { region, registryId: '444455556666' },
    ],
    repositoryFilters: [{ filter: 'prod/', filterType: 'PREFIX_MATCH' }],
  }
  const replicationConfiguration = { rules: [rule, { destinations: [] }] }
  expect(await ask('PutReplicationConfiguration', { replicationConfiguration })).toEqual({
    replicationConfiguration,
  })
  expect(await ask('DescribeRegistry')).toEqual({ registryId: account, replicationConfiguration })
  await ask('PutReplicationConfiguration', { replicationConfiguration: { rules: [] } })
  expect((await ask('DescribeRegistry')).replicationConfiguration).toEqual({ rules: [] })
})

const there = { region: 'us-east-1', registryId: '111122223333' }
const filtered = (filter: string, filterType = 'PREFIX_MATCH') => [
  { destinations: [there], repositoryFilters: [{ filter, filterType }] },
]
test.each<[string, unknown]>([
  ['itself', [{ destinations: [{ region, registryId: account }] }]],
  ['an account that is none', [{ destinations: [{ region, registryId: '12' }] }]],
  ['26 rules', Array(26).fill({ destinations: [there] })],
  [
    '26 destinations',
    [{ destinations: Array.from({ length: 26 }, (_, at) => ({ ...there, region: `r-${at}` })) }],
  ],
  ['a wildcard', filtered('prod*')],
  ['one letter', filtered('p')],
  ['capital letters', filtered('Prod')],
  ['another kind of filter', filtered('prod', 'WILDCARD')],
  ['an empty list of filters', [{ destinations: [there], repositoryFilters: [] }]],
])('replication refuses %s', async (_name, rules) => {
  const error = await errorOf(ask('PutReplicationConfiguration', { replicationConfiguration: { rules } }))
  expect(error.code).toBe('InvalidParameterException')
})

test('scanning rules are resolved for each repository', async () => {
  const rules = [
    { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] },
    { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter: 'prod*', filterType: 'WILDCARD' }] },
  ]
  expect(await ask('GetRegistryScanningConfiguration')).toEqual({
    registryId: account,
    scanningConfiguration: { scanType: 'BASIC', rules: [] },
  })
  await ask('PutRegistryScanningConfiguration', { scanType: 'ENHANCED', rules })
  await ask('CreateRepository', { repositoryName: 'prod/api' })
  const answer = await ask('BatchGetRepositoryScanningConfiguration', {
    repositoryNames: ['prod/api', 'none'],
  })
  expect(answer).toMatchObject({
    scanningConfigurations: [
      { repositoryName: 'prod/api', scanOnPush: true, scanFrequency: 'CONTINUOUS_SCAN' },
    ],
    failures: [{ repositoryName: 'none', failureCode: 'REPOSITORY_NOT_FOUND' }],
  })
})

const scanRule = (scanFrequency: string, filter = '*') => ({
  scanFrequency,
  repositoryFilters: [{ filter, filterType: 'WILDCARD' }],
})
test.each<[string, Record<string, unknown>]>([
  ['continuous scans without Inspector', { scanType: 'BASIC', rules: [scanRule('CONTINUOUS_SCAN')] }],
  ['manual as a rule', { scanType: 'BASIC', rules: [scanRule('MANUAL')] }],
  [
    'two rules of one frequency',
    { scanType: 'ENHANCED', rules: [scanRule('SCAN_ON_PUSH'), scanRule('SCAN_ON_PUSH')] },
  ],
  ['three rules', { scanType: 'ENHANCED', rules: Array(3).fill(scanRule('SCAN_ON_PUSH')) }],
  ['capital letters', { rules: [scanRule('SCAN_ON_PUSH', 'Prod')] }],
  ['a long name', { rules: [scanRule('SCAN_ON_PUSH', `${'a'.repeat(254)}!`)] }],
  ['an unknown type', { scanType: 'DEEP' }],
])('scanning refuses %s', async (_name, input) => {
  expect(await codeOf(ask('PutRegistryScanningConfiguration', input))).toBe('InvalidParameterException')
})

test('account settings have their names and values', async () => {
  expect(await ask('GetAccountSetting', { name: 'BLOB_MOUNTING' })).toEqual({
    name: 'BLOB_MOUNTING',
    value: 'DISABLED',
  })
  await ask('PutAccountSetting', { name: 'BLOB_MOUNTING', value: 'ENABLED' })
  expect((await ask('GetAccountSetting', { name: 'BLOB_MOUNTING' })).value).toBe('ENABLED')
  for (const input of [
    { name: 'X', value: 'Y' },
    { name: 'REGISTRY_POLICY_SCOPE', value: 'V1' },
    { name: 'BLOB_MOUNTING' },
  ])
    expect(await codeOf(ask('PutAccountSetting', input))).toBe('InvalidParameterException')
})

test('pull time exclusions', async () => {
  const principalArn = `arn:aws:iam::${account}:role/backup`
  expect(await ask('RegisterPullTimeUpdateExclusion', { principalArn })).toEqual({
    principalArn,
    createdAt: fixture.world.now() / 1000,
  })
  expect(await codeOf(ask('RegisterPullTimeUpdateExclusion', { principalArn }))).toBe(
    'ExclusionAlreadyExistsException',
  )
  expect(await codeOf(ask('RegisterPullTimeUpdateExclusion', { principalArn: 'backup' }))).toBe(
    'InvalidParameterException',
  )
  expect(await ask('ListPullTimeUpdateExclusions')).toEqual({ pullTimeUpdateExclusions: [principalArn] })
  for (let at = 0; at < 99; at++) fixture.registry.pullTimeExclusions[`${principalArn}${at}`] = 0
  const more = { principalArn: `${principalArn}-more` }
  expect(await codeOf(ask('RegisterPullTimeUpdateExclusion', more))).toBe('LimitExceededException')
  expect(await ask('DeregisterPullTimeUpdateExclusion', { principalArn })).toEqual({ principalArn })
  expect(await codeOf(ask('DeregisterPullTimeUpdateExclusion', { principalArn }))).toBe(
    'ExclusionNotFoundException',
  )
})

const secret = `arn:aws:secretsmanager:${region}:${account}:secret:ecr-pullthroughcache/hub-abc`
test('pull through cache rules', async () => {
  const ecrRepositoryPrefix = 'hub'
  const rule = { ecrRepositoryPrefix, upstreamRegistryUrl: 'registry-1.docker.io', credentialArn: secret }
  expect(await ask('CreatePullThroughCacheRule', rule)).toMatchObject({
    ...rule,
    upstreamRegistry: 'docker-hub',
    upstreamRepositoryPrefix: 'ROOT',
  })
  expect(await codeOf(ask('CreatePullThroughCacheRule', rule))).toBe(
    'PullThroughCacheRuleAlreadyExistsException',
  )
  const changed = await ask('UpdatePullThroughCacheRule', {
    ecrRepositoryPrefix,
    credentialArn: `${secret}2`,
  })
  expect(changed.credentialArn).toBe(`${secret}2`)
  const { pullThroughCacheRules } = await ask('DescribePullThroughCacheRules', {
    ecrRepositoryPrefixes: ['hub'],
  })
  expect(pullThroughCacheRules[0]).toMatchObject({
    ecrRepositoryPrefix,
    updatedAt: fixture.world.now() / 1000,
  })
  expect(await codeOf(ask('DescribePullThroughCacheRules', { ecrRepositoryPrefixes: ['none'] }))).toBe(
    'PullThroughCacheRuleNotFoundException',
  )
  await ask('DeletePullThroughCacheRule', { ecrRepositoryPrefix })
  expect(await ask('DescribePullThroughCacheRules')).toEqual({ pullThroughCacheRules: [] })
  expect(await codeOf(ask('UpdatePullThroughCacheRule', { ecrRepositoryPrefix }))).toBe(
    'PullThroughCacheRuleNotFoundException',
  )
})

test.each<[string, Record<string, unknown>]>([
  ['UnsupportedUpstreamRegistryException', { ecrRepositoryPrefix: 'x1', upstreamRegistryUrl: 'example.com' }],
  [
    'UnsupportedUpstreamRegistryException',
    { ecrRepositoryPrefix: 'x1', upstreamRegistryUrl: 'quay.io', upstreamRegistry: 'k8s' },
  ],
  ['InvalidParameterException', { ecrRepositoryPrefix: 'x1', upstreamRegistryUrl: 'ghcr.io' }],
  ['InvalidParameterException', { ecrRepositoryPrefix: 'x', upstreamRegistryUrl: 'quay.io' }],
  [
    'InvalidParameterException',
    { ecrRepositoryPrefix: 'ROOT', upstreamRegistryUrl: 'quay.io', upstreamRepositoryPrefix: 'team' },
  ],
  ['InvalidParameterException', { upstreamRegistryUrl: 'quay.io' }],
])('answers %s to the cache rule %j', async (code, input) => {
  expect(await codeOf(ask('CreatePullThroughCacheRule', input))).toBe(code)
})

test('signing configuration', async () => {
  const rule = {
    signingProfileArn: `arn:aws:signer:${region}:${account}:/signing-profiles/release`,
    repositoryFilters: [{ filter: 'prod/*', filterType: 'WILDCARD_MATCH' }],
  }
  const signingConfiguration = { rules: [rule] }
  expect(await codeOf(ask('GetSigningConfiguration'))).toBe('SigningConfigurationNotFoundException')
  expect(await ask('PutSigningConfiguration', { signingConfiguration })).toEqual({ signingConfiguration })
  expect(await ask('GetSigningConfiguration')).toEqual({ registryId: account, signingConfiguration })
  expect(await ask('DeleteSigningConfiguration')).toEqual({ registryId: account, signingConfiguration })
  expect(await codeOf(ask('DeleteSigningConfiguration'))).toBe('SigningConfigurationNotFoundException')
  const elsewhere = { rules: [{ signingProfileArn: rule.signingProfileArn.replace(region, 'us-east-1') }] }
  expect(await codeOf(ask('PutSigningConfiguration', { signingConfiguration: elsewhere }))).toBe(
    'InvalidParameterException',
  )
})

const role = `arn:aws:iam::${account}:role/ecr-template`
test('creation templates', async () => {
  const template = {
    prefix: 'prod',
    appliedFor: ['REPLICATION'],
    description: 'for replicas',
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: `arn:aws:kms:${region}:${account}:key/abc` },
    resourceTags: [{ Key: 'team', Value: 'shop' }],
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'latest' }],
    customRoleArn: role,
  }
  const times = { createdAt: fixture.world.now() / 1000, updatedAt: fixture.world.now() / 1000 }
  expect(await ask('CreateRepositoryCreationTemplate', template)).toEqual({
    registryId: account,
    repositoryCreationTemplate: { ...template, ...times },
  })
  expect(await codeOf(ask('CreateRepositoryCreationTemplate', template))).toBe(
    'TemplateAlreadyExistsException',
  )
  fixture.pass(1000)
  const change = { prefix: 'prod', imageTagMutability: 'MUTABLE', description: 'changed' }
  const { repositoryCreationTemplate } = await ask('UpdateRepositoryCreationTemplate', change)
  expect(repositoryCreationTemplate).toMatchObject({
    ...change,
    resourceTags: template.resourceTags,
    createdAt: times.createdAt,
    updatedAt: times.updatedAt + 1,
  })
  expect(repositoryCreationTemplate).not.toHaveProperty('imageTagMutabilityExclusionFilters')
  const described = await ask('DescribeRepositoryCreationTemplates', { prefixes: ['prod'] })
  expect(described.repositoryCreationTemplates).toEqual([repositoryCreationTemplate])
  await ask('DeleteRepositoryCreationTemplate', { prefix: 'prod' })
  expect(await codeOf(ask('DeleteRepositoryCreationTemplate', { prefix: 'prod' }))).toBe(
    'TemplateNotFoundException',
  )
  expect((await ask('DescribeRepositoryCreationTemplates')).repositoryCreationTemplates).toEqual([])
})

test.each<[string, Record<string, unknown>]>([
  ['nothing to apply it for', { appliedFor: [] }],
  ['an unknown occasion', { appliedFor: ['PUSH'] }],
  ['tags without a role', { resourceTags: [{ Key: 'a', Value: 'b' }] }],
  ['KMS without a role', { encryptionConfiguration: { encryptionType: 'KMS' } }],
  ['a role of another account', { customRoleArn: 'arn:aws:iam::444455556666:role/x' }],
  [
    'a key by alias',
    { encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/x' }, customRoleArn: role },
  ],
  ['a bad repository policy', { repositoryPolicy: '{}' }],
  ['a bad lifecycle policy', { lifecyclePolicy: '{}' }],
  ['a long description', { description: 'x'.repeat(257) }],
  ['a bad prefix', { prefix: 'Prod' }],
])('templates refuse %s', async (_name, input) => {
  const template = { prefix: 'prod', appliedFor: ['REPLICATION'], ...input }
  expect(await codeOf(ask('CreateRepositoryCreationTemplate', template))).toBe('InvalidParameterException')
})
