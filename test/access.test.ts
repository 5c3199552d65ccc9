import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CanAnswer } from '../src/access/can.ts'
import type { MatrixReport } from '../src/access/matrix-report.ts'
import type { WhoCanReport } from '../src/access/who-can.ts'
import { exit } from '../src/core/errors.ts'
import type { Inventory } from '../src/inventory/inventory.ts'
import { startSandbox } from '../src/sandbox/start.ts'
import { runCli } from './support/cli.ts'
import { envOf } from './support/sandbox.ts'

const account = '111122223333'
const partner = '444455556666'

/** Nothing here changes the sandbox. */
const cwd = mkdtempSync(join(tmpdir(), 'holdfast-access-'))
let env: Record<string, string>
beforeAll(async () => {
  const sandbox = await startSandbox({ seed: 'demo' })
  env = envOf(sandbox)
  await runCli(['inventory', '--out', 'registry.json'], { env, cwd })
  return async () => {
    await sandbox.close()
    rmSync(cwd, { recursive: true })
  }
}, 60_000)

const access = (...argv: string[]) => runCli(['access', ...argv], { env, cwd })
const json = async <T>(...argv: string[]) => (await access(...argv, '--format', 'json')).json<T>()

/** The saved inventory, changed, as a file that commands can be given. */
function saved(name: string, change: (inventory: Inventory) => void): string[] {
  const inventory = JSON.parse(readFileSync(join(cwd, 'registry.json'), 'utf8')) as Inventory
  change(inventory)
  writeFileSync(join(cwd, name), JSON.stringify(inventory))
  return ['--inventory', name]
}

const repositoryIn = ({ repositories }: Inventory, name: string) => {
  const found = 'ok' in repositories ? repositories.ok.find((one) => one.name === name) : undefined
  if (!found) throw new Error(`no ${name}`)
  return found
}

describe('access who-can', () => {
  test('people with their reasons, and outsiders told apart', async () => {
    const { allowed, conditional } = await json<WhoCanReport>('who-can', 'pull', 'shop/checkout')
    expect(allowed[0]).toMatchObject({
      ...{ kind: 'public', names: ['any AWS account'], token: 'unknown' },
      for: [{ layer: 'repository policy', statement: 'EverybodyPulls', effect: 'Allow', certain: true }],
    })
    expect(conditional).toEqual([])
    const cross = await json<WhoCanReport>('who-can', 'push', 'data/etl')
    expect(cross.allowed[0]).toMatchObject({ kind: 'account', names: [`account ${partner}`] })
  })

  test('for people: fits, names public what it is, and says what was not considered', async () => {
    const { stdout, code } = await access('who-can', 'push', 'data/etl')
    expect(code).toBe(exit.ok)
    expect(stdout).toMatch(
      /^ALLOWED: push data\/etl\n {2}WHO +KIND +TOKEN +WHY\n {2}account 444455556666 +other account +theirs/m,
    )
    expect(stdout).toMatch(/user\/ci-publisher +user BROAD/)
    expect(stdout).toContain('Not considered: service control policies')
    const open = await access('who-can', 'pull', 'shop/checkout')
    expect(open.stdout).toContain('any AWS account: the policy is public.')
    expect(open.stdout).not.toContain('internet')
  })

  test('a condition that may hold is told in words', async () => {
    const { stdout } = await access('who-can', 'pull', 'charts/shop')
    expect(stdout).toMatch(/^ALLOWED ONLY IF: pull charts\/shop$/m)
    expect(stdout.replace(/\s+/g, ' ')).toContain('aws:PrincipalOrgPaths')
  })

  test('the same from a saved inventory, by an action in any case, by an ARN or an image', async () => {
    const offline = ['--inventory', 'registry.json']
    const names = async (...argv: string[]) => {
      const { allowed } = await json<WhoCanReport>('who-can', ...argv)
      return allowed.flatMap((one) => one.names)
    }
    const live = await names('ecr:putimage', 'shop/api')
    expect(live).toContain(`arn:aws:iam::${account}:role/shop-deploy`)
    expect(await names('PutImage', 'shop/api', ...offline)).toEqual(live)
    const arn = `arn:aws:ecr:eu-west-1:${account}:repository/shop/api`
    expect(await names('ecr:PutImage', arn, ...offline)).toEqual(live)
    const image = `${account}.dkr.ecr.eu-west-1.amazonaws.com/shop/api:latest`
    expect(await names('ecr:PutImage', image, ...offline)).toEqual(live)
  })

  test('what could not be read is missing, and the exit code says so', async () => {
    const error = { code: 'AccessDeniedException', message: 'no', needs: 'ecr:GetRepositoryPolicy' }
    const unread = saved('unread.json', (inventory) => {
      repositoryIn(inventory, 'shop/api').policy = { error }
      inventory.identities = { error: { ...error, needs: 'iam:GetAccountAuthorizationDetails' } }
    })
    const { code, stdout } = await access('who-can', 'push', 'shop/api', ...unread)
    expect(code).toBe(exit.partial)
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'MISSING, so that the answer may be another: identities (AccessDeniedException), policy of repository shop/api',
    )
    expect((await access('who-can', 'push', 'shop/web', ...unread)).code).toBe(exit.partial)
  })
})

