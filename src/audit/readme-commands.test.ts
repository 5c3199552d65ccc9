import { ECR } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { controls } from '../controls/index.ts'
import { controlReadme } from '../controls/readme.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { openDemo } from './demo.fixture.ts'

// Advice that does not work is worse than none: every `sh` command of every page is run against the demo registry,
// and after each that changes something the control has to be content with what the command was about.

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
})
afterAll(() => sandbox.close())

interface Command {
  operation: string
  input: Record<string, unknown>
}

const lists = new Set(['tags', 'imageTagMutabilityExclusionFilters'])
const texts = new Set(['policyText', 'lifecyclePolicyText'])

function commandsOf(readme: string): Command[] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.flatMap((block) =>
    block
      .split(/^(?=aws )/m)
      .map((line) =>
        [...line.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? ''),
      )
      .filter((words) => words.length > 0)
      .map(toCommand),
  )
}

function toCommand(words: string[]): Command {
  const [program, service, name = '', ...rest] = words
  expect([program, service]).toEqual(['aws', 'ecr'])
  const input: Record<string, unknown> = {}
  for (let at = 0; at < rest.length; at++) {
    const member = camel((rest[at] ?? '').replace(/^--/, ''))
    const value = rest[at + 1]
    if (value === undefined || value.startsWith('--')) input[member] = true
    else input[member] = inputOf(member, rest[++at] ?? '')
  }
  return { operation: camel(name), input }
}

function camel(text: string): string {
  return text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function inputOf(member: string, text: string): unknown {
  if (texts.has(member)) return text
  if (/^[[{]/.test(text)) return JSON.parse(text)
  if (!/^\w+=/.test(text)) return text
  const object = Object.fromEntries(text.split(',').map((part) => part.split('=')))
  return lists.has(member) ? [object] : object
}

test.each(controls.map(({ id }) => [id]))('%s: the commands of its page do what they promise', async (id) => {
  const aws = await openDemo(sandbox)
  const client = new ECR(aws.clientConfig('ecr'))
  const commands = commandsOf(controlReadme(id))
  if (id !== 'kms-customer-key') expect(commands.length).toBeGreaterThan(0)
  for (const { operation, input } of commands) {
    await client[operation as 'describeRegistry'](input)
    if (/^(get|describe)/.test(operation)) continue
    const report = judge(await collectInventory(aws, quietRun()), { controls: [id] })
    const about = input['repositoryName'] ?? String(input['resourceArn'] ?? '').split(':repository/')[1]
    const concerned = report.findings.filter(({ repository }) => !about || repository === about)
    expect(concerned.map(({ repository, status, reason }) => [repository, status, reason])).toEqual(
      concerned.map(({ repository, reason }) => [repository, 'pass', reason]),
    )
  }
  client.destroy()
  aws.close()
})
