import { parseArn } from '../../core/arn.ts'
import { AwsError } from '../http.ts'
import { needText } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'
import type { Topic } from './state.ts'

export function topicsOf({ account, caller }: QueryCall): Record<string, Topic> {
  return account.sns?.[caller.region]?.topics ?? {}
}

export function needTopic(call: QueryCall): Topic {
  return needTopicOf(call, needText(call.input, 'TopicArn'))
}

export function needTopicOf(call: QueryCall, given: string): Topic {
  checkTopicArn(call, given)
  const topics = topicsOf(call)
  const found = Object.hasOwn(topics, given) ? topics[given] : undefined
  if (found) return found
  throw notFound('Topic does not exist')
}

/** Assumption: no topic's policy lets another account look. */
export function checkTopicArn({ caller, input }: QueryCall, given: string): void {
  const arn = parseArn(given)
  if (arn?.service !== 'sns') throw invalidParameter('TopicArn')
  if (arn.region !== caller.region) throw invalidParameter('TopicArn')
  if (arn.account === caller.account) return
  const text = `User: ${caller.arn} is not authorized to perform: SNS:${input.get('Action')} on resource: ${given}`
  throw new AwsError('AuthorizationError', text, { status: 403 })
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFound', message, { status: 404 })
}

export function invalidParameter(name: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${name}`)
}

export function notHere(what: string): AwsError {
  const text = `sns: ${what} with attributes or tags is not simulated.`
  return new AwsError('NotImplementedInSandbox', text, { status: 501 })
}
