import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { Fault } from '../src/sandbox/sandbox.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

describe('vaults that cannot be used', () => {
  test.each(['snapshots', 'verify'])('%s: nothing there', async (command) => {
    const { code, stderr } = await runCli([command], { cwd: temporaryFolder() })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('vault-missing')
    expect(stderr).toContain('holdfast backup')
  })

  test('a folder that is something else', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'holdfast.json'), '{"name":"my-project"}')
    const { code, stderr } = await runCli(['verify', '--vault', folder])
    expect(code).toBe(exit.damaged)
    expect(stderr).toContain('vault-damaged')
  })

  test('backup does not adopt a folder full of other things', async () => {
    const sandbox = await testSandbox({ seed: 'empty' })
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'thesis.txt'), 'mine')
    const { code, stderr } = await runCli(['backup', '--vault', folder], { env: sandbox.env })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('vault-missing')
    expect(readdirSync(folder)).toEqual(['thesis.txt'])
  })

  test('a newer format', async () => {
    const folder = temporaryFolder()
    const header = { schema: 'holdfast.vault/2', format: 2, id: 'x', createdAt: '2030-01-01T00:00:00.000Z' }
    writeFileSync(join(folder, 'holdfast.json'), JSON.stringify(header))
    const { code, stderr } = await runCli(['snapshots', '--vault', folder])
    expect(code).toBe(exit.refused)
    expect(stderr).toContain('vault-format-newer')
  })

  test('a malformed place', async () => {
    const { code, stderr } = await runCli(['snapshots', '--vault', 's3:///nobucket'])
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('s3://')
  })
})

describe('AWS that cannot be used', () => {
  test('no credentials', async () => {
    const { code, stderr } = await runCli(['audit'], {
      env: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    })
    expect(code).toBe(exit.credentials)
    expect(stderr).toContain('credentials-missing')
    expect(stderr).toContain('aws sso login')
  })

  test('no Region', async () => {
    const { code, stderr } = await runCli(['audit'], {
      env: { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'S' },
    })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('region-missing')
  })

  test('a Region that is none', async () => {
    const sandbox = await testSandbox()
    const { code, stderr } = await runCli(['audit', '--region', 'eu-wset-1'], { env: sandbox.env })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('eu-wset-1')
    expect(stderr).toContain('eu-west-1')
  })

  test('a Region without this registry has no repositories, and says so', async () => {
    const sandbox = await testSandbox({ seed: 'empty' })
    const { code, stdout } = await runCli(['audit', '--region', 'us-east-1'], { env: sandbox.env })
    expect(code).toBe(exit.ok)
    expect(stdout).toContain('us-east-1')
  })

  test('a wrong secret', async () => {
    const sandbox = await testSandbox()
    const { code, stderr } = await runCli(['audit'], {
      env: { ...sandbox.env, AWS_SECRET_ACCESS_KEY: 'wrong' },
    })
    expect(code).toBe(exit.credentials)
    expect(stderr).not.toContain(sandbox.env['AWS_SECRET_ACCESS_KEY'])
  })

  test('an endpoint where nobody listens', async () => {
    const sandbox = await testSandbox()
    const { code, stderr } = await runCli(['audit'], {
      env: { ...sandbox.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    })
    expect(code).toBe(exit.failed)
    expect(stderr).toContain('endpoint-unreachable')
  })

  test('an account that is not the one of the credentials', async () => {
    const sandbox = await testSandbox()
    const { code, stderr } = await runCli(['audit', 'ecr://999900001111/eu-west-1'], { env: sandbox.env })
    expect(code).toBe(exit.credentials)
    expect(stderr).toContain('999900001111')
  })

  test('one call denied: its findings are unknown, the rest goes on', async () => {
    const sandbox = await testSandbox()
    sandbox.addFault({ service: 'ecr', operation: 'GetRepositoryPolicy', kind: 'denied' })
    const result = await runCli(['audit', '--format', 'json'], { env: sandbox.env })
    expect(result.code).toBe(exit.partial)
    const { findings } = result.json<{ findings: { control: string; status: string; reason: string }[] }>()
    const unknown = findings.filter(({ status }) => status === 'unknown')
    expect(new Set(unknown.map(({ control }) => control))).toEqual(
      new Set([
        'repository-policy-public',
        'cross-account-push',
        'conditions-restrict',
        'policy-wildcard-actions',
        'dangling-principals',
        'inventory-complete',
      ]),
    )
    expect(unknown[0]?.reason).toContain('ecr:GetRepositoryPolicy')
    expect(findings.some(({ status }) => status === 'pass')).toBe(true)
  })
})

describe('a registry that sends wrong bytes', () => {
  test('a flipped byte in a layer is refused and named, exit 5, and nothing of it is kept', async () => {
    const sandbox = await testSandbox()
    const vault = join(temporaryFolder(), 'vault')
    sandbox.addFault({ service: 's3', operation: 'GetLayer', kind: 'flip-byte' })
    const result = await runCli(['backup', '--vault', vault, '--format', 'json'], { env: sandbox.env })
    expect(result.code).toBe(exit.damaged)
    const { skipped } = result.json<{ skipped: { code: string; digest: string }[] }>()
    expect(skipped.some(({ code }) => code === 'registry-content-mismatch')).toBe(true)
    expect((await runCli(['verify', '--data', '--vault', vault])).code).toBe(exit.ok)
    sandbox.clearFaults()
    const again = await runCli(['backup', '--vault', vault, '--format', 'json'], { env: sandbox.env })
    expect(again.json<{ damaged: boolean }>().damaged).toBe(false)
  })
})

describe('what cannot be restored', () => {
  test('an archived image that the target still has is no loss; one that it lacks is, exit 4', async () => {
    const sandbox = await testSandbox()
    const vault = join(temporaryFolder(), 'vault')
    await runCli(['backup', '--vault', vault], { env: sandbox.env })
    const restore = ['restore', 'latest', '--vault', vault, '--format', 'json']
    const same = await runCli(restore, { env: sandbox.env })
    expect(same.code).toBe(exit.ok)
    expect(same.json()).toMatchObject({ ok: true, notRestored: [] })
    const elsewhere = await runCli([...restore, '--prefix', 'drill/'], { env: sandbox.env })
    expect(elsewhere.code).toBe(exit.partial)
    expect(elsewhere.json()).toMatchObject({
      notRestored: [{ kind: 'archived', repository: 'archive/2023' }],
    })
  })
})

describe('a machine that is in the way', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, stderr } = await runCli(['sandbox', '--aws-port', String(port)])
    expect(code).toBe(exit.failed)
    expect(stderr).toContain('port-in-use')
    expect(stderr).toContain(String(port))
  })

  test('a kept demo does not touch what is there', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'holdfast-demo'))
    const { code, stderr } = await runCli(['demo', '--keep'], { cwd: folder })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('exists already')
  })
})

