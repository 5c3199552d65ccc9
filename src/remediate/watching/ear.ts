import type { Inventory } from '../../inventory/inventory.ts'
import type { Topic } from '../../inventory/neighbours.ts'
import { type Baseline, defaultBaseline } from '../baseline.ts'
import type { FixContext } from '../fix.ts'
import { arnAt } from '../kinds/picked.ts'
import { subscription } from '../kinds/subscription.ts'
import { topic as topicKind } from '../kinds/topic.ts'
import { type Publisher, withPublisher } from './topic-policy.ts'

/** The topic through which people are told. */
export interface Ear {
  name: string
  arn: string
  /** Somebody has confirmed a subscription already. */
  heard: boolean
}

/** Undefined: nobody would hear anything there, and nobody is named who could. */
export function earOf(inventory: Inventory, { monitoring }: Baseline): Ear | undefined {
  const { topic: name, emails } = monitoring
  const arn = arnAt(inventory.registry, 'sns', name)
  const heard = confirmed(topicIn(inventory, arn)).length > 0
  // Whoever names a topic of their own knows who reads it.
  const isNamed = name !== defaultBaseline.monitoring.topic
  return heard || emails.length > 0 || isNamed ? { name, arn, heard } : undefined
}

export function topicIn({ topics }: Inventory, arn: string): Topic | undefined {
  const found = topics[arn]
  return found && 'ok' in found ? found.ok : undefined
}

function confirmed(topic: Topic | undefined) {
  return (topic?.subscriptions ?? []).filter((one) => one.confirmed)
}

/** How the topic will be once everybody who is asked has confirmed. */
export function heardTopic(inventory: Inventory, { arn }: Ear, { monitoring }: Baseline): Topic {
  const before = topicIn(inventory, arn)?.subscriptions ?? []
  const asked = monitoring.emails.map((endpoint) => ({ protocol: 'email', endpoint, confirmed: true }))
  const others = before.filter(({ endpoint }) => !monitoring.emails.includes(endpoint))
  const named = asked.length + others.length === 0 ? [{ ...nobodyKnown, confirmed: true }] : []
  return { arn, subscriptions: [...others, ...asked, ...named] }
}

const nobodyKnown = { protocol: 'unknown', endpoint: 'unknown' }

/** The topic is there, the publisher may use it, and everybody who is named is asked; a person does the rest. */
export function proposeEar(
  { draft, baseline, inventory }: FixContext,
  ear: Ear,
  { publisher, resource }: { publisher?: Publisher; resource: string },
): void {
  const place = inventory.registry
  const policyOf = (policy: string | undefined) =>
    withPublisher(policy, { ...place, arn: ear.arn, publisher })
  draft.change(topicKind, ear.name, (state) => ({ ...state, policy: policyOf(state?.policy) }), {
    why: 'There is a topic that alarms and event rules of this account may write to.',
  })
  for (const email of baseline.monitoring.emails)
    draft.change(subscription, `${ear.name}/email/${email}`, (state) => state ?? { pending: true }, {
      why: `${email} gets a mail that asks for confirmation, and then what the topic is told.`,
      warnings: [
        'A subscription that nobody has confirmed cannot be taken back: it goes with its topic, or by itself after two days.',
      ],
    })
  if (!ear.heard) askPeople({ draft, baseline, inventory }, ear, resource)
}

function askPeople(
  { draft, baseline, inventory }: Pick<FixContext, 'draft' | 'baseline' | 'inventory'>,
  { arn }: Ear,
  resource: string,
): void {
  const { emails } = baseline.monitoring
  const { region } = inventory.registry
  draft.byHand({
    resource,
    why: 'SNS sends nothing to an address whose owner has not confirmed it.',
    instructions: [
      ...emails.map((email) => `After the apply ${email} gets a mail of AWS Notifications: follow its link.`),
      `Look who has confirmed: aws sns list-subscriptions-by-topic --region ${region} --topic-arn ${arn}`,
    ],
  })
}

/** What to write into holdfast.yaml when nobody is named. */
export const nobodyNamed = {
  reason: 'Nobody is named who should be told.',
  next: 'In holdfast.yaml: baseline: {monitoring: {emails: [security@example.org]}}, or monitoring.topic of people who listen already.',
}
