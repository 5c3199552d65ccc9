import { AwsError } from '../http.ts'
import { invalidState, ownKey } from './change-key.ts'
import type { KmsOperation } from './operations.ts'

const mostTags = 50

export const tagResource: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'TagResource' })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  key.tags = requireFew({ ...key.tags, ...readTags(input['Tags']) })
  return {}
}

/** A tag that is not there is passed over. */
export const untagResource: KmsOperation = (world, caller, input) => {
  const key = ownKey(world, caller, { input, operation: 'UntagResource' })
  if (key.state === 'PendingDeletion') throw invalidState(key)
  const gone: unknown = input['TagKeys']
  if (!Array.isArray(gone)) throw new AwsError('ValidationException', 'TagKeys must be a list.')
  const left = Object.entries(key.tags ?? {}).filter(([name]) => !gone.includes(name))
  if (left.length === 0) delete key.tags
  else key.tags = Object.fromEntries(left)
  return {}
}

export function readTags(given: unknown): Record<string, string> {
  if (!Array.isArray(given)) throw new AwsError('ValidationException', 'Tags must be a list.')
  const pairs = given.map((each: unknown) => {
    const { TagKey, TagValue } = (each ?? {}) as { TagKey?: unknown; TagValue?: unknown }
    const isGood =
      typeof TagKey === 'string' &&
      typeof TagValue === 'string' &&
      TagKey.length >= 1 &&
      TagKey.length <= 128 &&
      TagValue.length <= 256 &&
      !TagKey.startsWith('aws:')
    if (!isGood) throw new AwsError('TagException', 'A tag has a key of 1 to 128 characters and a value.')
    return [TagKey, TagValue] as const
  })
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new AwsError('TagException', 'A tag key is there twice.')
  return requireFew(Object.fromEntries(pairs))
}

function requireFew(tags: Record<string, string>): Record<string, string> {
  if (Object.keys(tags).length <= mostTags) return tags
  throw new AwsError('LimitExceededException', `A key has up to ${mostTags} tags.`)
}
