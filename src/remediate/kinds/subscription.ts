import { sentTo } from '../call.ts'
import type { Kind } from '../kind.ts'
import { arnAt, callOn } from './picked.ts'

/** Whether somebody has confirmed it is no setting: a person does that, at any time. */
type SubscriptionState = { pending: boolean }

/** The resource is `TOPIC/PROTOCOL/ENDPOINT`. */
export const subscription: Kind<SubscriptionState> = {
  name: 'subscription',
  title: 'subscription',
  reads: ({ resource }, place) => [
    { action: 'sns:ListSubscriptionsByTopic', resource: arnAt(place, 'sns', partsOf(resource).topic) },
  ],
  read: async (door, { resource, region }) => {
    const { topic, protocol, endpoint } = partsOf(resource)
    const TopicArn = arnAt({ ...door.place, ...(region && { region }) }, 'sns', topic)
    let NextToken: string | undefined
    do {
      const page = await door.find('sns', 'ListSubscriptionsByTopic', {
        input: { TopicArn, ...(NextToken && { NextToken }) },
        ...{ region, resource, absent: ['NotFoundException'] },
      })
      const found = page?.Subscriptions?.find(
        (each) => each.Protocol === protocol && each.Endpoint === endpoint,
      )
      const arn = found?.SubscriptionArn
      if (arn?.startsWith('arn:')) return { state: { pending: false }, handle: arn }
      if (found) return { state: { pending: true } }
      NextToken = page?.NextToken
    } while (NextToken)
    return { state: null }
  },
  calls: ({ resource, region, from, to, place, handle }) => {
    const { topic, protocol, endpoint } = partsOf(resource)
    const TopicArn = arnAt(place, 'sns', topic)
    if (to !== null) {
      const input = { TopicArn, Protocol: protocol, Endpoint: endpoint }
      return from === null ? sentTo(region, [callOn('sns', 'Subscribe', { input, resource: TopicArn })]) : []
    }
    if (from === null) return []
    // Its id is known when somebody has confirmed it; until then it cannot be taken back.
    const input = { SubscriptionArn: handle ?? `${TopicArn}:ID` }
    return sentTo(region, [callOn('sns', 'Unsubscribe', { input, resource: '*' })])
  },
  // Somebody gets a mail.
  risk: () => 'visible',
  // Pending is as good as not there, when that is what is wanted: `remains` says what becomes of it.
  isSame: (current, wanted) => (wanted === null ? current === null || current.pending : current !== null),
  remains: (state) =>
    state?.pending
      ? 'Nobody has confirmed the subscription, and SNS takes back none that is pending: it goes with its topic, or by itself after two days.'
      : undefined,
  lines: () => ['subscribed'],
  cloudformation: ({ resource }, _state, place) => {
    const { topic, protocol, endpoint } = partsOf(resource)
    return {
      type: 'AWS::SNS::Subscription',
      properties: { TopicArn: arnAt(place, 'sns', topic), Protocol: protocol, Endpoint: endpoint },
    }
  },
}

function partsOf(resource: string): { topic: string; protocol: string; endpoint: string } {
  const [topic = '', protocol = '', ...endpoint] = resource.split('/')
  return { topic, protocol, endpoint: endpoint.join('/') }
}
