import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import type { BackupPlan, BackupReport } from '../src/backup/report.ts'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function place() {
  const sandbox = await testSandbox()
  const [account] = sandbox.accounts
  const s3 = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: account!,
  })
  await s3.send(new CreateBucketCommand({ Bucket: 'plans' }))
  s3.destroy()
  return { sandbox, env: sandbox.env, cwd: temporaryFolder() }
}

/** What depends on the number of blobs, which nobody knows without reading manifests; and who asks. */
const estimated = /GetDownloadUrlForLayer|download:|^sts:|^s3:/
const listings = (requests: Record<string, number>) =>
  Object.fromEntries(Object.entries(requests).filter(([operation]) => !estimated.test(operation)))

test.each([['first'], ['second']])('the %s run does what its dry run said', async (which) => {
  const where = await place()
  if (which === 'second') await runCli(['backup', '--repository', 'shop/*'], where)
  const plan = (await runCli(['backup', '--dry-run', '--format', 'json'], where)).json<BackupPlan & object>()
  const report = (await runCli(['backup', '--format', 'json'], where)).json<BackupReport & object>()
  expect(plan.totals.repositories).toBe(report.repositories)
  expect(plan.totals.manifestsNew).toBe(report.requests.manifestRequests)
  expect(listings(plan.estimate.requests)).toEqual(listings(report.requests.byOperation))
  expect(plan.estimate.bytes).toBeGreaterThanOrEqual(report.copied.bytes / 2)
  const again = (await runCli(['backup', '--dry-run', '--format', 'json'], where)).json<BackupPlan & object>()
  expect(again.repositories.filter(({ change }) => change !== 'unchanged')).toEqual([])
  expect(again.totals.manifestsNew).toBe(0)
  expect(again.estimate).toMatchObject({ blobs: 0, bytes: 0 })
})

test('an archived image that was never held is no change', async () => {
  const where = await place()
  await runCli(['backup', '--repository', 'archive/*'], where)
  const { code, stdout } = await runCli(['backup', '--repository', 'archive/*', '--dry-run'], where)
  expect(code).toBe(exit.ok)
  expect(stdout).toContain('0 new manifests from 0 changed repositories of 1')
})

test('for S3 the cost is said, with the date of the prices; for a folder there is none', async () => {
  const where = await place()
  const line = ['backup', '--dry-run', '--budget', '25%']
  const s3 = await runCli([...line, '--vault', 's3://plans/ecr'], where)
  expect(s3.stdout).toMatch(/S3 +about [\d,]+ writes for [\d.]+ USD, at most [\d.]+ USD more a month/)
  expect(s3.stdout).toMatch(/list prices of us-east-1 as of 2026-03/)
  expect(s3.stdout.replace(/\s+/g, ' ')).toContain(
    'Transfer is not counted: within a Region it costs nothing',
  )
  expect(s3.stdout.replace(/\s+/g, ' ')).toMatch(/Requests about [\d,]+: .*DescribeImages 10/)
  expect(s3.stdout).toMatch(/Time +at least [\d.]+ s: (the bytes at 50\.0 MiB\/s|\w+ at [\d.]+ a second)/)
  expect((await runCli(line, where)).stdout).not.toContain('USD')
  const plan = (await runCli([...line, '--format', 'json'], where)).json<BackupPlan & object>()
  expect(plan.estimate.rates).toMatchObject({ 'ecr:DescribeImages': 25, 'ecr:BatchGetImage': 500 })
  expect(plan.estimate.s3).toBeUndefined()
})

test('the rate that decides is named', async () => {
  const where = await place()
  const line = ['backup', '--dry-run', '--budget', 'GetLifecyclePolicy=5']
  const { stdout } = await runCli(line, where)
  expect(stdout).toMatch(/Time +at least 2\.0 s: GetLifecyclePolicy at 5 a second \(--budget\)/)
})
