import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function place() {
  const sandbox = await testSandbox()
  return { sandbox, where: { env: sandbox.env, cwd: temporaryFolder() } }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

test('a rate that is given holds, also on this machine; others stay as fast as they can be', async () => {
  const { where } = await place()
  const slow = ['backup', '--budget', 'DescribeImages=5', '--format', 'json']
  // Ten repositories: five requests are free, five more take a second.
  const seconds = await secondsOf(async () => {
    const { code, json } = await runCli(slow, where)
    expect(code).toBe(exit.partial)
    expect(json<{ requests: { byOperation: Record<string, number> } }>().requests.byOperation).toMatchObject({
      'ecr:DescribeImages': 10,
    })
  })
  expect(seconds).toBeGreaterThan(0.9)
})

test.each([
  ['backup', '--dry-run'],
  ['restore', 'latest', '--dry-run'],
  ['audit', '--all'],
  ['verify', '--data', '--repair'],
])('%s %s: refuses nonsense, and takes 10%%', async (...argv) => {
  const { where } = await place()
  await runCli(['backup', '--repository', 'shop/api'], where)
  const refused = await runCli([...argv, '--budget', 'lots'], where)
  expect([refused.code, refused.stderr]).toEqual([exit.usage, expect.stringContaining('--budget 25%')])
  const { code, stderr } = await runCli([...argv, '--budget', '10%', '--debug'], where)
  expect([exit.ok, exit.partial]).toContain(code)
  if (argv[0] !== 'verify')
    expect(stderr).toMatch(/debug: ECR requests a second at most: .*PutImage 1, others 10/)
})

test('more than the whole quota is said, and done', async () => {
  const { where } = await place()
  const { code, stderr } = await runCli(['audit', '--budget', '120%', '--control', 'owner-tag'], where)
  expect(code).toBe(exit.ok)
  expect(stderr).toContain('warning: --budget 120% is more than the quotas')
})

test('holdfast.yaml: the flag beats it, and nonsense names its line', async () => {
  const { where } = await place()
  const write = (text: string) => writeFileSync(join(where.cwd, 'holdfast.yaml'), text)
  const rates = async (...more: string[]) =>
    (await runCli(['audit', '--control', 'owner-tag', '--debug', ...more], where)).stderr
  write('region: eu-west-1\nbudget: 40%\n')
  expect(await rates()).toContain('PutImage 4,')
  expect(await rates('--budget', '20%')).toContain('PutImage 2,')
  write('region: eu-west-1\nbudget: PutImage=fast\n')
  const { code, stderr } = await runCli(['audit'], where)
  expect(code).toBe(exit.usage)
  expect(stderr).toMatch(/holdfast\.yaml:2:9 .*\n.*budget: Not a budget/)
})

test('a restore is estimated by the rate that it will have', async () => {
  const { where } = await place()
  await runCli(['backup', '--repository', 'shop/api'], where)
  const plan = async (budget: string) => {
    const line = [
      'restore',
      'latest',
      '--prefix',
      'drill/',
      '--dry-run',
      '--budget',
      budget,
      '--format',
      'json',
    ]
    return (await runCli(line, where)).json<{ estimatedSeconds: number }>().estimatedSeconds
  }
  expect((await plan('PutImage=0.5')) / (await plan('PutImage=1'))).toBe(2)
})
