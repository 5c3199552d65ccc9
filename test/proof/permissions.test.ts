import * as ecr from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { type Job, permissions } from '../../src/aws/permissions.ts'
import { exit } from '../../src/core/errors.ts'
import { type CliResult, runCli } from '../support/cli.ts'
import { temporaryFolder } from '../support/folder.ts'
import { envAs, restrictedUser } from '../support/restricted.ts'
import { type TestSandbox, testSandbox } from '../support/sandbox.ts'

// Every job with every permission of its table but one, each in turn: it fails cleanly and names what is missing, or
// says what it could not see. The sandbox enforces IAM.

const actionsOf = (...jobs: Job[]) => [
  ...new Set(jobs.flatMap((job) => permissions[job].map(({ action }) => action))),
]
const without = (all: string[], gone: string) => all.filter((each) => each !== gone)

interface Place {
  sandbox: TestSandbox
  cwd: string
  client: ecr.ECRClient
}

async function place(): Promise<Place> {
  const sandbox = await testSandbox({ enforceIam: true })
  const [account] = sandbox.accounts
  const config = { endpoint: sandbox.awsEndpoint, region: 'eu-west-1', maxAttempts: 1 }
  const client = new ecr.ECRClient({ ...config, ...(account && { credentials: account }) })
  onTestFinished(() => client.destroy())
  // The demo's own lets everybody make repositories.
  await client.send(new ecr.DeleteRegistryPolicyCommand({}))
  return { sandbox, cwd: temporaryFolder(), client }
}

async function runAs(where: Place, actions: string[], argv: string[]): Promise<CliResult> {
  const env = envAs(where.sandbox.env, await restrictedUser(where.sandbox, actions))
  return runCli([...argv, '--format', 'json'], { env, cwd: where.cwd })
}

/** It fails or is partly done, and says which permission is missing. */
function expectCleanly(result: CliResult, gone: string): void {
  const text = `${result.stdout}\n${result.stderr}`
  expect([gone, [exit.failed, exit.partial].some((code) => code === result.code)]).toEqual([gone, true])
  expect([gone, text.includes(gone)]).toEqual([gone, true])
  expect(text).not.toContain('A defect')
}

test('audit: one fewer is something unknown', async () => {
  const where = await place()
  const destinations = [{ region: 'us-east-1', registryId: where.sandbox.accounts[0]?.id ?? '' }]
  const replicationConfiguration = { rules: [{ destinations }] }
  await where.client.send(new ecr.PutReplicationConfigurationCommand({ replicationConfiguration }))
  const all = actionsOf('audit')
  for (const gone of without(all, 'iam:GenerateCredentialReport')) {
    const result = await runAs(where, without(all, gone), ['audit'])
    expectCleanly(result, gone)
  }
})

test('audit: without a report of credentials it says so', async () => {
  const where = await place()
  const gone = 'iam:GenerateCredentialReport'
  expectCleanly(await runAs(where, without(actionsOf('audit'), gone), ['audit']), gone)
})

test('backup: one fewer', async () => {
  const where = await place()
  const all = actionsOf('backup')
  for (const gone of without(all, 'ecr:GetAuthorizationToken'))
    expectCleanly(await runAs(where, without(all, gone), ['backup', '--vault', temporaryFolder()]), gone)
  const archived = ['backup', '--vault', temporaryFolder(), '--restore-archived']
  expectCleanly(await runAs(where, all, archived), 'ecr:UpdateImageStorageClass')
})

const repositories = ['shop/api', 'shop/web', 'platform/base']
const restoring = [
  'restore',
  'latest',
  '--vault',
  'vault',
  '--settings',
  'overwrite',
  ...repositories.flatMap((each) => ['--repository', each]),
]

/** What is there before each restore: one repository without images, and with other settings. */
async function reset({ client }: Place): Promise<void> {
  const { repositories: there = [] } = await client.send(new ecr.DescribeRepositoriesCommand({}))
  for (const { repositoryName } of there.filter((each) => repositories.includes(each.repositoryName ?? '')))
    await client.send(new ecr.DeleteRepositoryCommand({ repositoryName, force: true }))
  const tags = [{ Key: 'stray', Value: 'x' }]
  const imageScanningConfiguration = { scanOnPush: true }
  const repositoryName = 'shop/api'
  await client.send(new ecr.CreateRepositoryCommand({ repositoryName, tags, imageScanningConfiguration }))
}

/** Asked for only where something is mounted, or a manifest is there already. */
const notHere = ['ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage']
/** Asked for by HEAD, whose answer has no body to name a permission in. */
const unnamed = ['ecr:BatchCheckLayerAvailability']

