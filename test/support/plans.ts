import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  type ImageTagMutability,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr'
import { onTestFinished } from 'vitest'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { type CliOptions, type CliResult, runCli } from './cli.ts'
import { temporaryFolder } from './folder.ts'
import { type TestSandbox, testSandbox } from './sandbox.ts'

export interface PlanScene {
  sandbox: TestSandbox
  cwd: string
  run(argv: string[], options?: CliOptions): Promise<CliResult>
  /** Writes `plan.json` for tags that move, and answers it. */
  plan(...more: string[]): Promise<SavedPlan>
  /** Repository -> mode. */
  modes(): Promise<Record<string, string>>
  /** Somebody else at work. */
  setMode(repository: string, mode: 'MUTABLE' | 'IMMUTABLE'): Promise<void>
  exclude(
    repository: string,
    wanted: { imageTagMutability: ImageTagMutability; filter: string },
  ): Promise<void>
  deleteRepository(repository: string): Promise<void>
  /** Requests that changed something since it was last asked. */
  changes(): string[]
}

export interface SavedPlan {
  id: string
  steps: { id: string; resource: string }[]
  [member: string]: unknown
}

/** A registry with a plan that makes tags immutable, which every demo seed needs. */
export async function planScene(options: SandboxOptions = {}): Promise<PlanScene> {
  const sandbox = await testSandbox(options)
  const cwd = temporaryFolder()
  const run: PlanScene['run'] = (argv, given) => runCli(argv, { env: sandbox.env, cwd, ...given })
  const [credentials] = sandbox.accounts
  if (!credentials) throw new Error('the sandbox has no account')
  const ecr = new ECRClient({ endpoint: sandbox.awsEndpoint, region: 'eu-west-1', credentials })
  onTestFinished(() => ecr.destroy())
  let seen = 0
  return {
    ...{ sandbox, cwd, run },
    plan: async (...more) => {
      await run(['plan', '--control', 'tag-immutability', '--out', 'plan.json', ...more])
      return JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')) as SavedPlan
    },
    modes: async () => {
      const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}))
      return Object.fromEntries(
        repositories.map((one) => [one.repositoryName, one.imageTagMutability ?? '']).sort(),
      )
    },
    setMode: async (repositoryName, imageTagMutability) => {
      await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }))
    },
    exclude: async (repositoryName, { imageTagMutability, filter }) => {
      const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD' as const, filter }]
      const wanted = { repositoryName, imageTagMutability, imageTagMutabilityExclusionFilters }
      await ecr.send(new PutImageTagMutabilityCommand(wanted))
    },
    deleteRepository: async (repositoryName) => {
      await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
    },
    changes: () => {
      const log = sandbox.requestLog()
      const since = log.slice(seen)
      seen = log.length
      return since.map(({ operation }) => operation).filter((name) => /^(Put|Set|Delete|Create)/.test(name))
    },
  }
}
