import type { Bucket, StoredObjectState } from '../world.ts'
import { compareKeys, findObject, keysOf } from './objects.ts'

export interface Page {
  keys: StoredObjectState[]
  prefixes: string[]
  /** Where the next page begins (after this key or common prefix); absent on the last page. */
  next?: string
}

/** One page of a bucket. A common prefix counts as one entry and stands for everything under it. */
export function pageOf(
  bucket: Bucket,
  {
    prefix,
    delimiter,
    after,
    maxKeys,
  }: { prefix: string; delimiter: string; after: string; maxKeys: number },
): Page {
  const all = keysOf(bucket)
  const page: Page = { keys: [], prefixes: [] }
  let last = ''
  for (let at = firstAt(all, prefix, after); at < all.length; ) {
    const key = all[at] ?? ''
    if (!key.startsWith(prefix)) break
    const group = groupOf(key, prefix, delimiter)
    // The page before ended with this prefix.
    const seen = group !== undefined && group === after
    if (!seen && page.keys.length + page.prefixes.length >= maxKeys)
      return maxKeys === 0 ? page : { ...page, next: last }
    if (group === undefined) add(page, bucket, key)
    else if (!seen) page.prefixes.push(group)
    last = group ?? key
    at = group === undefined ? at + 1 : pastGroup(all, group, at)
  }
  return page
}

function add(page: Page, bucket: Bucket, key: string): void {
  const object = findObject(bucket, key)
  if (object) page.keys.push(object)
}

export function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** The first key that is not before the prefix and comes after `after`. */
function firstAt(all: readonly string[], prefix: string, after: string): number {
  const at = search(all, (key) => compareKeys(key, prefix) >= 0)
  return after === ''
    ? at
    : Math.max(
        at,
        search(all, (key) => compareKeys(key, after) > 0),
      )
}

/** Keys under one prefix stand together: jump over them. */
function pastGroup(all: readonly string[], group: string, from: number): number {
  return search(all, (key) => !key.startsWith(group) && compareKeys(key, group) > 0, from)
}

function search(all: readonly string[], reached: (key: string) => boolean, from = 0): number {
  let [low, high] = [from, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (reached(all[middle] ?? '')) high = middle
    else low = middle + 1
  }
  return low
}
