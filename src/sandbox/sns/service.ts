import { parseArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import { entries, members, needText, pageOf, readText, sortedBy } from '../query-input.ts'
import type { QueryCall, QueryService } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { knownSnsOperations } from './known-operations.ts'
import type { Subscription, Topic } from './state.ts'

/** SNS has pages of a hundred, and no way to ask for fewer. */
const pageSize = 100

/** The read side of SNS, by Region. */
export const snsService: QueryService = {
  name: 'sns',
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  style: 'query',
  operations: {
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTopics: listTopics,
  },
  known: knownSnsOperations,
  spelling: {
    AccessDenied: ['AuthorizationError', 403],
    InternalFailure: ['InternalError', 500],
    Throttling: ['Throttled', 429],
    ValidationError: ['InvalidParameter', 400],
  },
}

function listTopics(call: QueryCall): Xml {
  const topics = sortedBy(Object.values(topicsOf(call)), ({ arn }) => arn)
  const { items, next } = snsPage(call, topics, { list: 'ListTopics', keyOf: ({ arn }) => arn })
  return { Topics: members(items.map(({ arn }) => ({ TopicArn: arn }))), NextToken: next }
}

/** Assumption: delivery policies are always SNS's own, and left out. */
function getTopicAttributes(call: QueryCall): Xml {
  const { arn, displayName, policy, kmsKey, subscriptions } = needTopic(call)
  const confirmed = subscriptions.filter((each) => each.arn !== undefined).length
  const attributes = {
    TopicArn: arn,
    Owner: parseArn(arn)?.account ?? '',
    DisplayName: displayName,
    Policy: policy,
    SubscriptionsConfirmed: confirmed,
    SubscriptionsPending: subscriptions.length - confirmed,
    SubscriptionsDeleted: 0,
    ...(kmsKey !== undefined && { KmsMasterKeyId: kmsKey }),
  }
  return { Attributes: entries(attributes) }
}

function listSubscriptionsByTopic(call: QueryCall): Xml {
  const { arn, subscriptions } = needTopic(call)
  const keyOf = ({ protocol, endpoint }: Subscription) => `${protocol} ${endpoint}`
  const list = `ListSubscriptionsByTopic ${arn}`
  const { items, next } = snsPage(call, sortedBy(subscriptions, keyOf), { list, keyOf })
  const shown = items.map((each) => ({
    SubscriptionArn: each.arn ?? 'PendingConfirmation',
    Owner: each.owner,
    Protocol: each.protocol,
    Endpoint: each.endpoint,
    TopicArn: arn,
  }))
  return { Subscriptions: members(shown), NextToken: next }
}

function topicsOf({ account, caller }: QueryCall): Record<string, Topic> {
  return account.sns?.[caller.region]?.topics ?? {}
}

/** Assumption: no topic's policy lets another account look. */
function needTopic(call: QueryCall): Topic {
  const { caller, input } = call
  const given = needText(input, 'TopicArn')
  const arn = parseArn(given)
  if (arn?.service !== 'sns') throw invalidParameter('TopicArn')
  if (arn.region !== caller.region) throw invalidParameter('TopicArn')
  if (arn.account !== caller.account) {
    const text = `User: ${caller.arn} is not authorized to perform: SNS:${input.get('Action')} on resource: ${given}`
    throw new AwsError('AuthorizationError', text, { status: 403 })
  }
  const topics = topicsOf(call)
  const found = Object.hasOwn(topics, given) ? topics[given] : undefined
  if (found) return found
  throw new AwsError('NotFound', 'Topic does not exist', { status: 404 })
}

function snsPage<T>(
  call: QueryCall,
  items: readonly T[],
  { list, keyOf }: { list: string; keyOf: (item: T) => string },
) {
  const token = readText(call.input, 'NextToken')
  const refuse = () => invalidParameter('NextToken')
  return pageOf(call, items, { list: `sns ${list}`, size: pageSize, token, keyOf, refuse })
}

function invalidParameter(name: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${name}`)
}
