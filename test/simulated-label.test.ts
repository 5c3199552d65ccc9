import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { startSandbox } from '../src/sandbox/start.ts'
import { runCli } from './support/cli.ts'
import { envOf } from './support/sandbox.ts'

/** Law 9: whatever is made from the sandbox says so, for people and in the document. */
describe('everything that comes from the sandbox says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-label-'))
  const vault = join(folder, 'vault')
  const plan = join(folder, 'plan.json')
  const journal = join(folder, 'journal')
  let env: Record<string, string>
  beforeAll(async () => {
    const sandbox = await startSandbox({ seed: 'demo' })
    env = envOf(sandbox)
    await runCli(['backup', '--vault', vault], { env })
    await runCli(['plan', '--control', 'tag-immutability', '--out', plan], { env })
    await runCli(['apply', plan, '--yes', '--journal', journal], { env })
    return async () => {
      await sandbox.close()
      rmSync(folder, { recursive: true })
    }
  }, 60_000)

  test.each([
    ['audit'],
    ['backup'],
    ['backup', '--dry-run'],
    ['restore', 'latest', '--dry-run'],
    ['snapshots'],
    ['verify'],
    ['verify', '--data'],
    ['history', 'shop/api'],
    ['history', 'shop/api:latest'],
    ['prune', '--keep-last', '9', '--dry-run'],
    ['doctor'],
    ['access', 'who-can', 'pull', 'shop/checkout'],
    ['access', 'can', 'shop-deploy', 'push', 'shop/api'],
    ['access', 'matrix', '--need', 'push'],
    ['access', 'mfa'],
    ['access', 'minimize', 'ci-publisher'],
    ['access', 'preview', '--repository', 'shop/api', '--remove'],
    ['init', '--out', '-'],
    ['plan'],
    ['plan', '--format', 'markdown'],
    ['apply', plan, '--dry-run'],
    ['rollback', '--list', '--journal', journal],
    ['rollback', '--last', '--dry-run', '--journal', journal],
    ['replication', 'check'],
    ['replication', 'backfill', 'ecr://us-east-1', '--dry-run'],
    ['lifecycle', 'lint', '--repository', '*'],
    ['lifecycle', 'simulate'],
    ['lifecycle', 'suggest', '--repository', 'shop/api', '--drop-untagged-after', '14'],
  ])('%s %s %s', async (...argv) => {
    const place = ['audit', 'lifecycle', 'access', 'init', 'replication'].includes(argv[0] ?? '')
      ? []
      : ['--vault', vault]
    expect((await runCli([...argv, ...place], { env })).stdout).toMatch(/simulated/i)
    expect((await runCli([...argv, ...place, '--format', 'json'], { env })).stdout).toMatch(/simulated/i)
  })
})
