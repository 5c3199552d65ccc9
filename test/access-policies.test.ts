import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { type CliResult, runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

const account = '111122223333'
const partner = '444455556666'
const registry = `ecr://${account}/eu-west-1`
const policyOf = (...argv: string[]): Promise<CliResult> =>
  runCli(['access', 'policy', ...argv], { cwd: temporaryFolder() })

describe('access policy', () => {
  test('stdout is the policy and nothing else; what it means and how to attach it is beside it', async () => {
    const { code, stdout, stderr } = await policyOf(
      'push',
      registry,
      '--repository',
      'shop/*',
      '--vpc',
      'vpc-1',
    )
    expect(code).toBe(exit.ok)
    const { Statement } = JSON.parse(stdout) as { Statement: { Resource: string }[] }
    expect(Statement[1]?.Resource).toBe(`arn:aws:ecr:eu-west-1:${account}:repository/shop/*`)
    expect(stderr).toContain('means: only through a VPC endpoint in vpc-1')
    expect(stderr).toContain('then: aws iam put-role-policy')
    expect(stderr).toContain('warning: aws:SourceVpc and aws:SourceVpce are there only')
  })

  test('--quiet leaves the warnings alone', async () => {
    const { stderr } = await policyOf('pull', registry, '--repository', '*', '--quiet')
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('every repository')])
  })

  test('as JSON: policy, meanings, warnings, proof and commands in one document', async () => {
    const found = await policyOf('pull', '--repository-policy', '--principal', partner, '--format', 'json')
    expect(found.json()).toMatchObject({
      ...{ schema: 'holdfast.access-policy/1', kind: 'pull', attachTo: 'repository' },
      policy: { Version: '2012-10-17', Statement: [{ Principal: { AWS: `arn:aws:iam::${partner}:root` } }] },
      leftOut: ['ecr:GetAuthorizationToken'],
      warnings: expect.arrayContaining([expect.stringContaining('cannot give ecr:GetAuthorizationToken')]),
      proof: { requests: expect.any(Number) },
    })
    expect(found.json<{ commands: string[] }>().commands.at(-1)).toContain('set-repository-policy')
    expect(found.stderr).not.toContain('means:')
  })

  test('account and Region from options; the partition from the Region', async () => {
    const found = await policyOf(
      'pull',
      '--account',
      account,
      '--region',
      'cn-north-1',
      '--repository',
      'shop/api',
    )
    expect(found.stdout).toContain(`arn:aws-cn:ecr:cn-north-1:${account}:repository/shop/api`)
  })

  test.each<[string[], RegExp]>([
    [['puhs'], /Did you mean push\?/],
    [['pull'], /Nothing says for which repositories/],
    [['pull', 'oci://127.0.0.1:5000', '--repository', 'x'], /Policies are for ECR registries/],
    [['pull', registry, '--account', partner, '--repository', 'x'], /is not the account of the registry/],
    [['pull', '--repository', 'x', '--source-ip', '0.0.0.0/0'], /restricts nothing/],
    [
      ['pull', '--repository', 'x', '--source-ip', '203.0.113.0/24', '--vpce', 'vpce-1'],
      /never hold together/,
    ],
    [['pull', '--repository', 'x', '--org', 'o-abcdefghij'], /Add --repository-policy/],
    [['pull', '--repository-policy', '--principal', '*'], /every AWS account/],
  ])('%j is refused', async (argv, words) => {
    const { code, stdout, stderr } = await policyOf(...argv)
    expect([code, stdout]).toEqual([exit.usage, ''])
    expect(stderr).toMatch(words)
  })
})

async function place() {
  const { env } = await testSandbox()
  const cwd = temporaryFolder()
  const where = { env, cwd }
  const save = (name: string, text: string) => writeFileSync(join(cwd, name), text)
  const preview = (...argv: string[]) => runCli(['access', 'preview', ...argv], where)
  return { where, save, preview }
}
const statement = (parts: object) => JSON.stringify({ Version: '2012-10-17', Statement: [parts] })
const guard = statement({
  ...{ Effect: 'Deny', Principal: '*', Action: 'ecr:*' },
  Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
})

