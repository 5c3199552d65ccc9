import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCreationTemplateCommand,
  DeletePullThroughCacheRuleCommand,
  DeleteRegistryPolicyCommand,
  DeleteRepositoryCreationTemplateCommand,
  DeregisterPullTimeUpdateExclusionCommand,
  ECRClient,
  PutAccountSettingCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  PutReplicationConfigurationCommand,
  PutSigningConfigurationCommand,
  RegisterPullTimeUpdateExclusionCommand,
  UpdateRepositoryCreationTemplateCommand,
} from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import type { SnapshotDocument } from '../src/report/snapshot-text.ts'
import type { RestorePlan, RestoreReport } from '../src/restore/report.ts'
import type { Sandbox } from '../src/sandbox/sandbox.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

function ecrOf(sandbox: Sandbox) {
  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  const client = new ECRClient({ endpoint: sandbox.awsEndpoint, region: 'eu-west-1', credentials: account })
  onTestFinished(() => client.destroy())
  return { client, account: account.id }
}

const exclusion = (account: string) => ({ principalArn: `arn:aws:iam::${account}:role/scanner` })
const template = { prefix: 'team', appliedFor: ['CREATE_ON_PUSH' as const], description: 'as it was' }
const rule = { ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' }

async function setEverything({ client, account }: ReturnType<typeof ecrOf>) {
  const policyText = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['ecr:ReplicateImage'],
        Resource: [`arn:aws:ecr:eu-west-1:${account}:repository/*`],
      },
    ],
  })
  const filters = [{ filter: 'prod*', filterType: 'WILDCARD' as const }]
  const destinations = [{ region: 'us-east-1', registryId: account }]
  const signingProfileArn = `arn:aws:signer:eu-west-1:${account}:/signing-profiles/prod`
  await client.send(new PutRegistryPolicyCommand({ policyText }))
  await client.send(
    new PutRegistryScanningConfigurationCommand({
      scanType: 'ENHANCED',
      rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: filters }],
    }),
  )
  await client.send(
    new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: [{ destinations }] } }),
  )
  await client.send(
    new PutSigningConfigurationCommand({ signingConfiguration: { rules: [{ signingProfileArn }] } }),
  )
  await client.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }))
  await client.send(new CreatePullThroughCacheRuleCommand(rule))
  await client.send(new CreateRepositoryCreationTemplateCommand(template))
  await client.send(new RegisterPullTimeUpdateExclusionCommand(exclusion(account)))
}

async function changeEverything({ client, account }: ReturnType<typeof ecrOf>) {
  await client.send(new DeleteRegistryPolicyCommand({}))
  await client.send(new PutRegistryScanningConfigurationCommand({ scanType: 'BASIC', rules: [] }))
  await client.send(new PutReplicationConfigurationCommand({ replicationConfiguration: { rules: [] } }))
  await client.send(new PutSigningConfigurationCommand({ signingConfiguration: { rules: [] } }))
  await client.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'DISABLED' }))
  await client.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: 'quay' }))
  await client.send(new UpdateRepositoryCreationTemplateCommand({ prefix: 'team', description: 'other' }))
  await client.send(new DeregisterPullTimeUpdateExclusionCommand(exclusion(account)))
}

async function settingsNow(where: Parameters<typeof runCli>[1]) {
  await runCli(['backup'], where)
  const shown = await runCli(['snapshots', 'latest', '--format', 'json'], where)
  return JSON.parse(JSON.stringify(shown.json<SnapshotDocument>().settings), (key, value) =>
    /^(createdAt|updatedAt)$/.test(key) ? undefined : value,
  )
}

test('settings of the registry: in the plan first, only what differs, and only when asked for', async () => {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  const ecr = ecrOf(sandbox)
  await setEverything(ecr)
  const before = await settingsNow(where)
  const id = (await runCli(['snapshots', 'latest', '--format', 'json'], where)).json<SnapshotDocument>().id
  await changeEverything(ecr)
  const changed = await settingsNow(where)
  await runCli(['restore', id], where)
  expect(await settingsNow(where)).toEqual(changed)

  const planned = await runCli(['restore', id, '--registry-settings', '--dry-run', '--format', 'json'], where)
  const plan = planned.json<RestorePlan>()
  expect(plan.registrySettings?.changes.map(({ setting, action }) => `${action} ${setting}`)).toEqual([
    'set accountSettings',
    'create pullThroughRules',
    'replace creationTemplates',
    'create pullTimeExclusions',
    'replace signing',
    'replace scanning',
    'replace replication',
    'set policy',
  ])
  expect(await settingsNow(where)).toEqual(changed)

  const report = await runCli(['restore', id, '--registry-settings', '--format', 'json'], where)
  expect(report.json<RestoreReport>().registrySettings).toEqual(plan.registrySettings?.changes)
  expect(await settingsNow(where)).toEqual(before)
  const again = await runCli(['restore', id, '--registry-settings'], where)
  expect(again.stdout).toContain('none differ')
})

test('a creation template that was deleted is made anew', async () => {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  const ecr = ecrOf(sandbox)
  await setEverything(ecr)
  await runCli(['backup'], where)
  await changeEverything(ecr)
  await ecr.client.send(new DeleteRepositoryCreationTemplateCommand({ prefix: 'team' }))
  const plan = await runCli(['restore', 'latest', '--registry-settings', '--dry-run'], where)
  expect(plan.stdout).toMatch(/create +creationTemplates +team/)
  const done = await runCli(['restore', 'latest', '--registry-settings'], where)
  expect(done.stdout).toMatch(/were set:[\s\S]+create +creationTemplates +team/)
})
