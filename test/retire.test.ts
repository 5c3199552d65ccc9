import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DescribeRepositoriesCommand,
  ECRClient,
  RegisterPullTimeUpdateExclusionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecr'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, onTestFinished, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import type { Plan } from '../src/remediate/plan.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'
import { testSandbox } from './support/sandbox.ts'

async function place() {
  const sandbox = await testSandbox()
  const [credentials] = sandbox.accounts
  const config = {
    ...{ endpoint: sandbox.awsEndpoint, region: 'eu-west-1' },
    ...(credentials && { credentials }),
  }
  const [ecr, sts] = [new ECRClient(config), new STSClient(config)]
  onTestFinished(() => {
    ecr.destroy()
    sts.destroy()
  })
  const cwd = temporaryFolder()
  const run = (...argv: string[]) => runCli(argv, { env: sandbox.env, cwd })
  const plan = async (out: string): Promise<Plan> => {
    await run('plan', '--control', 'repository-unused', '--out', out)
    return JSON.parse(readFileSync(join(cwd, out), 'utf8')) as Plan
  }
  const { Arn: principalArn } = await sts.send(new GetCallerIdentityCommand({}))
  // Else the backup would make everything look used.
  await ecr.send(new RegisterPullTimeUpdateExclusionCommand({ principalArn }))
  const arns = async () => {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}))
    return new Map(repositories.map((one) => [one.repositoryName, one.repositoryArn]))
  }
  return { ecr, run, plan, arns }
}

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

test('back up, mark, wait, delete, and have it back', async () => {
  const { ecr, run, plan, arns } = await place()
  await run('backup')
  const marking = await plan('mark.json')
  const step = marking.steps[0]
  expect(step).toMatchObject({ kind: 'repository-tags', risk: 'visible' })
  expect((await run('apply', 'mark.json', '--yes')).code).toBe(exit.ok)
  const waiting = await plan('wait.json')
  expect(waiting.steps).toEqual([])

  const name = step?.resource ?? ''
  const resourceArn = (await arns()).get(name)
  const tags = [
    { Key: 'holdfast:retire-after', Value: day(1) },
    { Key: 'holdfast:retire-marked', Value: day(15) },
  ]
  await ecr.send(new TagResourceCommand({ resourceArn, tags }))
  const due = await plan('retire.json')
  expect(due.steps).toMatchObject([{ kind: 'repository-retired', resource: name, risk: 'destructive' }])

  const without = await run('apply', 'retire.json', '--yes', '--vault', './nowhere')
  expect(without.code).not.toBe(exit.ok)
  expect((await arns()).has(name)).toBe(true)

  expect((await run('apply', 'retire.json', '--yes')).code).toBe(exit.ok)
  expect((await arns()).has(name)).toBe(false)
  expect((await run('hold')).stdout).toContain('It holds retired repositories.')

  expect((await run('rollback', '--last', '--yes')).code).toBe(exit.ok)
  expect((await arns()).has(name)).toBe(true)
})
