import type { Additions } from '../request-keys.ts'
import { type Asked, textsIn } from './asked.ts'

/** The tags that a request brings, and the keys of those that it takes away, in any of AWS's spellings. */
export function tagAdditions({ input }: Pick<Asked, 'input'>): Additions {
  const requestTags = requestTagsIn(input)
  const removed = ['tagKeys', 'TagKeys'].flatMap((name) => textsIn(input, name))
  return { requestTags, tagKeys: [...Object.keys(requestTags), ...removed] }
}

function requestTagsIn(input: Asked['input']): Record<string, string> {
  const given = input['tags'] ?? input['Tags'] ?? input['TagsList']
  if (Array.isArray(given)) return Object.fromEntries(given.map(pairOf))
  if (typeof given === 'object' && given !== null)
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, String(value)]))
  const keys = Object.entries(input).flatMap(([name, key]) => {
    const start = /^(Tags?(?:\.member)?\.\d+)\.Key$/.exec(name)?.[1]
    return start === undefined ? [] : [[String(key), String(input[`${start}.Value`] ?? '')] as const]
  })
  return Object.fromEntries(keys)
}

function pairOf(item: unknown): [string, string] {
  const tag = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
  const key = tag['Key'] ?? tag['key'] ?? tag['TagKey']
  return [String(key ?? ''), String(tag['Value'] ?? tag['value'] ?? tag['TagValue'] ?? '')]
}
