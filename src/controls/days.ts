import type { Inventory } from '../inventory/inventory.ts'

const day = 24 * 60 * 60 * 1000

/** Whole days between a time and the collection of the inventory; undefined when the time cannot be read. */
export function daysSince(time: string | undefined, { collectedAt }: Inventory): number | undefined {
  if (time === undefined) return undefined
  const days = (Date.parse(collectedAt) - Date.parse(time)) / day
  return Number.isFinite(days) ? Math.floor(days) : undefined
}

/** `2026-03-01`, for sentences. */
export function dateOf(time: string): string {
  return time.slice(0, 10)
}
