import { CloudTrail } from '@aws-sdk/client-cloudtrail'
import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { EC2 } from '@aws-sdk/client-ec2'
import { ECR } from '@aws-sdk/client-ecr'
import { ECRPUBLIC } from '@aws-sdk/client-ecr-public'
import { EventBridge } from '@aws-sdk/client-eventbridge'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Lambda } from '@aws-sdk/client-lambda'
import { SNS } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding } from '../controls/control.ts'
import { controls } from '../controls/index.ts'
import { controlReadme } from '../controls/readme.ts'
import { quietRun } from '../core/run.ts'
import { collectInventory } from '../inventory/collect.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/start.ts'
import { judge } from './audit.ts'
import { demoSettings, openDemo } from './demo.fixture.ts'
import { breaks } from './neighbour-breaks.fixture.ts'

// Advice that does not work is worse than none: every `sh` command of every page is run against the demo registry,
// and after each that changes something the control has to be content with what the command was about.

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ seed: 'demo' })
})
afterAll(() => sandbox.close())

/** By the name of the service in the AWS CLI. */
const clients = {
  cloudtrail: CloudTrail,
  cloudwatch: CloudWatch,
  ec2: EC2,
  ecr: ECR,
  'ecr-public': ECRPUBLIC,
  events: EventBridge,
  iam: IAM,
  kms: KMS,
  lambda: Lambda,
  logs: CloudWatchLogs,
  sns: SNS,
}

interface Command {
  service: keyof typeof clients
  operation: string
  input: Record<string, unknown>
  /** The last of its block: what a block promises need not come true before it. */
  last: boolean
}

const smallMembers = new Set(['ecr', 'ecr-public', 'logs'])
const lists = new Set(['tags', 'imageTagMutabilityExclusionFilters'])
const texts = new Set(['policyText', 'lifecyclePolicyText', 'lifecyclePolicy', 'Policy', 'PolicyDocument'])

function commandsOf(readme: string): Command[] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.flatMap((block) => {
    const commands = block
      .split(/^(?=aws )/m)
      .map((line) =>
        [...line.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? ''),
      )
      .filter((words) => words.length > 0)
      .map(toCommand)
    return commands.map((command, at) => ({ ...command, last: at === commands.length - 1 }))
  })
}

function toCommand(words: string[]): Omit<Command, 'last'> {
  const [program, service = '', name = '', ...rest] = words
  expect(program).toBe('aws')
  expect(Object.keys(clients)).toContain(service)
  const input: Record<string, unknown> = {}
  for (let at = 0; at < rest.length; at++) {
    const small = camel((rest[at] ?? '').replace(/^--/, ''))
    const member = smallMembers.has(service) ? small : small.charAt(0).toUpperCase() + small.slice(1)
    const value = rest[at + 1]
    if (value === undefined || value.startsWith('--')) input[member] = true
    else input[member] = inputOf(member, rest[++at] ?? '')
  }
  return { service: service as Command['service'], operation: camel(name), input }
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

/** What is wrong there cannot be put right in place, or not by AWS alone. */
const withoutCommands = new Set(['kms-customer-key', 'kms-encryption', 'kms-key-allowed', 'kms-key-place'])

/** Those of the others are in readme-neighbours.test.ts. */
const ids = controls.map(({ id }) => id).filter((id) => !Object.hasOwn(breaks, id))

test.each(ids)('%s: the commands of its page do what they promise', async (id) => {
  const aws = await openDemo(sandbox)
  const commands = commandsOf(controlReadme(id))
  if (!withoutCommands.has(id)) expect(commands.length).toBeGreaterThan(0)
  for (const { service, operation, input, last } of commands) {
    const { region, ...rest } = input
    const config = aws.clientConfig(service)
    const client = new clients[service](typeof region === 'string' ? { ...config, region } : config)
    expect(client).toHaveProperty(operation)
    await (client as unknown as Record<string, (input: object) => Promise<unknown>>)[operation]?.(rest)
    client.destroy()
    if (/^(get|describe|list)/.test(operation) || (service !== 'ecr' && !last)) continue
    const report = judge(await collectInventory(aws, quietRun()), { controls: [id], settings: demoSettings })
    const concerned = concernedBy({ service, input }, report.findings)
    expect(concerned.map(({ resource, status, reason }) => [resource, status, reason])).toEqual(
      concerned.map(({ resource, reason }) => [resource, 'pass', reason]),
    )
  }
  aws.close()
})

/** What the audit says of the repository or of the thing that the command names; of everything when it names none. */
function concernedBy(
  { service, input }: Pick<Command, 'service' | 'input'>,
  findings: readonly Finding[],
): Finding[] {
  const about = input['repositoryName'] ?? String(input['resourceArn'] ?? '').split(':repository/')[1]
  const ofRepository = findings.filter(({ repository }) => repository === about)
  // Of a repository that was deleted nothing is said any more.
  if (about && (ofRepository.length > 0 || service === 'ecr')) return ofRepository
  const names = Object.values(input).filter((value) => typeof value === 'string')
  const named = findings.filter(({ resource }) =>
    names.some((name) => [resource, ...resource.split(/[:/]/).slice(-1)].includes(name)),
  )
  return named.length > 0 ? named : [...findings]
}
