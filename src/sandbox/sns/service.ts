import { parseArn } from '../../core/arn.ts'
import { entries, members, pageOf, readText, sortedBy } from '../query-input.ts'
import type { QueryCall, QueryService } from '../query-service.ts'
import type { Xml } from '../xml.ts'
import { createTopic, deleteTopic, setTopicAttributes } from './change-topics.ts'
import { knownSnsOperations } from './known-operations.ts'
import type { Subscription } from './state.ts'
import { confirmSubscription, subscribe, unsubscribe } from './subscriptions.ts'
import { invalidParameter, needTopic, topicsOf } from './topics.ts'

/** SNS has pages of a hundred, and no way to ask for fewer. */
const pageSize = 100

/** Topics and who hears them, by Region. Nothing is ever sent. */
export const snsService: QueryService = {
  name: 'sns',
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  style: 'query',
  operations: {
    ConfirmSubscription: confirmSubscription,
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTopics: listTopics,
    SetTopicAttributes: setTopicAttributes,
    Subscribe: subscribe,
    Unsubscribe: unsubscribe,
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

function snsPage<T>(
  call: QueryCall,
  items: readonly T[],
  { list, keyOf }: { list: string; keyOf: (item: T) => string },
) {
  const token = readText(call.input, 'NextToken')
  const refuse = () => invalidParameter('NextToken')
  return pageOf(call, items, { list: `sns ${list}`, size: pageSize, token, keyOf, refuse })
}
