import type { Clock } from '../core/clock.ts'
import { askedWait } from '../core/retry-after.ts'

export const tries = 4
const longest = 60_000
const passing = [408, 425, 429, 500, 502, 503, 504]

export function isPassingStatus(status: number): boolean {
  return passing.includes(status)
}

export interface Waiting {
  clock: Clock
  /** 0 to 1. */
  random: () => number
}

/** How long to wait before the next try: what the server asks for, else doubling from half a second, with jitter. */
export function waitBefore(
  attempt: number,
  retryAfter: string | undefined,
  { clock, random }: Waiting,
): number {
  const asked = askedWait(retryAfter, clock.now())
  if (asked !== undefined) return Math.min(longest, asked)
  return 500 * 2 ** (attempt - 1) * (0.5 + random() / 2)
}