describe('access can', () => {
  test.each([
    ['shop-deploy', 'push', 'shop/api', 'allowed'],
    ['role/shop-deploy', 'push', 'data/etl', 'denied'],
    [`arn:aws:iam::${account}:user/erin`, 'push', 'shop/api', 'denied'],
    [`arn:aws:sts::${account}:assumed-role/shop-deploy/run-1`, 'push', 'shop/api', 'allowed'],
    [account, 'delete', 'shop/api', 'allowed'],
    [partner, 'push', 'data/etl', 'allowed'],
    [`arn:aws:iam::${partner}:role/ci`, 'push', 'data/etl', 'conditional'],
    ['999988887777', 'push', 'data/etl', 'denied'],
    ['*', 'pull', 'shop/checkout', 'allowed'],
    ['*', 'push', 'shop/checkout', 'denied'],
    ['lambda.amazonaws.com', 'pull', 'shop/api', 'denied'],
  ])('%s %s %s: %s', async (who, need, repository, decision) => {
    const answer = await json<CanAnswer>('can', who, need, repository, '--inventory', 'registry.json')
    expect(answer).toMatchObject({ schema: 'holdfast.access-can/1', repository, asked: need, decision })
    expect(answer.actions.every(({ reason }) => reason !== '')).toBe(true)
  })

  test('what a request brings along decides', async () => {
    const condition = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      StringEquals: { 'aws:SourceVpc': 'vpc-1' },
    }
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: account },
      Action: 'ecr:PutImage',
      Condition: condition,
    }
    const gated = saved('gated.json', (inventory) => {
      const Statement = [{ ...statement, Principal: { AWS: `arn:aws:iam::${account}:user/erin` } }]
      repositoryIn(inventory, 'shop/api').policy = {
        ok: JSON.stringify({ Version: '2012-10-17', Statement }),
      }
    })
    const ask = async (...more: string[]) =>
      (await json<CanAnswer>('can', 'erin', 'ecr:PutImage', 'shop/api', ...gated, ...more)).decision
    expect(await ask()).toBe('conditional')
    expect(await ask('--mfa')).toBe('conditional')
    expect(await ask('--mfa', '--context', 'aws:SourceVpc=vpc-1')).toBe('allowed')
    expect(await ask('--mfa', '--context', 'aws:SourceVpc=')).toBe('denied')
    expect(await ask('--no-mfa')).toBe('denied')
    const { stdout } = await access('can', 'erin', 'ecr:PutImage', 'shop/api', ...gated, '--mfa')
    expect(stdout).toMatch(
      /^ALLOWED ONLY IF: user\/erin, ecr:PutImage shop\/api\nwith aws:MultiFactorAuthPresent true$/m,
    )
    expect(stdout).toContain('aws:SourceVpc is vpc-1')
  })

  test('a change that is proposed turns the answer when it is made', async () => {
    const before = await json<CanAnswer>('can', '*', 'pull', 'shop/checkout')
    const [turn] = before.turn
    expect(turn).toMatchObject({ to: 'denied', changes: [{ statement: 'EverybodyPulls' }] })
    const changed = saved('turned.json', (inventory) => {
      const repository = repositoryIn(inventory, 'shop/checkout')
      const policy = 'ok' in repository.policy ? JSON.parse(repository.policy.ok ?? '{}') : {}
      const change = turn?.changes[0]
      policy.Statement = policy.Statement.flatMap((one: { Sid?: string }) =>
        one.Sid === change?.statement ? change?.after : [one],
      )
      repository.policy = { ok: JSON.stringify(policy) }
    })
    const after = await json<CanAnswer>('can', '*', 'pull', 'shop/checkout', ...changed)
    expect(after.decision).toBe('denied')
    const { stdout } = await access('can', '*', 'pull', 'shop/checkout', ...changed)
    expect(stdout).toContain('No statement is proposed that lets in any AWS account.')
  })

  test('for people: the answer, the statements, and what would turn it, one caller and one repository', async () => {
    const { stdout, code } = await access('can', 'erin', 'ecr:PutImage', 'shop/api')
    expect(code).toBe(exit.ok)
    expect(stdout).toMatch(
      /^DENIED: user\/erin, ecr:PutImage shop\/api\n\n {2}- {2}no identity policy allows it$/m,
    )
    expect(stdout).toMatch(
      /^What would let it through \(each by itself\):\n {2}1\. give user\/erin a new inline policy:$/m,
    )
    expect(stdout).toMatch(/^ {2}2\. give repository shop\/api a policy with:$/m)
    expect(stdout).toContain(`"Resource": "arn:aws:ecr:eu-west-1:${account}:repository/shop/api"`)
    expect(stdout).not.toContain('*"')
  })

  test('--expect is a test for CI', async () => {
    const ask = (answer: string) => access('can', 'erin', 'push', 'shop/api', '--expect', answer)
    expect((await ask('denied')).code).toBe(exit.ok)
    expect((await ask('allowed')).code).toBe(exit.findings)
  })
})