describe('access preview', () => {
  test('what access policy writes is what access preview foresees', async () => {
    const { save, preview } = await place()
    save('new.json', (await policyOf('pull', '--repository-policy', '--principal', partner)).stdout)
    const { code, stdout } = await preview('--repository', 'shop/api', '--policy', 'new.json')
    expect(code).toBe(exit.ok)
    expect(stdout).toMatch(
      /GAINS on shop\/api: .*Pull, allows it\n.*\n +account 444455556666 +pull +no -> yes/,
    )
    expect(stdout).toMatch(/Nothing\swas\schanged\./)
    expect(stdout).not.toContain('LOSES')
  })

  test('a policy that locks out whoever sets it; from standard input, within 100 columns', async () => {
    const { where } = await place()
    const argv = ['access', 'preview', '--repository', 'shop/api', '--policy', '-']
    const { stdout } = await runCli(argv, { ...where, stdin: guard })
    expect(stdout).toMatch(/LOCK-OUT: user\/demo-admin, who asks, could set this policy again only under/)
    expect(stdout).toContain('LOSES on shop/api')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('a saved inventory; an identity policy that goes; a managed policy; the policy of the registry', async () => {
    const { where, save, preview } = await place()
    await runCli(['inventory', '--out', 'shop.json'], where)
    const saved = ['--inventory', 'shop.json', '--format', 'json']
    const gone = ['--principal', 'shop-deploy', '--policy-name', 'push-shop-images', '--remove']
    const role = (await preview(...gone, ...saved)).json<{ loses: { need: string; names: string[] }[] }>()
    expect(new Set(role.loses.map(({ need }) => need))).toEqual(new Set(['pull', 'push', 'read', 'token']))
    save('identity.json', statement({ Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: '*' }))
    const admin = [
      '--managed-policy',
      'arn:aws:iam::aws:policy/AdministratorAccess',
      '--identity-policy',
      'identity.json',
    ]
    const managed = (await preview(...admin, ...saved)).json()
    expect(managed).toMatchObject({ change: { kind: 'managed-policy' }, gains: [] })
    save('registry.json', guard)
    const registryWide = (await preview('--registry-policy', 'registry.json', ...saved)).json()
    expect(registryWide).toMatchObject({
      change: { kind: 'registry-policy', subject: registry },
      lockOut: null,
    })
  })

  test.each<[string[], RegExp]>([
    [[], /Nothing says which policy is to change/],
    [['--repository', 'shop/api', '--registry-policy', 'guard.json'], /One change at a time/],
    [['--repository', 'shop/api'], /Nothing says what the policy is to become/],
    [['--repository', 'shop/api', '--policy', 'guard.json', '--remove'], /two changes/],
    [['--repository', 'shop/api', '--policy', 'none.json'], /none.json cannot be read/],
    [['--repository', 'shop/none', '--policy', 'guard.json'], /no repository "shop\/none"/],
    [['--repository', 'shop/api', '--policy', 'broken.json'], /has no effect that IAM knows \(line 2\)/],
    [['--principal', 'nobody', '--identity-policy', 'identity.json'], /no user, role or group "nobody"/],
    [
      ['--principal', 'alice', '--identity-policy', 'guard.json'],
      /names a principal, which no identity policy does/,
    ],
    [['--principal', 'alice', '--remove'], /Nothing says which policy goes/],
    [['--managed-policy', 'arn:aws:iam::aws:policy/X', '--remove'], /AWS refuses that/],
  ])('%j is refused', async (argv, words) => {
    const { save, preview } = await place()
    save('guard.json', guard)
    save('broken.json', '{"Statement": [\n{"Effect": "Alow"}]}')
    save('identity.json', statement({ Effect: 'Allow', Action: 'ecr:*', Resource: '*' }))
    const { code, stderr } = await preview(...argv)
    expect(code).toBe(exit.usage)
    expect(stderr).toMatch(words)
  })
})
