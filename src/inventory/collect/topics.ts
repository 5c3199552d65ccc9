import { paginateListSubscriptionsByTopic, SNSClient, type Subscription } from '@aws-sdk/client-sns'
import { parseArn } from '../../core/arn.ts'
import { inParallel } from '../../core/parallel.ts'
import { answer } from '../answer.ts'
import type { Answer } from '../inventory.ts'
import type { Topic } from '../neighbours.ts'
import { type Asking, askAll } from './question.ts'

const atOnce = 8

/** Who is told through these topics, each asked in its own Region. ARNs of anything else are left out. */
export async function collectTopics(
  asking: Asking,
  arns: readonly string[],
): Promise<Record<string, Answer<Topic>>> {
  const wanted = [...new Set(arns)].filter((arn) => parseArn(arn)?.service === 'sns').sort()
  const found: Record<string, Answer<Topic>> = {}
  await inParallel(wanted, atOnce, async (arn) => {
    found[arn] = await answer('sns:ListSubscriptionsByTopic', readTopic(asking, arn))
  })
  return found
}

async function readTopic({ aws, signal }: Asking, arn: string): Promise<Topic> {
  const region = parseArn(arn)?.region ?? aws.region
  const client = new SNSClient({ ...aws.clientConfig('sns'), region })
  try {
    const subscriptions = await askAll(
      'sns:ListSubscriptionsByTopic',
      paginateListSubscriptionsByTopic({ client }, { TopicArn: arn }, { abortSignal: signal }),
      (page) => page.Subscriptions,
    )
    return { arn, subscriptions: subscriptions.map(toSubscription) }
  } finally {
    client.destroy()
  }
}

/** Until it is confirmed a subscription has a word in place of its ARN. */
function toSubscription({ Protocol = '', Endpoint = '', SubscriptionArn = '' }: Subscription) {
  return { protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn.startsWith('arn:') }
}