describe('Ctrl-C', () => {
  const phases: [string, Fault][] = [
    ['listing repositories', { service: 'ecr', operation: 'DescribeRepositories', kind: 'stall' }],
    ['listing images', { service: 'ecr', operation: 'DescribeImages', kind: 'stall' }],
    ['reading manifests', { service: 'ecr', operation: 'BatchGetImage', kind: 'stall' }],
    ['copying blobs', { service: 's3', operation: 'GetLayer', after: 3, kind: 'stall' }],
  ]
  test.each(phases)(
    'while %s: exit 130, the vault is consistent, the next run completes',
    async (_phase, fault) => {
      const sandbox = await testSandbox()
      const vault = join(temporaryFolder(), 'vault')
      sandbox.addFault(fault)
      const controller = new AbortController()
      const running = runCli(['backup', '--vault', vault, '--format', 'json'], {
        env: sandbox.env,
        signal: controller.signal,
      })
      const wanted = fault.operation ?? ''
      await until(
        () =>
          sandbox.requestLog().filter(({ operation }) => operation === wanted).length > (fault.after ?? 0),
      )
      controller.abort()
      const result = await running
      expect(result.code).toBe(exit.interrupted)
      expect(result.json()).toMatchObject({ schema: 'holdfast.error/1', exitCode: 130 })
      sandbox.clearFaults()
      const verified = await runCli(['verify', '--data', '--vault', vault])
      expect([exit.ok, exit.usage]).toContain(verified.code)
      const again = await runCli(['backup', '--vault', vault], { env: sandbox.env })
      expect(again.code).toBe(exit.partial)
      expect((await runCli(['verify', '--data', '--vault', vault])).code).toBe(exit.ok)
    },
  )
})

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await new Promise((resolve) => setImmediate(resolve))
}

test('no secret is in anything that was written', async () => {
  const sandbox = await testSandbox()
  const folder = temporaryFolder()
  const secret = sandbox.env['AWS_SECRET_ACCESS_KEY'] ?? ''
  const results = [
    await runCli(['backup', '--vault', join(folder, 'v'), '--debug'], { env: sandbox.env }),
    await runCli(['audit', '--debug', '--format', 'json'], { env: sandbox.env }),
    await runCli(['doctor', '--debug'], { env: sandbox.env, cwd: folder }),
  ]
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const written = [
    ...results.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    ...files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')),
  ]
  const forbidden = [secret, Buffer.from(secret).toString('base64'), 'X-Amz-Signature', 'Basic QVdT']
  for (const text of written) for (const word of forbidden) expect(text.includes(word)).toBe(false)
})
