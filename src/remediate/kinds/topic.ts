import { HoldfastError } from '../../core/errors.ts'
import { sentTo } from '../call.ts'
import type { Door } from '../door.ts'
import type { Change, Kind, Target } from '../kind.ts'
import { arnAt, callOn } from './picked.ts'
import { policyLines, sameText } from './policy-text.ts'

/**
 * A topic of SNS with its policy: it is made with one, and can never be without. What else it has stays as it is. One
 * that was there before is never deleted.
 */
export type TopicState = { policy: string }

export const topic: Kind<TopicState> = {
  name: 'topic',
  title: 'topic',
  reads: ({ resource }, place) => [
    { action: 'sns:GetTopicAttributes', resource: arnAt(place, 'sns', resource) },
  ],
  read: async (door, target) => {
    const found = await door.find('sns', 'GetTopicAttributes', {
      input: { TopicArn: topicArn(door, target) },
      ...{ region: target.region, resource: target.resource, absent: ['NotFoundException'] },
    })
    return { state: found ? { policy: found.Attributes?.['Policy'] ?? '' } : null }
  },
  calls: ({ resource: Name, region, from, to, place }) => {
    const TopicArn = arnAt(place, 'sns', Name)
    const on = (operation: string, input: { [name: string]: string | { Policy: string } }) =>
      sentTo(region, [callOn('sns', operation, { input, resource: TopicArn })])
    if (to !== null)
      return from === null
        ? on('CreateTopic', { Name, Attributes: { Policy: to.policy } })
        : on('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue: to.policy })
    if (from === null) return []
    const [call] = on('DeleteTopic', { TopicArn })
    const heard = { action: 'sns:ListSubscriptionsByTopic', resource: TopicArn }
    return call ? [{ ...call, needs: [...call.needs, heard] }] : []
  },
  risk: () => 'safe',
  guard: refuseHeard,
  isSame: (one, other) => sameText(one?.policy ?? null, other?.policy ?? null),
  lines: ({ policy }) => policyLines(policy),
  cloudformation: ({ resource }, { policy }, place) => ({
    type: 'AWS::SNS::TopicPolicy',
    properties: { Topics: [arnAt(place, 'sns', resource)], PolicyDocument: JSON.parse(policy) },
  }),
  terraform: ({ resource }, { policy }, place) => ({
    type: 'aws_sns_topic',
    arguments: { name: resource, policy },
    importId: arnAt(place, 'sns', resource),
  }),
}

function topicArn({ place }: Door, { resource, region }: Target): string {
  return arnAt({ ...place, ...(region && { region }) }, 'sns', resource)
}

/** Made by a run and then joined by others, who would hear nothing any more. */
async function refuseHeard(door: Door, change: Change<TopicState>): Promise<void> {
  if (change.to !== null) return
  const { Subscriptions = [] } = await door.ask('sns', 'ListSubscriptionsByTopic', {
    input: { TopicArn: topicArn(door, change) },
    ...{ region: change.region, resource: change.resource },
  })
  const [other] = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:'))
  if (!other) return
  throw new HoldfastError('plan-refused', {
    what: `Topic ${change.resource} is not deleted: a subscriber of it (${other.Protocol}) is not the run's.`,
    next: 'Unsubscribe it first if nobody needs it, or keep the topic.',
  })
}
