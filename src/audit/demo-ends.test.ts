import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { hasCode } from '../core/errors.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { openDemo } from './demo.fixture.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
})
afterEach(() => sandbox.clearFaults())
afterAll(() => sandbox.close())

async function audit() {
  const aws = await openDemo(sandbox)
  try {
    return judge(await collectInventory(aws, quietRun()))
  } finally {
    aws.close()
  }
}

test('expired credentials end the audit, wherever they expire', async () => {
  for (const operation of ['GetCallerIdentity', 'DescribeImages', 'DescribeRepositories']) {
    const service = operation === 'GetCallerIdentity' ? 'sts' : 'ecr'
    sandbox.addFault({ service, operation, kind: 'expired-token' })
    const outcome = await audit().catch((error: unknown) => error)
    expect(hasCode(outcome, 'credentials-expired'), operation).toBe(true)
    sandbox.clearFaults()
  }
})

test('an abort ends it', async () => {
  const aws = await openDemo(sandbox)
  const run = quietRun({ signal: AbortSignal.abort() })
  const outcome = await collectInventory(aws, run).catch((error: unknown) => error)
  expect(hasCode(outcome, 'interrupted')).toBe(true)
  aws.close()
})

test('a saved inventory gives the same report', async () => {
  const aws = await openDemo(sandbox)
  const inventory = await collectInventory(aws, quietRun())
  aws.close()
  expect(judge(JSON.parse(JSON.stringify(inventory)))).toEqual(judge(inventory))
})
