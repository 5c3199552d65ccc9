import { AwsError } from '../http.ts'
import { pageOf, readList, readText, sortedBy } from '../query-input.ts'
import type { QueryCall } from '../query-service.ts'

/** What a filter of that name looks at; several values are alternatives. */
export type FilterFields<T> = Record<string, (item: T) => readonly string[]>

/** `Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1`: all filters must fit; `*` and `?` stand for anything. */
export function filtered<T>({ input }: QueryCall, items: readonly T[], fields: FilterFields<T>): T[] {
  let left = [...items]
  for (let at = 1; input.has(`Filter.${at}.Name`); at++) {
    const name = input.get(`Filter.${at}.Name`) ?? ''
    const patterns = readList(input, `Filter.${at}.Value`).map(patternOf)
    const fieldOf = fieldFor(fields, name)
    left = left.filter((item) => fieldOf(item).some((value) => patterns.some((each) => each.test(value))))
  }
  return left
}

function fieldFor<T>(fields: FilterFields<T>, name: string): (item: T) => readonly string[] {
  const tag = /^tag:(.+)$/.exec(name)?.[1]
  const found = Object.hasOwn(fields, name) ? fields[name] : undefined
  const tags = fields['tag']
  if (tag !== undefined && tags) return (item) => prefixed(tags(item), `${tag}=`)
  if (found && name !== 'tag') return found
  throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`)
}

function prefixed(texts: readonly string[], prefix: string): string[] {
  return texts.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length))
}

function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
}

/** Those with the ids that are asked for, all when none is; an id that is not there is an error. */
export function withIds<T extends { id: string }>(
  { input }: QueryCall,
  items: readonly T[],
  { member, code }: { member: string; code: string },
): readonly T[] {
  const ids = readList(input, member)
  const missing = ids.find((id) => !items.some((item) => item.id === id))
  if (missing !== undefined) throw new AwsError(code, `The id '${missing}' does not exist`)
  return ids.length === 0 ? items : items.filter(({ id }) => ids.includes(id))
}

/** `MaxResults` 5 to 1000; absent: everything that fits on a page of a thousand. */
export function ec2Page<T extends { id: string }>(
  call: QueryCall,
  items: readonly T[],
  list: string,
): { items: readonly T[]; next: string | undefined } {
  const text = readText(call.input, 'MaxResults')
  const size = Number(text ?? 1000)
  if (!Number.isInteger(size) || size < 5)
    throw new AwsError('InvalidParameterValue', `Value ( ${text} ) for parameter maxResults is invalid.`)
  const refuse = () => new AwsError('InvalidNextToken', 'The pagination token is invalid.')
  const token = readText(call.input, 'NextToken')
  const rule = { list: `ec2 ${list}`, size: Math.min(size, 1000), token, refuse }
  return pageOf(call, sortedBy(items, keyOf), { ...rule, keyOf })
}

const keyOf = ({ id }: { id: string }) => id

/** How EC2 repeats an element. */
export function items<T>(list: readonly T[]): { item: readonly T[] } {
  return { item: list }
}

export function tagSet(tags: Record<string, string>) {
  return items(Object.entries(tags).map(([key, value]) => ({ key, value })))
}

export function tagTexts(tags: Record<string, string>): string[] {
  return Object.entries(tags).map(([key, value]) => `${key}=${value}`)
}
