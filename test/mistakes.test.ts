import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { errorCodes, exit } from '../src/core/errors.ts'
import type { Fault } from '../src/sandbox/sandbox.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { type TestSandbox, testSandbox } from './support/sandbox.ts'

/** The mistakes of a first week. Each must end in what, why and what next, with nothing for a newcomer to guess. */
interface Mistake {
  argv: string[]
  env?: Record<string, string>
  /** Variables of the sandbox that are not set. */
  without?: string[]
  fault?: Fault
  code: number
  /** All of them must be on stderr. */
  says: RegExp[]
  /** Done in the empty working folder before. */
  before?: (cwd: string) => void
}

const mistakes: Record<string, Mistake> = {
  'a command mistyped': {
    argv: ['bakup'],
    code: 2,
    says: [/unknown command 'bakup'/, /Did you mean backup\?/],
  },
  'an option mistyped': {
    argv: ['audit', '--regoin', 'eu-west-1'],
    code: 2,
    says: [/unknown option '--regoin'/, /Did you mean --region\?/, /holdfast help audit/],
  },
  'an argument that belongs to an option': {
    argv: ['verify', 'latest'],
    code: 2,
    says: [/too many arguments for 'verify'/, /See: holdfast help verify/],
  },
  'a format that is none': { argv: ['audit', '--format', 'xml'], code: 2, says: [/table, json/] },
  'a key mistyped in holdfast.yaml': {
    argv: ['audit'],
    before: (cwd) => writeFileSync(join(cwd, 'holdfast.yaml'), 'regoin: eu-west-1\n'),
    code: 2,
    says: [/holdfast\.yaml:1:1/, /did you mean "region"/],
  },
  'no Region': {
    argv: ['audit'],
    without: ['AWS_REGION'],
    code: 2,
    says: [/No AWS Region was given/, /Pass --region eu-west-1/],
  },
  'a Region mistyped': {
    argv: ['audit', '--region', 'eu-wset-1'],
    code: 2,
    says: [/"eu-wset-1"/, /--region eu-west-1/],
  },
  'no credentials': {
    argv: ['audit'],
    without: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
    code: 7,
    says: [/No usable AWS credentials/, /aws sso login/],
  },
  'a profile that is not there': {
    argv: ['audit', '--profile', 'prod'],
    code: 7,
    says: [/There is no AWS profile "prod"/, /--profile, AWS_PROFILE/],
  },
  'an expired session': {
    argv: ['audit'],
    fault: { service: 'sts', kind: 'expired-token' },
    code: 7,
    says: [/have expired/, /aws sso login/],
  },
  'keys that are not right': {
    argv: ['audit'],
    env: { AWS_SECRET_ACCESS_KEY: 'wrong' },
    code: 7,
    says: [/did not accept the credentials/, /Check the profile, the keys and the clock/],
  },
  'the wrong account': {
    argv: ['backup', 'ecr://999900001111/eu-west-1'],
    code: 7,
    says: [/account 111122223333, not for 999900001111/, /--profile or --role-arn/],
  },
  'a role that is no ARN': {
    argv: ['audit', '--role-arn', 'auditor'],
    code: 2,
    says: [/Not the ARN of a role: "auditor"/, /arn:aws:iam::ACCOUNT:role\/NAME/],
  },
  'a role that may not be assumed': {
    argv: ['audit', '--role-arn', 'arn:aws:iam::444455556666:role/nobody'],
    code: 1,
    says: [/Not allowed: sts:AssumeRole on arn:aws:iam::444455556666:role\/nobody/, /trust policy/],
  },
  'a job that is not allowed': {
    argv: ['backup'],
    fault: { service: 'ecr', operation: 'DescribeRepositories', kind: 'denied' },
    code: 1,
    says: [/Not allowed: ecr:DescribeRepositories/, /Allow ecr:DescribeRepositories/],
  },
  'an endpoint that is no URL': {
    argv: ['audit', '--endpoint-url', 'localhost:4566'],
    code: 2,
    says: [/not a URL/, /http:\/\/127\.0\.0\.1:4566/],
  },
  'an endpoint where nobody listens': {
    argv: ['audit', '--endpoint-url', 'http://127.0.0.1:1'],
    code: 1,
    says: [/No connection for sts:GetCallerIdentity/, /ECONNREFUSED/, /AWS_ENDPOINT_URL/],
  },
  'a glob that matches nothing, in an audit': {
    argv: ['audit', '--repository', 'shpo/*'],
    code: 2,
    says: [/No repository of ecr:\/\/111122223333\/eu-west-1 matches "shpo\/\*"/, /It has archive\/2023/],
  },
  'a glob that matches nothing, in a backup': {
    argv: ['backup', '--repository', 'shpo/*'],
    code: 2,
    says: [/matches "shpo\/\*"/, /Check the spelling/],
  },
  'a control that is none': {
    argv: ['audit', '--control', 'tag-mutability'],
    code: 2,
    says: [/No control is called "tag-mutability"/, /holdfast explain/],
  },
  'a restore where nothing was backed up': {
    argv: ['restore', 'latest'],
    code: 2,
    says: [/There is no vault at .*holdfast-vault/, /--vault/, /`holdfast backup`/],
  },
  'a vault in a bucket that is not there': {
    argv: ['backup', '--vault', 's3://my-bakups/ecr'],
    code: 1,
    says: [/s3:\/\/my-bakups/, /bucket does not exist/, /Create the bucket, or correct its name in --vault/],
  },
  'a vault in a bucket that may not be read': {
    argv: ['snapshots', '--vault', 's3://my-backups/ecr'],
    fault: { service: 's3', kind: 'denied' },
    code: 1,
    says: [/access-denied/, /s3:GetObject|s3:/],
  },
  'a vault that is a file': {
    argv: ['backup', '--vault', './notes.txt'],
    before: (cwd) => writeFileSync(join(cwd, 'notes.txt'), 'mine'),
    code: 1,
    says: [/A file is where a folder should be: .*notes\.txt/, /Name a folder as the vault/],
  },
  'a vault on a disk that is not mounted': {
    argv: ['backup', '--vault', './disk'],
    before: (cwd) => symlinkSync(join(cwd, 'not-mounted'), join(cwd, 'disk')),
    code: 1,
    says: [/a link leads nowhere/, /Is the disk mounted\?/],
  },
  'a folder of something else as vault': {
    argv: ['backup', '--vault', './photos'],
    before: (cwd) => {
      mkdirSync(join(cwd, 'photos'))
      writeFileSync(join(cwd, 'photos', 'cat.jpg'), '')
    },
    code: 2,
    says: [/is not a vault, and not empty either/, /cat\.jpg/, /Name an empty place/],
  },
  'a registry that is no URL': {
    argv: ['backup', '111122223333.dkr.ecr.eu-west-1.amazonaws.com'],
    code: 2,
    says: [/Not a registry/, /ecr:\/\/111122223333\/eu-west-1/],
  },
  'an OCI registry where nobody listens': {
    argv: ['backup', 'oci://127.0.0.1:1'],
    code: 1,
    says: [/127\.0\.0\.1:1/, /ECONNREFUSED/, /Check the address and the network/],
  },
  'a topic that is none': {
    argv: ['explain', 'tag-imutability'],
    code: 2,
    says: [/Did you mean tag-immutability\?/],
  },
  'a query that is none': {
    argv: ['backup', '--query', 'skipped['],
    code: 2,
    says: [/Not a JMESPath query/, /Example/],
  },
}

