import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BatchDeleteImageCommand, ECRClient } from '@aws-sdk/client-ecr'
import { expect, onTestFinished, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { RestoreReport } from '../src/restore/report.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

test('a plan is made, looked at and done; later it is refused', async () => {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  await runCli(['backup'], where)
  const made = await runCli(
    ['restore', 'latest', '--repository', 'shop/*', '--prefix', 'drill/', '--plan-out', 'plan.json'],
    where,
  )
  expect(made.code).toBe(exit.ok)
  const done = await runCli(['restore', '--plan', 'plan.json', '--format', 'json'], where)
  expect(done.json<RestoreReport>().manifests).toBeGreaterThan(0)
  expect(done.json<RestoreReport>()).toMatchObject({ identical: true })
  const again = await runCli(['restore', '--plan', 'plan.json', '--format', 'json'], where)
  expect(again.json<RestoreReport>()).toMatchObject({ manifests: 0, tags: 0, identical: true })

  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  const ecr = new ECRClient({ endpoint: sandbox.awsEndpoint, region: 'eu-west-1', credentials: account })
  onTestFinished(() => ecr.destroy())
  await runCli(['restore', 'latest', '--repository', 'shop/api', '--plan-out', 'second.json'], where)
  const imageIds = [{ imageTag: 'latest' }]
  await ecr.send(new BatchDeleteImageCommand({ repositoryName: 'shop/api', imageIds }))
  const refused = await runCli(['restore', '--plan', 'second.json'], where)
  expect(refused.code).toBe(exit.refused)
  expect(refused.stderr).toContain('shop/api:latest is gone')
})

test.each([
  [['restore']],
  [['restore', 'latest', '--plan', 'plan.json']],
  [['restore', '--plan', 'plan.json', '--tag', 'x']],
  [['restore', '--plan', 'nowhere.json']],
  [['restore', '--plan', 'plan.json', '--plan-out', 'plan.json']],
])('%j cannot be understood', async (words) => {
  const where = { cwd: temporaryFolder() }
  expect((await runCli(words, where)).code).toBe(exit.usage)
  expect(existsSync(join(where.cwd, 'plan.json'))).toBe(false)
})
