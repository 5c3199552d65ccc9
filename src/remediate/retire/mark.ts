import type { Inventory } from '../../inventory/inventory.ts'

/** Resource tags of a repository that nobody seems to use: the day after which it may go, and the day it was marked. */
export const retireAfterTag = 'holdfast:retire-after'
const markedTag = 'holdfast:retire-marked'

export interface Mark {
  /** It may be deleted when this day is over: `2026-12-08`. */
  after: string
  /** What was pushed or pulled on that day or later was used since. Absent: somebody wrote the other tag by hand. */
  marked?: string
}

const day = 24 * 60 * 60 * 1000
const date = /^\d{4}-\d{2}-\d{2}$/

/** Of the day on which the inventory was collected: the same inventory makes the same plan. */
export function markTags({ collectedAt }: Inventory, graceDays: number): Record<string, string> {
  const now = Date.parse(collectedAt)
  return {
    [retireAfterTag]: dayOf(new Date(now + graceDays * day)),
    [markedTag]: dayOf(new Date(now)),
  }
}

/** `unreadable`: the tag is there, and its value is no day. */
export function markOf(tags: Readonly<Record<string, string>>): Mark | 'unreadable' | undefined {
  const after = tags[retireAfterTag]
  if (after === undefined) return undefined
  const marked = tags[markedTag]
  if (!isDay(after) || (marked !== undefined && !isDay(marked))) return 'unreadable'
  return { after, ...(marked !== undefined && { marked }) }
}

/** The tags of a mark, alone. */
export function marksIn(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => isMark(key)))
}

export function withoutMarks(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isMark(key)))
}

/** Whether the day of the mark is over, by a time in UTC. */
export function isDue({ after }: Mark, now: string): boolean {
  return dayOf(new Date(now)) > after
}

function isMark(key: string): boolean {
  return key === retireAfterTag || key === markedTag
}

function isDay(text: string): boolean {
  return date.test(text) && !Number.isNaN(Date.parse(text))
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
