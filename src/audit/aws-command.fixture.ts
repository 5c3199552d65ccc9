import * as cloudtrail from '@aws-sdk/client-cloudtrail'
import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as events from '@aws-sdk/client-eventbridge'
import * as iam from '@aws-sdk/client-iam'
import * as lambda from '@aws-sdk/client-lambda'
import * as s3 from '@aws-sdk/client-s3'
import * as sns from '@aws-sdk/client-sns'
import { expect } from 'vitest'
import type { AwsContext } from '../aws/context.ts'

// Runs commands of the AWS CLI through the SDK. What an option means is taken from the SDK's own schema, so that an
// option that the CLI would not know is refused here, too.

type Operations = Record<string, (input: object) => Promise<unknown>>
/** kind (0 simple, 1 list, 3 structure, 9 operation), ..., names and types of members; see neighbour/schema.fixture.ts. */
type Schema = readonly unknown[]

/** By the name of the service in the CLI: the SDK, its client, and the service in an endpoint. */
const services = {
  cloudtrail: [cloudtrail, cloudtrail.CloudTrail, 'cloudtrail'],
  cloudwatch: [cloudwatch, cloudwatch.CloudWatch, 'cloudwatch'],
  ec2: [ec2, ec2.EC2, 'ec2'],
  events: [events, events.EventBridge, 'events'],
  iam: [iam, iam.IAM, 'iam'],
  lambda: [lambda, lambda.Lambda, 'lambda'],
  logs: [logs, logs.CloudWatchLogs, 'logs'],
  s3api: [s3, s3.S3, 's3'],
  sns: [sns, sns.SNS, 'sns'],
} as const

/** Options that the CLI calls otherwise than the API. */
const renamed: Record<string, string> = { 'sns notificationendpoint': 'Endpoint' }

/** The commands of all `sh` blocks of a page, each as its words. */
export function wordsOf(page: string): string[][] {
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.flatMap(commandsIn)
}

/** One command after another, each begins with `aws`. */
export function commandsIn(block: string): string[][] {
  return block
    .split(/^(?=aws )/m)
    .map((text) =>
      [...text.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? ''),
    )
    .filter((words) => words.length > 0)
}

export async function runCommand(aws: AwsContext, words: readonly string[]): Promise<void> {
  const [program, name = '', operation = '', ...options] = words
  expect(program).toBe('aws')
  expect(Object.keys(services)).toContain(name)
  const [sdk, Service, endpoint] = services[name as keyof typeof services]
  const pascal = operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
  const schema = (sdk as unknown as Record<string, Schema>)[`${pascal}$`] ?? []
  const input = inputOf(name, resolved(schema[4]) as Schema, options)
  const client = new Service(aws.clientConfig(endpoint))
  try {
    await (client as unknown as Operations)[`${pascal.charAt(0).toLowerCase()}${pascal.slice(1)}`]?.(input)
  } finally {
    client.destroy()
  }
}

function inputOf(service: string, schema: Schema, options: readonly string[]): Record<string, unknown> {
  const [, , , , names, types] = schema as [0, 0, 0, 0, string[], unknown[]]
  const input: Record<string, unknown> = {}
  for (let at = 0; at < options.length; ) {
    const [option = '', ...rest] = options.slice(at)
    const end = rest.findIndex((word) => word.startsWith('--'))
    const values = end < 0 ? rest : rest.slice(0, end)
    const plain = option.replaceAll('-', '')
    const wanted = renamed[`${service} ${plain}`]?.toLowerCase() ?? plain
    const isNo = option.startsWith('--no-') && !names.some((each) => each.toLowerCase() === wanted)
    const place = names.findIndex((each) => each.toLowerCase() === (isNo ? wanted.slice(2) : wanted))
    expect(place, `${option} is an option of the command`).toBeGreaterThanOrEqual(0)
    input[names[place] ?? ''] = isNo ? false : meaningOf(types[place], values)
    at += 1 + values.length
  }
  return input
}

function meaningOf(given: unknown, values: readonly string[]): unknown {
  const type = resolved(given)
  const [text = ''] = values
  if (isList(type))
    return /^\[/.test(text) ? JSON.parse(text) : values.map((each) => oneOf(itemOf(type), each))
  expect(values.length, `one value: ${values.join(' ')}`).toBeLessThanOrEqual(1)
  if (values.length === 0) return true
  return oneOf(type, text)
}

function oneOf(type: unknown, text: string): unknown {
  if (type === 1) return Number(text)
  if (type === 2) return text !== 'false'
  if (!Array.isArray(type)) return text
  if (/^[[{]/.test(text)) return JSON.parse(text)
  const [, , , , names, types] = type as unknown as [0, 0, 0, 0, string[], unknown[]]
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name = '', value = ''] = part.split('=')
      const place = names.indexOf(name)
      expect(place, `${name} is a member`).toBeGreaterThanOrEqual(0)
      return [name, oneOf(resolved(types[place]), value)]
    }),
  )
}

function isList(type: unknown): boolean {
  if (typeof type === 'number') return type >= 64 && type < 128
  return Array.isArray(type) && type[0] === 1
}

function itemOf(type: unknown): unknown {
  return typeof type === 'number' ? type - 64 : resolved((type as Schema)[4])
}

/** Through functions that answer another schema, and pairs of a type and its traits. */
function resolved(type: unknown): unknown {
  if (typeof type === 'function') return resolved(type())
  return Array.isArray(type) && type.length === 2 ? resolved(type[0]) : type
}
