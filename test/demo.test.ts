import { expect, test } from 'vitest'
import { exit } from '../src/core/errors.ts'
import { runCli } from './support/cli.ts'
import { temporaryFolder } from './support/folder.ts'

test('the whole story comes out well, as one document', async () => {
  const { code, json } = await runCli(['demo', '--format', 'json'], { cwd: temporaryFolder() })
  expect(code).toBe(exit.ok)
  const story = json<{ putRight: { steps: number; before: Standing; after: Standing } }>()
  expect(story).toMatchObject({
    ...{ schema: 'holdfast.demo/1', simulated: true },
    verify: { ok: true },
    restore: { identical: true, differences: [] },
    secondBackup: { manifestRequests: 0, blobRequests: 0 },
    putRight: { applied: true, rolledBack: true },
  })
  const { steps, before, after } = story.putRight
  expect(steps).toBeGreaterThan(10)
  expect(after.fail).toBeLessThan(before.fail)
  expect(after.score).toBeGreaterThan(before.score)
}, 120_000)

interface Standing {
  fail: number
  score: number
}

test('as text it fits a screen or two', async () => {
  const { stdout } = await runCli(['demo'], { cwd: temporaryFolder() })
  expect(stdout.split('\n').length).toBeLessThanOrEqual(60)
  expect(stdout).toContain('IDENTICAL')
  expect(stdout).toContain('AS BEFORE')
}, 120_000)
