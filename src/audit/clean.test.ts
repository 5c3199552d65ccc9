import { afterAll, beforeAll, expect, test } from 'vitest'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { openDemo } from './demo.fixture.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'clean' })
})
afterAll(() => sandbox.close())

test.each(['eu-west-1', 'us-east-1'])(
  'the clean seed in %s: nothing fails, nothing is unknown',
  async (region) => {
    const aws = await openDemo(sandbox, { region })
    try {
      const { findings } = judge(await collectInventory(aws, quietRun()))
      expect(findings.length).toBeGreaterThan(30)
      const wrong = findings.filter(({ status }) => status === 'fail' || status === 'unknown')
      expect(wrong.map((each) => `${each.control} ${each.resource}: ${each.reason}`)).toEqual([])
    } finally {
      aws.close()
    }
  },
)
