import type { Need } from '../decide.ts'
import { type Asked, arnIn, textIn } from './asked.ts'
import { tagAdditions } from './tags.ts'

/** On the topic, by whatever member it is named. */
export function snsNeeds(asked: Asked): Need[] {
  const { operation, input } = asked
  const named = textIn(input, 'TopicArn', 'Name', 'ResourceArn')
  // A subscription is known by the ARN of its topic with an id behind it.
  const ofTopic = textIn(input, 'SubscriptionArn')?.replace(/:[^:]+$/, '')
  const topic = named ?? ofTopic
  const resource = topic === undefined ? '*' : arnIn(asked, 'sns', topic)
  return [{ action: `sns:${operation}`, resource, additions: tagAdditions(asked) }]
}
