import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { exit } from '../src/core/errors.ts'
import { type CliResult, runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

/** Arguments that commands cannot do without. A new command that needs some fails here until it is named. */
const needed: Record<string, string[]> = {
  restore: ['latest'],
  history: ['shop/api'],
  prune: ['--keep-last', '3'],
  sandbox: ['--seed', 'empty'],
  apply: ['plan.json', '--dry-run'],
  rollback: ['--list'],
  'replication backfill': ['ecr://us-east-1', '--dry-run'],
  'access who-can': ['push', 'shop/api'],
  'access can': ['shop-deploy', 'push', 'shop/api'],
  'access minimize': ['ci-publisher'],
  'access policy': ['backup'],
  'access preview': ['--repository', 'shop/api', '--remove'],
  'lifecycle lint': ['--repository', '*'],
  'lifecycle simulate': ['--repository', 'platform/*'],
  'lifecycle suggest': ['--repository', 'shop/api', '--keep-releases', '5', '--tag-pattern', '1.*'],
}
const names = commands.map(({ name }) => name)
const argvOf = (name: string, ...more: string[]) => [
  ...name.split(' '),
  ...(needed[name] ?? []),
  '--format',
  'json',
  ...more,
]

async function place() {
  const sandbox = await testSandbox()
  const where = { env: sandbox.env, cwd: temporaryFolder() }
  await runCli(['backup', '--repository', 'shop/api'], where)
  return { sandbox, ...where }
}

/** These need nothing. */
async function placeOf(name: string): Promise<{ env?: Record<string, string>; cwd: string }> {
  if (['demo', 'explain', 'sandbox'].includes(name)) return { cwd: temporaryFolder() }
  const where = await place()
  if (name === 'apply') await runCli(['plan', '--control', 'tag-immutability', '--out', 'plan.json'], where)
  return where
}

/** `sandbox` ends by Ctrl-C only. */
function untilReady(name: string) {
  const controller = new AbortController()
  return name === 'sandbox' ? { signal: controller.signal, onStdout: () => controller.abort() } : {}
}

/** Exactly one document, ours, and nothing beside it. */
function expectOneDocument({ stdout, stderr, code }: CliResult): void {
  const document = JSON.parse(stdout) as { schema: string; exitCode?: number }
  expect(document.schema).toMatch(/^holdfast\.[a-z-]+\/1$/)
  expect(stdout.endsWith('}\n')).toBe(true)
  expect(`${stdout}${stderr}`).not.toContain('\x1b')
  expect(stderr).not.toMatch(/\n\s+at /)
  if (document.exitCode !== undefined) expect(document.exitCode).toBe(code)
  const last = stderr.trimEnd().split('\n').at(-1)
  if (code !== exit.ok) expect(last).toMatch(new RegExp(`^holdfast: exit ${code}, `))
}

describe('--format json: one document on stdout, however the command ends', () => {
  test.each(names)('%s: done', async (name) => {
    const result = await runCli(argvOf(name), { ...(await placeOf(name)), ...untilReady(name) })
    expect([exit.ok, exit.partial]).toContain(result.code)
    expectOneDocument(result)
  })

  test.each(['backup', 'restore', 'verify', 'snapshots', 'doctor'])('%s: with warnings', async (name) => {
    const where = await place()
    chmodSync(join(where.cwd, 'holdfast-vault'), 0o777)
    const result = await runCli(argvOf(name, '--debug'), where)
    expectOneDocument(result)
    const warned = result.stderr.match(/^warning: /gm)?.length ?? 0
    expect(result.json<{ warnings?: string[] }>().warnings?.length ?? 0).toBeGreaterThanOrEqual(warned)
  })

  test.each(names)('%s: failed', async (name) => {
    const result = await runCli(argvOf(name, '--config', 'nowhere.yaml'), { cwd: temporaryFolder() })
    expect(result.code).toBe(exit.usage)
    expect(result.json()).toMatchObject({ schema: 'holdfast.error/1', error: { code: 'config-invalid' } })
    expectOneDocument(result)
  })

  test.each(names)('%s: stopped before it began', async (name) => {
    const result = await runCli(argvOf(name), { ...(await placeOf(name)), signal: AbortSignal.abort() })
    expect([exit.ok, exit.interrupted]).toContain(result.code)
    expectOneDocument(result)
  })

  test('a warning is in the document as well', async () => {
    const where = await place()
    chmodSync(join(where.cwd, 'holdfast-vault'), 0o777)
    const result = await runCli(['backup', '--format', 'json'], where)
    expect(result.stderr).toContain('warning: Every user of this machine can change the vault')
    expect(result.json<{ warnings: string[] }>().warnings).toContainEqual(
      expect.stringContaining('chmod o-w'),
    )
  })
})

describe('--query', () => {
  test.each([
    [['snapshots', '--query', 'length(snapshots)'], '1\n'],
    [['snapshots', '--query', 'snapshots[0].repositories'], '1\n'],
    [['snapshots', '--query', 'nothing'], 'null\n'],
    [['verify', '--query', 'ok'], 'true\n'],
    [['restore', 'latest', '--query', 'ok'], 'true\n'],
    [['audit', '--control', 'owner-tag', '--query', 'findings[?resource==`x`]'], '[]\n'],
  ])('%j', async (argv, stdout) => {
    expect((await runCli(argv, await place())).stdout).toBe(stdout)
  })

  test('one that cannot be read is refused before the work', async () => {
    const where = await place()
    expect((await runCli(['backup', '--query', 'skipped['], where)).code).toBe(exit.usage)
    expect((await runCli(['snapshots', '--query', 'length(snapshots)'], where)).stdout).toBe('1\n')
  })
})

describe('text fits 100 columns and has no colour in a pipe', () => {
  test.each(names.filter((name) => name !== 'sandbox'))('%s', async (name) => {
    const { stdout } = await runCli([...name.split(' '), ...(needed[name] ?? [])], await placeOf(name))
    expect(stdout).not.toContain('\x1b')
    expect(
      stdout.split('\n').filter((line) => line.length > 100 && !line.includes('/holdfast-test-')),
    ).toEqual([])
  })
})

describe('colour', () => {
  const colour = /\x1b\[\d+m/
  test.each([
    [{}, undefined, false],
    [{}, 100, true],
    [{ NO_COLOR: '1' }, 100, false],
    [{ TERM: 'dumb' }, 100, false],
    [{ FORCE_COLOR: '1' }, undefined, true],
    [{ FORCE_COLOR: '0' }, undefined, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, undefined, false],
  ])('%j on %s columns: %s', async (env, columns, wanted) => {
    const sandbox = await testSandbox()
    const options = { env: { ...sandbox.env, ...env } as Record<string, string>, ...(columns && { columns }) }
    const { stdout } = await runCli(['audit', '--control', 'owner-tag'], options)
    expect(colour.test(stdout)).toBe(wanted)
  })
})