/** Every error has its lines, in this order; the last line of stderr names the code. */
function expectWords(stderr: string, code: number): void {
  expect(stderr).toMatch(
    /^Error: .{10,}\n( {2}Why: {2}.+\n)? {2}Next: .{10,}\n {2}Code: [a-z-]+ \(holdfast explain [a-z-]+\)\nholdfast: exit \d+, .+\n$/,
  )
  const named = /Code: ([a-z-]+)/.exec(stderr)?.[1] as keyof typeof errorCodes
  expect(errorCodes[named][0]).toBe(code)
  expect(stderr).not.toMatch(/\n\s+at |undefined|\[object|hidden field/)
}

describe('mistakes of the first week', () => {
  test.each(Object.entries(mistakes))('%s', async (_name, mistake) => {
    const sandbox = await testSandbox({ seed: mistake.argv.includes('--repository') ? 'demo' : 'empty' })
    const cwd = temporaryFolder()
    mistake.before?.(cwd)
    if (mistake.fault) sandbox.addFault(mistake.fault)
    const env = { ...sandbox.env, ...mistake.env }
    for (const name of mistake.without ?? []) delete env[name]
    const { code, stderr } = await runCli(mistake.argv, { env, cwd })
    for (const words of mistake.says) expect(stderr).toMatch(words)
    expect(code).toBe(mistake.code)
    expectWords(stderr, mistake.code)
  })
})

describe('registries that are none, or do not let us in', () => {
  const page = (status: number) =>
    listening(
      createServer((_request, response) =>
        response.writeHead(status, { 'content-type': 'text/html' }).end('<p>Hi</p>'),
      ),
    )

  test.each([200, 404])('a web server that answers %i', async (status) => {
    const host = await page(status)
    const { code, stderr } = await runCli(['backup', `oci://${host}`], { cwd: temporaryFolder() })
    expect(stderr).toContain(`${host} does not answer as an OCI registry does`)
    expect(stderr).toContain('oci://HOST[:PORT]')
    expect(code).toBe(exit.failed)
    expectWords(stderr, code)
  })

  test.each([200, 404])('a web server that answers %i as AWS endpoint', async (status) => {
    const sandbox = await testSandbox({ seed: 'empty' })
    const endpoint = `http://${await page(status)}`
    const { code, stderr } = await runCli(['audit', '--endpoint-url', endpoint], { env: sandbox.env })
    expect(stderr).toContain('what answered is not AWS')
    expect(stderr).toContain('AWS_ENDPOINT_URL')
    expect(code).toBe(exit.failed)
    expectWords(stderr, code)
  })

  test.each([
    [{}, /wants a user name and password/, /Set HOLDFAST_REGISTRY_USERNAME/],
    [
      { HOLDFAST_REGISTRY_USERNAME: 'AWS', HOLDFAST_REGISTRY_PASSWORD: 'wrong' },
      /did not accept the user name and password/,
      /Correct HOLDFAST_REGISTRY_USERNAME/,
    ],
  ])('a registry with a password: %j', async (password, what, next) => {
    const sandbox = await testSandbox({ seed: 'empty' })
    const url = sandbox.registryEndpoint.replace('http', 'oci')
    const { code, stderr } = await runCli(['backup', url], {
      env: { ...sandbox.env, ...password },
      cwd: temporaryFolder(),
    })
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(next)
    expect(code).toBe(exit.credentials)
    expectWords(stderr, code)
  })
})

describe('mistakes with a vault that is there', () => {
  async function backedUp(): Promise<{ sandbox: TestSandbox; env: Record<string, string>; cwd: string }> {
    const sandbox = await testSandbox()
    const where = { sandbox, env: sandbox.env, cwd: temporaryFolder() }
    await runCli(['backup', '--repository', 'shop/api'], where)
    return where
  }

  test.each([
    [['restore', 'abcd1234'], 2, /no snapshot "abcd1234"/, /`holdfast snapshots` lists them/],
    [['verify', '--snapshot', 'abcd1234'], 2, /no snapshot "abcd1234"/, /`holdfast snapshots`/],
    [
      ['restore', 'latest', '--from', 'ecr://1'],
      2,
      /no snapshot of ecr:\/\/1/,
      /It holds ecr-111122223333-eu-west-1/,
    ],
    [
      ['restore', 'latest', '--repository', 'shop/pai'],
      2,
      /No repository of snapshot \w+ matches "shop\/pai"/,
      /shop\/api/,
    ],
    [
      ['restore', 'latest', '--prefix', 'x/', '--registry-endpoint', 'http://127.0.0.1:1'],
      1,
      /127\.0\.0\.1:1/,
      /Check the address and the network/,
    ],
  ] as const)('%j', async (argv, wanted, what, next) => {
    const where = await backedUp()
    const { code, stderr } = await runCli([...argv], where)
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(next)
    expect(code).toBe(wanted)
    expectWords(stderr, wanted)
  })

  test('one glob of two that matches nothing is told, also in the document', async () => {
    const where = await backedUp()
    const argv = ['audit', '--repository', 'shop/api', '--repository', 'shpo/web', '--format', 'json']
    const result = await runCli(argv, where)
    expect(result.json<{ warnings: string[] }>().warnings).toEqual([
      'No repository of ecr://111122223333/eu-west-1 matches "shpo/web".',
    ])
    expect(result.stderr).toContain('warning: No repository')
  })
})

test('an audit of an empty registry says so, and is no error', async () => {
  const sandbox = await testSandbox({ seed: 'empty' })
  const { code, stdout, stderr } = await runCli(['audit'], { env: sandbox.env })
  expect(code).toBe(exit.ok)
  expect(stdout).toContain('0 repositories')
  expect(stderr).toBe('')
})

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
