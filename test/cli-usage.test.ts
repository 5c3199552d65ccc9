import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/cli/commands.ts'
import { errorCodes, exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

describe('help', () => {
  test('without arguments it says where to start', async () => {
    const { code, stdout, stderr } = await runCli([])
    expect(code).toBe(exit.ok)
    expect(stdout).toContain('holdfast demo')
    expect(stderr).toBe('')
  })

  test.each(commands.map(({ name }) => name))('%s --help has examples and fits the screen', async (name) => {
    const { code, stdout } = await runCli([...name.split(' '), '--help'])
    expect(code).toBe(exit.ok)
    expect(stdout).toContain('Examples')
    expect(stdout).toContain('Exit codes')
    const lines = stdout.split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    expect(lines.length).toBeLessThanOrEqual(40)
    expect((await runCli(['help', ...name.split(' ')])).stdout).toBe(stdout)
  })

  test.each(['options', 'exit-codes'])('help %s', async (topic) => {
    const { code, stdout } = await runCli(['help', topic])
    expect(code).toBe(exit.ok)
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  })

  test('--version', async () => {
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/)
  })
})

describe('wrong usage exits 2 with what, why and what next', () => {
  test.each([
    [['bakup'], /unknown command 'bakup'/, /backup/],
    [['audit', '--fial-on', 'high'], /unknown option '--fial-on'/, /--fail-on/],
    [['audit', '--fail-on', 'huge'], /huge/, /Allowed choices are critical/],
    [['access', 'matrix', '--need', 'foo'], /--need.*foo/, /Allowed choices are pull, push/],
    [['restore'], /missing required argument/, /help/],
    [['audit', 'ecr:/oops'], /Not a registry: "ecr:\/oops"/, /Examples: ecr:\/\//],
    [['audit', 'oci://127.0.0.1:5000'], /Only ECR registries/, /ecr:\/\//],
    [['backup', 'oci://127.0.0.1:5000/path'], /Not a registry/, /without a path/],
    [['explain', 'tag-imutability'], /Nothing is called/, /Did you mean tag-immutability/],
    [['help', 'nothing'], /No help on "nothing"/, /holdfast help/],
    [['lifecycle', 'simulat'], /unknown command 'lifecycle simulat'/, /Did you mean lifecycle simulate/],
    [['lifecycle', 'lint'], /Give a file, or repositories/, /policy.json/],
    [['lifecycle', 'suggest', '--keep-releases', '5'], /one repository/, /--repository shop/],
    [
      ['lifecycle', 'suggest', '--repository', 'x', '--tag-pattern', 'v*'],
      /how many to keep/,
      /--keep-releases/,
    ],
    [
      ['lifecycle', 'suggest', '--repository', 'x', '--keep-releases', 'all'],
      /not a whole number/,
      /1 or more/,
    ],
    [['lifecycle', 'simulate', '--at', 'soon'], /not a time/, /2026-12-24/],
    [['lifecycle', 'simulate', '--policy', 'nowhere.json'], /nowhere.json cannot be read/, /may read/],
    [['sandbox', '--aws-port', 'many'], /Not a port: "many"/, /0 to 65535/],
    [['explain', '--query', 'a['], /Not a JMESPath query/, /Example/],
  ])('%j', async (argv, what, next) => {
    const { code, stdout, stderr } = await runCli(argv)
    expect(code).toBe(exit.usage)
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(next)
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('holdfast: exit 2, wrong usage')
    expect(stdout === '' || JSON.parse(stdout).schema === 'holdfast.error/1').toBe(true)
  })

  test.each([
    [['bakup', '--format', 'json']],
    [['audit', '--nope', '--format=json']],
    [['restore', '--query', 'ok']],
  ])('%j answers one JSON document', async (argv) => {
    const result = await runCli(argv)
    expect(result.json()).toMatchObject({ schema: 'holdfast.error/1', exitCode: 2, error: { code: 'usage' } })
  })
})

describe('holdfast.yaml', () => {
  test.each([
    ['vualt: ./v\n', /:1:1 /, /unknown key "vualt", did you mean "vault"/],
    ['waivers:\n  - control: owner-tag\n    ownr: a\n', /:3:5 /, /unknown key "ownr", did you mean "owner"/],
    ['audit:\n  allowedKeys:\n    - a\n    - 5\n', /:4:7 /, /audit\.allowedKeys\.1/],
    ['vault: ./v\naudit:\n  failon: high\n', /:3:3 /, /unknown key "failon", did you mean "failOn"/],
    ['region: eu-west-1\nvault: [1]\n', /:2:8 /, /vault/],
    ['vault: ./v\nvault: ./w\n', /:2:1 /, /unique/],
    ['vault: "./v\n', /holdfast\.yaml:\d+:\d+ /, /quot/i],
    ['audit: { failOn: huge }\n', /:1:18 /, /audit\.failOn/],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n',
      /:1:1 /,
      /alias/i,
    ],
  ])('%j is refused with line and column', async (text, where, why) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'holdfast.yaml'), text)
    const { code, stderr } = await runCli(['snapshots'], { cwd: folder })
    expect(code).toBe(exit.usage)
    expect(stderr).toMatch(where)
    expect(stderr).toMatch(why)
    expect(stderr).toContain('config-invalid')
  })

  test('a missing file that was named is an error', async () => {
    const { code, stderr } = await runCli(['snapshots', '--config', 'nowhere.yaml'], {
      cwd: temporaryFolder(),
    })
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('nowhere.yaml')
  })

  test('a relative vault is relative to the file, wherever the command runs', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'holdfast.yaml'), 'vault: ./backups\n')
    const { stderr } = await runCli(['snapshots'], { cwd: folder })
    expect(stderr).toContain(join(folder, 'backups'))
  })
})

describe('flags beat the environment, and both beat the file', () => {
  const file = 'region: us-east-1\n'
  test.each([
    ['the file alone', [], {}, 'us-east-1'],
    ['environment and file', [], { AWS_REGION: 'eu-west-1' }, 'eu-west-1'],
    ['the other variable and file', [], { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
    ['all three', ['--region', 'us-east-1'], { AWS_REGION: 'eu-west-1' }, 'us-east-1'],
    ['a URL, which beats all', ['ecr://us-east-1', '--region', 'eu-west-1'], {}, 'us-east-1'],
  ] as [string, string[], Record<string, string>, string][])('%s', async (_name, flags, env, wanted) => {
    const { AWS_REGION: _, ...rest } = (await testSandbox({ seed: 'empty' })).env
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'holdfast.yaml'), file)
    const { stdout } = await runCli(['audit', ...flags], { cwd, env: { ...rest, ...env } })
    expect(stdout).toContain(` · ${wanted} · SIMULATED`)
  })

  test('--vault beats the file', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'holdfast.yaml'), 'vault: ./from-file\n')
    expect((await runCli(['snapshots', '--vault', './from-flag'], { cwd })).stderr).toContain('from-flag')
    expect((await runCli(['snapshots'], { cwd })).stderr).toContain('from-file')
  })
})

test('every error code can be explained', async () => {
  for (const code of Object.keys(errorCodes)) {
    const { stdout } = await runCli(['explain', code])
    expect(stdout).toContain(code)
  }
})
