import { createHash } from 'node:crypto'
import { parseArn } from '../../core/arn.ts'
import { needText, readText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import type { Subscription, Topic } from './state.ts'
import { invalidParameter, needTopic, needTopicOf, notFound, notHere } from './topics.ts'

const protocols = ['http', 'https', 'email', 'email-json', 'sms', 'sqs', 'application', 'lambda', 'firehose']
/** Nobody has to say yes where the account speaks for itself. */
const confirmedAtOnce = ['sqs', 'lambda', 'sms', 'firehose']

type Address = Pick<Subscription, 'protocol' | 'endpoint'>

/** An address has to confirm, with the token that it was sent: it stays pending until then. */
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
  const address = { protocol, endpoint }
  const arn = arnFor(topic.arn, address)
  const fresh: Subscription = { ...address, owner: caller.account, ...(confirmed && { arn }) }
  if (!before) topic.subscriptions.push(fresh)
  const told =
    (before ?? fresh).arn ?? (readText(input, 'ReturnSubscriptionArn') === 'true' ? arn : undefined)
  return { SubscriptionArn: told ?? 'pending confirmation' }
}

/** Whoever has the token is the owner of the address. A second time changes nothing. */
export function confirmSubscription(call: QueryCall): Xml {
  const topic = needTopic(call)
  const token = needText(call.input, 'Token')
  if (readText(call.input, 'AuthenticateOnUnsubscribe') === 'true') throw notHere('ConfirmSubscription')
  const found = topic.subscriptions.find((each) => confirmationToken(topic.arn, each) === token)
  if (!found) throw invalidParameter('Token')
  found.arn ??= arnFor(topic.arn, found)
  return { SubscriptionArn: found.arn }
}

/**
 * What is pending cannot be taken back: it goes by itself after some time, which never passes here, or with its topic.
 */
export function unsubscribe(call: QueryCall): Xml {
  const given = needText(call.input, 'SubscriptionArn')
  const arn = parseArn(given)
  const parts = arn?.resource.split(':') ?? []
  if (arn?.service !== 'sns' || parts.length !== 2) throw invalidParameter('SubscriptionArn')
  const topic = needTopicOf(call, given.slice(0, given.lastIndexOf(':')))
  const found = topic.subscriptions.find((each) => arnFor(topic.arn, each) === given || each.arn === given)
  if (!found) throw notFound('Subscription does not exist')
  if (found.arn === undefined)
    throw invalidParameter('Cannot unsubscribe a subscription that is pending confirmation')
  topic.subscriptions = topic.subscriptions.filter((each) => each !== found)
  return undefined
}

function arnFor(topic: Topic['arn'], { protocol, endpoint }: Address): string {
  return `${topic}:${idOf(`${topic} ${protocol} ${endpoint}`)}`
}

/** What the mail would say. Nothing is ever sent: tests make it from what they know. */
export function confirmationToken(topic: Topic['arn'], { protocol, endpoint }: Address): string {
  return createHash('sha256').update(`confirm ${topic} ${protocol} ${endpoint}`).digest('hex')
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
