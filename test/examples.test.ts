import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { exit } from '../src/core/errors.ts'
import type { Sandbox } from '../src/sandbox/sandbox.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

/** Every example of every help is run, on the demo registry, where it can be run. */
const examples = commands.flatMap(({ name, examples }) => examples.map(({ line }) => [name, line] as const))

/** A shell's reading of one of our example lines: words, and words in quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '').slice(1)
}

/** Fixed ports and the local registry of the examples are wherever this test has them. */
function adapted(line: string, sandbox: Sandbox): string[] {
  const host = sandbox.registryEndpoint.replace('http://', '')
  return words(line).map((word) => (/^(4566|4567)$/.test(word) ? '0' : word.replace('127.0.0.1:5000', host)))
}

async function prepared() {
  const sandbox = await testSandbox()
  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  const s3 = new S3Client({
    endpoint: sandbox.awsEndpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    credentials: account,
  })
  onTestFinished(() => s3.destroy())
  await s3.send(new CreateBucketCommand({ Bucket: 'my-backups' }))
  const env = { ...sandbox.env, ...(await registryPassword(sandbox)) }
  return { sandbox, env, cwd: temporaryFolder() }
}

/** As `aws ecr get-login-password` gives it, for the examples that name a registry as oci://. */
async function registryPassword(sandbox: Sandbox): Promise<Record<string, string>> {
  const { openAws } = await import('../src/aws/open.ts')
  const { ecrControl } = await import('../src/ecr/control.ts')
  const [account] = sandbox.accounts
  if (!account) throw new Error('the sandbox has no account')
  const aws = await openAws({ region: 'eu-west-1', endpoint: sandbox.awsEndpoint, credentials: account })
  const ecr = ecrControl(aws)
  const { authorization } = await ecr.getAuthorizationToken()
  ecr.close()
  aws.close()
  const [HOLDFAST_REGISTRY_USERNAME = '', HOLDFAST_REGISTRY_PASSWORD = ''] = Buffer.from(
    authorization,
    'base64',
  )
    .toString()
    .split(':')
  return { HOLDFAST_REGISTRY_USERNAME, HOLDFAST_REGISTRY_PASSWORD }
}

const selection = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }
const policy = JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' } }] })

const accessPolicy = (parts: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 'ecr:BatchGetImage', ...parts },
  })

/** What the example supposes to be there already. */
async function before(
  name: string,
  line: string,
  where: Awaited<ReturnType<typeof prepared>>,
): Promise<void> {
  writeFileSync(join(where.cwd, 'policy.json'), policy)
  writeFileSync(join(where.cwd, 'new.json'), accessPolicy({ Principal: { AWS: '444455556666' } }))
  writeFileSync(join(where.cwd, 'role.json'), accessPolicy({ Resource: '*' }))
  writeFileSync(join(where.cwd, 'running.txt'), 'shop/api:1.2.0 a laptop\n')
  writeFileSync(join(where.cwd, 'pods.json'), '{"items":[]}')
  if (line.includes('yesterday.json')) await runCli(['audit', '--out', 'yesterday.json'], where)
  if (name === 'apply' || name === 'rollback')
    await runCli(['plan', '--control', 'tag-immutability', '--out', 'plan.json'], where)
  if (name === 'rollback') await runCli(['apply', 'plan.json', '--yes'], where)
  if (!['snapshots', 'history', 'verify', 'prune', 'hold', 'restore'].includes(name)) return
  const vault = /--vault (\S+)/.exec(line)?.[1] ?? './holdfast-vault'
  await runCli(['backup', '--vault', vault], where)
  const plan = /--plan (\S+)/.exec(line)?.[1]
  if (plan) await runCli(['restore', 'latest', '--plan-out', plan], where)
}

describe('examples', () => {
  test.each(examples)('%s: %s', async (name, line) => {
    const where = await prepared()
    await before(name, line, where)
    const controller = new AbortController()
    const stopWhenReady =
      name === 'sandbox' ? { onStdout: () => controller.abort(), signal: controller.signal } : {}
    const result = await runCli(adapted(line, where.sandbox), { ...where, ...stopWhenReady })
    const fine: number[] = [exit.ok]
    // The demo registry has an archived image, which makes every backup of it partial, and findings to gate on.
    if (name === 'backup' || name === 'restore') fine.push(exit.partial)
    if (line.includes('--fail-on') || ['lifecycle simulate', 'replication check'].includes(name))
      fine.push(exit.findings)
    expect(result.stderr).not.toContain('Error:')
    expect(fine).toContain(result.code)
    expect(result.stdout).not.toBe('')
  })
})