test('restore: one fewer', async () => {
  const where = await place()
  const backup = () => runCli(['backup', '--vault', 'vault'], { env: where.sandbox.env, cwd: where.cwd })
  await backup()
  await where.client.send(
    new ecr.UpdateImageStorageClassCommand({
      repositoryName: 'shop/web',
      imageId: { imageTag: '3.2.0' },
      targetStorageClass: 'ARCHIVE',
    }),
  )
  await backup()
  const all = actionsOf('restore')
  for (const gone of all.filter((each) => ![...notHere, ...unnamed].includes(each))) {
    await reset(where)
    expectCleanly(await runAs(where, without(all, gone), restoring), gone)
  }
  for (const gone of unnamed) {
    await reset(where)
    expect((await runAs(where, without(all, gone), restoring)).code).toBe(exit.partial)
  }
  await reset(where)
  expect((await runAs(where, all, restoring)).code).toBe(exit.ok)
})

/** Everything that a registry can be set to, beside what the account had before. */
async function setAll({ client, sandbox }: Place): Promise<void> {
  const account = sandbox.accounts[0]?.id ?? ''
  const rules = [{ destinations: [{ region: 'us-east-1', registryId: account }] }]
  const arn = `arn:aws:ecr:eu-west-1:${account}:repository/*`
  const statement = {
    Sid: 'in',
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: ['ecr:ReplicateImage'],
    Resource: arn,
  }
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const open = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource: undefined }] })
  const every = [{ filter: '*', filterType: 'WILDCARD' as const }]
  const commands = [
    new ecr.PutRegistryPolicyCommand({ policyText }),
    new ecr.PutReplicationConfigurationCommand({ replicationConfiguration: { rules } }),
    new ecr.PutRegistryScanningConfigurationCommand({
      scanType: 'ENHANCED',
      rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: every }],
    }),
    new ecr.PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }),
    new ecr.CreateRepositoryCreationTemplateCommand({
      prefix: 'team',
      appliedFor: ['CREATE_ON_PUSH'],
      repositoryPolicy: open,
      lifecyclePolicy: lifecycle,
      customRoleArn: `arn:aws:iam::${account}:role/registry-templates`,
    }),
  ]
  for (const command of commands) await client.send(command as ecr.PutRegistryPolicyCommand)
}

const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 5 }
const lifecycle = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] })

/** Nothing of what the snapshot has; a template that is to be replaced and others that are to be made. */
async function unsetAll({ client }: Place): Promise<void> {
  const { pullThroughCacheRules = [] } = await client.send(new ecr.DescribePullThroughCacheRulesCommand({}))
  const { repositoryCreationTemplates = [] } = await client.send(
    new ecr.DescribeRepositoryCreationTemplatesCommand({}),
  )
  const { pullTimeUpdateExclusions = [] } = await client.send(new ecr.ListPullTimeUpdateExclusionsCommand({}))
  const commands = [
    ...(await client.send(new ecr.GetRegistryPolicyCommand({})).then(
      () => [new ecr.DeleteRegistryPolicyCommand({})],
      () => [],
    )),
    new ecr.PutReplicationConfigurationCommand({ replicationConfiguration: { rules: [] } }),
    new ecr.PutSigningConfigurationCommand({ signingConfiguration: { rules: [] } }),
    new ecr.PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }),
    new ecr.PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'DISABLED' }),
    ...pullThroughCacheRules.map(
      ({ ecrRepositoryPrefix }) => new ecr.DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix }),
    ),
    ...repositoryCreationTemplates.map(
      ({ prefix }) => new ecr.DeleteRepositoryCreationTemplateCommand({ prefix }),
    ),
    ...pullTimeUpdateExclusions.map(
      (principalArn) => new ecr.DeregisterPullTimeUpdateExclusionCommand({ principalArn }),
    ),
    new ecr.CreateRepositoryCreationTemplateCommand({ prefix: 'scratch', appliedFor: ['REPLICATION'] }),
  ]
  for (const command of commands) await client.send(command as ecr.DeleteRegistryPolicyCommand)
}

test('settings of the registry: one fewer', async () => {
  const where = await place()
  const all = actionsOf('restore', 'registry-settings')
  await setAll(where)
  const one = ['--repository', 'sandbox/empty']
  await runCli(['backup', '--vault', 'vault', ...one], { env: where.sandbox.env, cwd: where.cwd })
  const argv = ['restore', 'latest', '--vault', 'vault', '--registry-settings', ...one]
  for (const gone of without(actionsOf('registry-settings'), 'inspector2:Disable')) {
    await unsetAll(where)
    expectCleanly(await runAs(where, without(all, gone), argv), gone)
  }
  await unsetAll(where)
  expect((await runAs(where, all, argv)).code).toBe(exit.ok)
})
