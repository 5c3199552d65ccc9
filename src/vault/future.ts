import type { Log } from '../core/run.ts'
import { compactTime } from './format.ts'

/** A root by its key, and when the store got it, by the store's own clock. */
export interface ListedRoot {
  key: string
  modified: Date
}

const hour = 60 * 60 * 1000

/**
 * Whether a root is dated later than it can be: more than an hour after both the reader's clock and the moment when the
 * store got it. A clock was wrong, or somebody planted it. As the newest it would hide everything that comes until
 * its day; so it never counts as that. Both clocks, because a reader whose clock is slow must not pass over good ones.
 */
export function isOfTheFuture({ key, modified }: ListedRoot, now: Date): boolean {
  const latest = new Date(Math.max(now.getTime(), modified.getTime()) + hour)
  return timeIn(key) > compactTime(latest.toISOString())
}

/** `20260131T235959Z` of a root's key. */
export function timeIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1, key.lastIndexOf('-'))
}

/** The id in a root's key. */
export function idIn(key: string): string {
  return key.slice(key.lastIndexOf('-') + 1, -'.json'.length)
}

export function warnOfTheFuture(keys: readonly string[], log: Log): void {
  for (const key of keys) {
    const [, y, m, d] = /^(\d{4})(\d\d)(\d\d)/.exec(timeIn(key)) ?? []
    log.warn(
      `Snapshot ${idIn(key)} claims to be of ${y}-${m}-${d}, which has not come yet. It does not count as the newest; its id names it.`,
    )
  }
}
