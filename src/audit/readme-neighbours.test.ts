import { expect, onTestFinished, test } from 'vitest'
import { controlReadme } from '../controls/readme.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { commandsIn, runCommand, wordsOf } from './aws-command.fixture.ts'
import { openDemo } from './demo.fixture.ts'
import { breaks } from './neighbour-breaks.fixture.ts'

// Advice that does not work is worse than none: a registry that is in order is broken in one way, and the commands of
// the control's page must put it in order again.

test.each(Object.keys(breaks))('%s: the commands of its page put it right', async (id) => {
  const broken = breaks[id] ?? ''
  const seed = broken === 'demo' ? 'demo' : 'clean'
  const sandbox = await startSandbox({ seed })
  const aws = await openDemo(sandbox)
  onTestFinished(async () => {
    aws.close()
    await sandbox.close()
  })
  const failing = async () => {
    const { findings } = judge(await collectInventory(aws, quietRun()), { controls: [id] })
    const wrong = findings.filter(({ status }) => status === 'fail' || status === 'unknown')
    return wrong.map(({ status, resource, reason }) => `${status} ${resource}: ${reason}`)
  }
  if (seed === 'clean') {
    expect(await failing()).toEqual([])
    for (const words of commandsIn(broken)) await runCommand(aws, words)
  }
  expect((await failing()).join('\n')).toMatch(/^fail /)
  const commands = wordsOf(controlReadme(id))
  expect(commands.length).toBeGreaterThan(0)
  for (const words of commands) await runCommand(aws, words)
  expect(await failing()).toEqual([])
})
