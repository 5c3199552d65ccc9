import { parseArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import { needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Topic } from './state.ts'

export function topicsOf({ account, caller }: QueryCall): Record<string, Topic> {
  return account.sns?.[caller.region]?.topics ?? {}
}

/** Assumption: no topic's policy lets another account look. */
export function needTopic(call: QueryCall): Topic {
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

export function invalidParameter(name: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${name}`)
}
