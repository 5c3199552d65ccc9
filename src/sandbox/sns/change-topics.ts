import { parseArn } from '../../core/arn.ts'
import { needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import type { Topic } from './state.ts'
import { checkTopicArn, invalidParameter, needTopic, notHere, topicsOf } from './topics.ts'

/** A topic of that name is answered as it is, unless other attributes are asked for. Assumption: tags are not taken. */
export function createTopic(call: QueryCall): Xml {
  const { account, caller, input } = call
  const name = needText(input, 'Name')
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name')
  if ([...input.keys()].some((key) => key.startsWith('Tags.'))) throw notHere('CreateTopic')
  const arn = `arn:aws:sns:${caller.region}:${caller.account}:${name}`
  const topics = topicsOf(call)
  const fresh: Topic = { arn, displayName: '', policy: ownersOnly(caller.account, arn), subscriptions: [] }
  const wanted = attributesIn(input)
  for (const [attribute, value] of wanted) setAttribute(fresh, attribute, value)
  const before = Object.hasOwn(topics, arn) ? topics[arn] : undefined
  const differs = wanted.some(
    ([attribute]) => before && shownOf(before)[attribute] !== shownOf(fresh)[attribute],
  )
  if (differs) throw invalidParameter('Attributes Reason: Topic already exists with different attributes')
  topics[arn] = before ?? fresh
  account.sns = { ...account.sns, [caller.region]: { topics } }
  return { TopicArn: arn }
}

function attributesIn(input: URLSearchParams): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 1; input.has(`Attributes.entry.${at}.key`); at++)
    pairs.push([
      input.get(`Attributes.entry.${at}.key`) ?? '',
      input.get(`Attributes.entry.${at}.value`) ?? '',
    ])
  return pairs
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

/** Its subscriptions go with it, those that are pending too. One that is not there is no error. */
export function deleteTopic(call: QueryCall): Xml {
  const given = needText(call.input, 'TopicArn')
  checkTopicArn(call, given)
  const { [given]: _, ...topics } = topicsOf(call)
  call.account.sns = { ...call.account.sns, [call.caller.region]: { topics } }
  return undefined
}

export function setTopicAttributes(call: QueryCall): Xml {
  const topic = needTopic(call)
  setAttribute(topic, needText(call.input, 'AttributeName'), call.input.get('AttributeValue') ?? '')
  return undefined
}

const elsewhere =
  /^(DeliveryPolicy|TracingConfig|SignatureVersion|FifoTopic|FifoThroughputScope|ContentBasedDeduplication|ArchivePolicy|DataProtectionPolicy|(HTTP|Firehose|Lambda|Application|SQS)(Success|Failure)Feedback\w+)$/

/** An empty name takes the display name or the key away; a policy can only be replaced. */
function setAttribute(topic: Topic, name: string, value: string): void {
  if (elsewhere.test(name)) throw notHere('SetTopicAttributes or CreateTopic')
  if (name === 'DisplayName') topic.displayName = displayName(value)
  else if (name === 'Policy') topic.policy = checkPolicy(value, topic.arn)
  else if (name !== 'KmsMasterKeyId') throw invalidParameter('AttributeName')
  else if (value === '') delete topic.kmsKey
  // Assumption: whether the key is there shows when something is published.
  else topic.kmsKey = value
}

/** What can be compared of a topic that is there and of one that is asked for. */
function shownOf({ displayName, policy, kmsKey = '' }: Topic): Record<string, string> {
  return { DisplayName: displayName, Policy: policy, KmsMasterKeyId: kmsKey }
}

function displayName(value: string): string {
  if (value.length <= 100) return value
  throw invalidParameter('DisplayName')
}

/** Statements on this very topic, by somebody, for actions of SNS. */
function checkPolicy(text: string, arn: string): string {
  const isGood = (each: unknown) => {
    if (typeof each !== 'object' || each === null) return false
    const { Effect, Principal, NotPrincipal, Action, NotAction, Resource } = each as Record<string, unknown>
    return (
      (Effect === 'Allow' || Effect === 'Deny') &&
      (Principal ?? NotPrincipal) !== undefined &&
      [Action ?? NotAction].flat().every((action) => /^(\*$|sns:)/i.test(String(action))) &&
      [Resource].flat().every((resource) => parseArn(String(resource))?.account === parseArn(arn)?.account)
    )
  }
  const statements = statementsIn(text)
  if (text.length <= 30_720 && statements.length > 0 && statements.every(isGood)) return text
  throw invalidParameter('Policy Error: null')
}

function statementsIn(text: string): unknown[] {
  try {
    return [(JSON.parse(text) as { Statement?: unknown } | null)?.Statement ?? []].flat()
  } catch {
    return []
  }
}