describe('access matrix', () => {
  test('says the same as each question, and groups what is alike', async () => {
    const report = await json<MatrixReport>(
      'matrix',
      '--repository',
      'shop/*',
      '--need',
      'push',
      '--need',
      'pull',
    )
    expect(report.needs).toEqual(['pull', 'push'])
    expect(report.repositories).toEqual(['shop/api', 'shop/checkout', 'shop/web', 'shop/worker'])
    const { allowed } = await json<WhoCanReport>('who-can', 'push', 'shop/api')
    const pushers = report.rows
      .filter(({ cells }) => cells[0]?.[1] === 'allowed')
      .flatMap(({ names }) => names)
    expect(pushers.sort()).toEqual(allowed.flatMap(({ names }) => names).sort())
    expect(report.groups.map(({ repositories }) => repositories)).toEqual([
      ['shop/api', 'shop/web', 'shop/worker'],
      ['shop/checkout'],
    ])
  })

  test('as CSV: a line for each principal, repository and need', async () => {
    const { stdout } = await access('matrix', '--repository', 'shop/checkout', '--format', 'csv')
    const [head, first, ...rest] = stdout.trimEnd().split('\r\n')
    expect(head).toBe('registry,repository,principal,kind,need,answer,as_of,simulated')
    expect(first).toMatch(
      /^"ecr:\/\/111122223333\/eu-west-1","shop\/checkout","any AWS account","public","pull","allowed",/,
    )
    expect((rest.length + 1) % 5).toBe(0)
  })

  test.each([
    ['access.json', /^\{\n {2}"schema": "holdfast.access-matrix\/1"/],
    ['access.csv', /^registry,repository,principal/],
    ['access.md', /^# Access to /],
    ['access.txt', /^shop\/api\n {2}WHO +KIND +pull/],
  ])('--out %s', async (name, beginning) => {
    const { stdout } = await access('matrix', '--repository', 'shop/api', '--out', name, '--need', 'pull')
    expect(stdout).toContain('WHO')
    expect(readFileSync(join(cwd, name), 'utf8')).toMatch(beginning)
  })
})

describe('mistakes', () => {
  test.each([
    [['who-can', 'pusj', 'shop/api'], /Neither a need nor an action: "pusj"/, /Did you mean push\?/],
    [
      ['who-can', 'ecr:PutImag', 'shop/apo'],
      /There is no repository "shop\/apo"/,
      /Did you mean shop\/api\?/,
    ],
    [['who-can', 'ecr:Put*', 'shop/api'], /"ecr:Put\*"/, /Did you mean ecr:PutImage\?|Needs:/],
    [['who-can', 'push'], /missing required argument 'repository'/, /help access who-can/],
    [['can', 'shop-deply', 'push', 'shop/api'], /is called "shop-deply"/, /Did you mean shop-deploy\?/],
    [['can', `arn:aws:iam::${account}:user/erim`, 'push', 'shop/api'], /erim/, /user\/erin\?/],
    [['can', 'erin', 'push', 'shop/api', '--context', 'SourceIp'], /Not a condition key/, /aws:SourceIp=/],
    [['can', 'deploy', 'push', 'shop/api'], /called "deploy"/, /Did you mean shop-deploy\?/],
    [['who-can', 'push', 'shop/*'], /no repository "shop\/\*"/, /access matrix/],
    [['matrix', '--out', 'x.pdf'], /No format goes with the name "x.pdf"/, /\.csv/],
    [['matrix', '--out', 'no/such/x.csv'], /cannot be written/, /folder that exists/],
    [['matrix', '--repository', 'no/*'], /No repository of .* matches "no\/\*"/, /spelling/],
  ])('%j', async (argv, what, next) => {
    const { code, stderr } = await access(...argv)
    expect(code).toBe(exit.usage)
    expect(stderr).toMatch(what)
    expect(stderr).toMatch(next)
  })

  test('a name that a user and a role have is asked for again', async () => {
    const twins = saved('twins.json', ({ identities }) => {
      if (!('ok' in identities)) throw new Error('no identities')
      const [first] = identities.ok.users
      if (first) first.arn = `arn:aws:iam::${account}:user/shop-deploy`
    })
    const { code, stderr } = await access('can', 'shop-deploy', 'push', 'shop/api', ...twins)
    expect(code).toBe(exit.usage)
    expect(stderr).toContain('2 users and roles are called shop-deploy')
    expect(stderr).toContain('Say which: user/shop-deploy or role/shop-deploy.')
  })
})
