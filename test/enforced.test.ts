import {
  DeleteRegistryPolicyCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  PutReplicationConfigurationCommand,
} from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { type Job, permissions, policyFor } from '../src/aws/permissions.ts'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { envAs, restrictedUser } from './support/restricted.ts'
import { testSandbox } from './support/sandbox.ts'

// The tables of docs/permissions.md are enough: each job runs in a sandbox that enforces IAM, as somebody who has
// what its table names and nothing else. That one fewer is noticed: test/proof/permissions.test.ts.

const actionsOf = (job: Job) => permissions[job].map(({ action }) => action)

async function place() {
  const sandbox = await testSandbox({ enforceIam: true })
  const [account] = sandbox.accounts
  const client = new ECRClient({
    endpoint: sandbox.awsEndpoint,
    region: 'eu-west-1',
    ...(account && { credentials: account }),
  })
  onTestFinished(() => client.destroy())
  // The demo's own lets everybody make repositories.
  await client.send(new DeleteRegistryPolicyCommand({}))
  const cwd = temporaryFolder()
  const runAs = async (allowed: Parameters<typeof restrictedUser>[1], argv: string[]) => {
    const env = envAs(sandbox.env, await restrictedUser(sandbox, allowed))
    return runCli([...argv, '--format', 'json'], { env, cwd })
  }
  const refused = () => sandbox.requestLog().filter(({ status }) => status === 403)
  return { sandbox, client, cwd, runAs, refused }
}

const registry = { partition: 'aws', account: '111122223333', region: 'eu-west-1' }

test('the audit finds with its permissions what an administrator finds', async () => {
  const { sandbox, cwd, runAs, refused } = await place()
  const all = await runCli(['audit', '--format', 'json'], { env: sandbox.env, cwd })
  const some = await runAs(actionsOf('audit'), ['audit'])
  expect(some.code).toBe(all.code)
  expect(some.json()['findings']).toEqual(all.json()['findings'])
  expect(some.stdout).not.toContain('not authorized')
  expect(refused()).toEqual([])
})

test('backup and restore, with the policies that doctor prints', async () => {
  const { client, runAs, refused } = await place()
  const policy = (job: Job) => policyFor(job, registry) as { Statement: unknown }
  const only = ['--repository', 'shop/api', '--repository', 'platform/base']
  expect((await runAs(policy('backup'), ['backup', ...only])).code).toBe(exit.ok)
  for (const repositoryName of ['shop/api', 'platform/base'])
    await client.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
  const restored = await runAs(policy('restore'), ['restore', 'latest', ...only])
  expect([restored.code, restored.json()['identical']]).toEqual([exit.ok, true])
  expect(refused()).toEqual([])
})

test('replication check and backfill, with the policy of their job', async () => {
  const { client, runAs, refused } = await place()
  const destinations = [{ region: 'us-east-1', registryId: registry.account }]
  const replicationConfiguration = { rules: [{ destinations }] }
  await client.send(new PutReplicationConfigurationCommand({ replicationConfiguration }))
  const policy = policyFor('replication', registry) as { Statement: unknown }
  const filled = await runAs(policy, ['replication', 'backfill'])
  expect(filled.json()['destinations']).toMatchObject([{ outcome: 'done', failed: 0 }])
  expect((await runAs(policy, ['replication', 'check'])).json()['complete']).toBe(true)
  expect(refused()).toEqual([])
})

test('who may do nothing hears which permission is missing, and changes nothing', async () => {
  const { runAs } = await place()
  const result = await runAs(['none:Nothing'], ['backup'])
  expect(result.code).toBe(exit.failed)
  expect(result.stderr).toContain('Not allowed: ecr:DescribeRepositories')
})

test('holdfast sandbox --enforce-iam', async () => {
  const controller = new AbortController()
  const asked: Promise<string>[] = []
  const ask = async (ready: string) => {
    const sandbox = JSON.parse(ready) as Parameters<typeof restrictedUser>[0]
    const credentials = await restrictedUser(sandbox, ['ecr:ListImages'])
    const client = new ECRClient({
      endpoint: sandbox.awsEndpoint,
      region: 'eu-west-1',
      credentials,
      maxAttempts: 1,
    })
    return client.send(new DescribeRepositoriesCommand({})).then(
      () => 'success',
      (error: Error) => error.name,
    )
  }
  const onStdout = (text: string) => {
    asked.push(ask(text).finally(() => controller.abort()))
  }
  const argv = ['sandbox', '--seed', 'empty', '--enforce-iam', '--format', 'json']
  const { code } = await runCli(argv, { onStdout, signal: controller.signal })
  expect([code, await Promise.all(asked)]).toEqual([exit.ok, ['AccessDeniedException']])
})
