import { AwsError } from '../../http.ts'
import { invalidParameter } from '../errors.ts'
import { asMembers, type Members, needText, needTexts, readList } from '../input/read.ts'
import { repositoryOfArn } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'

const mostTags = 50
const longestKey = 128
const longestValue = 256
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

export const listTagsForResource: EcrOperation = (call) => {
  const { resourceTags } = repositoryOfArn(call, needText(call.input, 'resourceArn'))
  return { tags: tagList(resourceTags) }
}

export const tagResource: EcrOperation = (call) => {
  const repository = repositoryOfArn(call, needText(call.input, 'resourceArn'))
  const added = readTags(call.input, 'tags')
  if (!added) throw invalidParameter('tags', 'Member must not be null')
  const all = { ...repository.resourceTags, ...added }
  requireFew(all)
  repository.resourceTags = all
  return {}
}

export const untagResource: EcrOperation = (call) => {
  const repository = repositoryOfArn(call, needText(call.input, 'resourceArn'))
  const keys = needTexts(call.input, 'tagKeys', { min: 1, max: longestKey, items: { max: 200 } })
  for (const key of keys) delete repository.resourceTags[key]
  return {}
}

/** `Key` and `Value` are capitalised in ECR (ecr-facts 1.1). */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

export function readTags(input: Members, member: string): Record<string, string> | undefined {
  const pairs = readList(input, member)?.map((value) => {
    const tag = asMembers(value, member)
    return [needText(tag, 'Key'), needText(tag, 'Value')] as const
  })
  if (!pairs) return undefined
  for (const pair of pairs) checkTag(pair)
  const tags = Object.fromEntries(pairs)
  if (Object.keys(tags).length < pairs.length) throw invalidTag('Duplicate tag keys found.')
  requireFew(tags)
  return tags
}

function checkTag([key, value]: readonly [string, string]): void {
  if (key.length < 1 || key.length > longestKey)
    throw invalidTag(`A tag key has 1 to ${longestKey} characters.`)
  if (value.length > longestValue) throw invalidTag(`A tag value has at most ${longestValue} characters.`)
  if (key.toLowerCase().startsWith('aws:')) throw invalidTag('A tag key must not begin with aws:')
  if (!allowed.test(key) || !allowed.test(value))
    throw invalidTag('The tag has characters that are not allowed.')
}

function requireFew(tags: Record<string, string>): void {
  if (Object.keys(tags).length > mostTags)
    throw new AwsError('TooManyTagsException', `A repository may have no more than ${mostTags} tags.`)
}

function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTagParameterException', message)
}
