import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { Fault } from '../src/sandbox/sandbox.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

/** The built command as a process of its own: what only a process has are signals, pipes and what it loads. */
const bin = join(import.meta.dirname, '../dist/cli/bin.js')

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

interface Options {
  env?: Record<string, string>
  cwd?: string
}

const isolated = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
}

function start(argv: string[], { env = {}, cwd = temporaryFolder() }: Options = {}) {
  if (!existsSync(bin)) throw new Error('npm run build comes first')
  const child = spawn(process.execPath, [bin, ...argv], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...isolated, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, ended: endOf(child) }
}

function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => (stdout += chunk))
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
}

const interruptedWords = `
Stopping (SIGINT); once more to stop at once ...
Error: Stopped before the end.
  Why:  The run was interrupted.
  Next: Run the same command again: it continues from what is already there.
  Code: interrupted (holdfast explain interrupted)
holdfast: exit 130, interrupted
`

describe('Ctrl-C', () => {
  const phases: [string, string[], Fault][] = [
    ['asking who we are', ['backup'], { service: 'sts', operation: 'GetCallerIdentity', kind: 'stall' }],
    [
      'listing repositories',
      ['backup'],
      { service: 'ecr', operation: 'DescribeRepositories', kind: 'stall' },
    ],
    ['reading manifests', ['backup'], { service: 'ecr', operation: 'BatchGetImage', kind: 'stall' }],
    ['copying blobs', ['backup'], { service: 's3', operation: 'GetLayer', after: 3, kind: 'stall' }],
    ['an audit', ['audit'], { service: 'ecr', operation: 'DescribeImages', kind: 'stall' }],
    [
      'planning a restore',
      ['restore', 'latest'],
      { service: 'ecr', operation: 'DescribeImages', kind: 'stall' },
    ],
    [
      'sending blobs',
      ['restore', 'latest', '--prefix', 'again/'],
      { service: 'registry', operation: 'POST /v2/again/', kind: 'stall' },
    ],
  ]

  test.each(phases)('while %s: exit 130, said once, and the vault is whole', async (_phase, argv, fault) => {
    const sandbox = await testSandbox()
    const where = { env: sandbox.env, cwd: temporaryFolder() }
    if (argv[0] === 'restore') await runCli(['backup', '--repository', 'shop/*'], where)
    const before = sandbox.requestLog().length
    sandbox.addFault(fault)
    const { child, ended } = start(argv, where)
    await until(() => met(sandbox, fault, before))
    child.kill('SIGINT')
    const { code, stderr } = await ended
    expect(code).toBe(exit.interrupted)
    expect(stderr).toBe(interruptedWords)
    sandbox.clearFaults()
    const verified = await runCli(['verify', '--data'], where)
    expect([exit.ok, exit.usage]).toContain(verified.code)
  })

  test('ends a sandbox well', async () => {
    const { child, ended } = start(['sandbox', '--seed', 'empty', '--format', 'json'])
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.kill('SIGINT')
    const { code, stdout } = await ended
    expect(code).toBe(exit.ok)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'holdfast.sandbox/1' })
  })
})

function met(sandbox: TestSandbox, { operation = '', after = 0 }: Fault, before: number): boolean {
  const since = sandbox.requestLog().slice(before)
  return since.filter((request) => request.operation.startsWith(operation)).length > after
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a reader that goes away', () => {
  test('stops no backup, and the exit code is the true one', async () => {
    const sandbox = await testSandbox()
    const where = { env: sandbox.env, cwd: temporaryFolder() }
    const { child, ended } = start(['backup', '--debug'], where)
    child.stdout?.once('data', () => child.stdout?.destroy())
    child.stderr?.destroy()
    expect((await ended).code).toBe(exit.partial)
    const { stdout } = await runCli(['snapshots', '--query', 'length(snapshots)'], where)
    expect(stdout).toBe('1\n')
  })

  test('stops no gate', async () => {
    const sandbox = await testSandbox()
    const { child, ended } = start(['audit', '--fail-on', 'high'], { env: sandbox.env })
    child.stdout?.destroy()
    const { code, stderr } = await ended
    expect(code).toBe(exit.findings)
    expect(stderr).toBe('holdfast: exit 3, findings at or over the gate\n')
  })
})

/** No file may pass the limit, which ends a write as a full disk does: in the middle. */
test.skipIf(process.platform === 'win32')(
  'a full disk stops cleanly; what was there stays whole',
  async () => {
    const sandbox = await testSandbox()
    const where = { env: sandbox.env, cwd: temporaryFolder() }
    await runCli(['backup', '--repository', 'shop/web'], where)
    const limited = `ulimit -f 600; exec ${process.execPath} ${bin} backup`
    const child = spawn('sh', ['-c', limited], {
      cwd: where.cwd,
      env: { PATH: process.env['PATH'] ?? '', ...isolated, ...where.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { code, stderr } = await endOf(child)
    expect(code).toBe(exit.failed)
    expect(stderr).toMatch(/Error: Could not use blobs\/.*\n {2}Why: .*\n {2}Next: .*\n {2}Code: disk-full/)
    expect((await runCli(['verify', '--data'], where)).code).toBe(exit.ok)
    const { stdout } = await runCli(['snapshots', '--query', 'length(snapshots)'], where)
    expect(stdout).toBe('1\n')
  },
)

test('the help loads nothing heavy', async () => {
  const folder = temporaryFolder()
  const { code, stdout } = await start(['audit', '--help'], { env: { NODE_V8_COVERAGE: folder } }).ended
  expect(code).toBe(exit.ok)
  expect(stdout).toContain('holdfast audit')
  const [file = ''] = readdirSync(folder)
  const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] }
  const packages = result.flatMap(({ url }) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
  expect([...new Set(packages)]).toEqual(['commander'])
})
