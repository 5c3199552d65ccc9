import { matchesWildcard } from '../../access/wildcard.ts'
import type { Place } from '../place.ts'
import { asList, type RawStatement, statementsOf, withAdded } from '../policies/document.ts'

/** By the name of the service, as policies have it. */
export type Publisher = 'events' | 'cloudwatch'

interface Asked extends Place {
  arn: string
  /** Absent: whoever publishes needs no leave of the topic. */
  publisher?: Publisher | undefined
}

type Published = Asked & { publisher: Publisher }

type TopicStatement = RawStatement & { Resource?: string | string[] }

/**
 * The policy, with leave for the alarms or the event rules of this account where it lacks one; a topic that is made
 * gets what SNS gives it, too. Other statements stay as they are.
 */
export function withPublisher(policy: string | undefined, asked: Asked): string {
  const before = policy ?? ownersOnly(asked)
  const { publisher } = asked
  if (publisher === undefined) return before
  const isLet = statementsOf(before).some(({ statement }) => lets(statement, { ...asked, publisher }))
  return isLet ? before : withAdded(before, leave({ ...asked, publisher }))
}

function lets({ Effect, Principal, Action, Condition, ...rest }: TopicStatement, asked: Published): boolean {
  const { arn, publisher, account } = asked
  const services = typeof Principal === 'object' ? asList(Principal['Service']) : []
  const mayPublish = asList(Action).some((one) => matchesWildcard(one.toLowerCase(), 'sns:publish'))
  const here = asList((rest as TopicStatement).Resource).some((one) => matchesWildcard(one, arn))
  // A condition counts when it does no more than name this account, or rules and alarms in it.
  const plain = Object.values(Condition ?? {}).every((keys) =>
    Object.entries(keys).every(
      ([key, value]) => ofAccount.test(key) && asList(value).some((one) => isOurs(one, account)),
    ),
  )
  return Effect === 'Allow' && services.includes(`${publisher}.amazonaws.com`) && mayPublish && here && plain
}

const ofAccount = /^aws:Source(Account|Arn)$/i

function isOurs(value: string, account: string): boolean {
  return (
    value === account || /^arn:[^:]+:[^:]+:[^:]*:(\d+):(\*|rule\/\*|alarm:\*)$/.exec(value)?.[1] === account
  )
}

const sources = { events: 'rule/*', cloudwatch: 'alarm:*' }

/** Assumption: EventBridge and CloudWatch tell SNS for which rule or alarm they publish (`aws:SourceArn`). */
function leave({ arn, publisher, partition, region, account }: Published): TopicStatement & { Sid: string } {
  const source = `arn:${partition}:${publisher}:${region}:${account}:${sources[publisher]}`
  return {
    Sid: { events: 'EventRules', cloudwatch: 'Alarms' }[publisher],
    Effect: 'Allow',
    Principal: { Service: `${publisher}.amazonaws.com` },
    Action: 'sns:Publish',
    Resource: arn,
    Condition: { ArnLike: { 'aws:SourceArn': source } },
  }
}

/** As SNS makes it: whoever the account allows. */
function ownersOnly({ arn, account }: Asked): string {
  const statement: TopicStatement = {
    Sid: 'Owner',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes', 'SNS:ListSubscriptionsByTopic'],
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': account } },
  }
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}
