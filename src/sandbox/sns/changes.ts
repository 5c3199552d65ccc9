import { createHash } from 'node:crypto'
import { AwsError } from '../http.ts'
import { needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import type { Subscription } from './state.ts'
import { invalidParameter, needTopic, topicsOf } from './topics.ts'

/** A topic of that name is answered as it is. Assumption: attributes and tags are not taken. */
export function createTopic(call: QueryCall): Xml {
  const { account, caller, input } = call
  const name = needText(input, 'Name')
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name')
  if ([...input.keys()].some((key) => /^(Attributes|Tags)\./.test(key))) throw notHere('CreateTopic')
  const arn = `arn:aws:sns:${caller.region}:${caller.account}:${name}`
  const topics = topicsOf(call)
  topics[arn] ??= { arn, displayName: '', policy: ownersOnly(caller.account, arn), subscriptions: [] }
  account.sns = { ...account.sns, [caller.region]: { topics } }
  return { TopicArn: arn }
}

/** As SNS gives it: whoever the account allows. Alarms and rules of the account may publish through it. */
function ownersOnly(account: string, arn: string): string {
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes'],
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': account } },
  }
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] })
}

const protocols = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose']
/** Nobody has to say yes where the account speaks for itself. */
const confirmedAtOnce = ['sqs', 'lambda', 'sms', 'firehose']

/** An address has to confirm, and nobody does so here: it stays pending. */
export function subscribe(call: QueryCall): Xml {
  const { caller, input } = call
  const topic = needTopic(call)
  const protocol = needText(input, 'Protocol')
  if (!protocols.includes(protocol)) throw invalidParameter(`Does not support this protocol: ${protocol}`)
  const endpoint = needText(input, 'Endpoint')
  checkEndpoint(protocol, endpoint)
  if ([...input.keys()].some((key) => key.startsWith('Attributes.'))) throw notHere('Subscribe')
  const before = topic.subscriptions.find((each) => each.protocol === protocol && each.endpoint === endpoint)
  const own = endpoint.split(':')[4] === caller.account || protocol === 'sms'
  const confirmed = confirmedAtOnce.includes(protocol) && own
  const fresh: Subscription = {
    protocol,
    endpoint,
    owner: caller.account,
    ...(confirmed && { arn: `${topic.arn}:${idOf(`${topic.arn} ${protocol} ${endpoint}`)}` }),
  }
  if (!before) topic.subscriptions.push(fresh)
  return { SubscriptionArn: answerOf(before ?? fresh, input) }
}

function answerOf({ arn }: Subscription, input: URLSearchParams): string {
  if (arn !== undefined) return arn
  const wanted = readText(input, 'ReturnSubscriptionArn') === 'true'
  return wanted ? 'PendingConfirmation' : 'pending confirmation'
}

function checkEndpoint(protocol: string, endpoint: string): void {
  const shapes: Record<string, RegExp> = {
    http: /^http:\/\//,
    https: /^https:\/\//,
    email: /^[^@\s]+@[^@\s]+$/,
    'email-json': /^[^@\s]+@[^@\s]+$/,
    sms: /^\+?\d{6,15}$/,
    sqs: /^arn:[^:]+:sqs:/,
    lambda: /^arn:[^:]+:lambda:/,
    firehose: /^arn:[^:]+:firehose:/,
    application: /^arn:[^:]+:sns:/,
  }
  if (!shapes[protocol]?.test(endpoint)) throw invalidParameter('Endpoint')
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}

function notHere(operation: string): AwsError {
  const text = `sns: ${operation} with attributes or tags is not simulated.`
  return new AwsError('NotImplementedInSandbox', text, { status: 501 })
}
