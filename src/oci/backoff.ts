import type { Clock } from '../core/clock.ts'

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
  const asked = askedWait(retryAfter, clock)
  if (asked !== undefined) return Math.min(longest, asked)
  return 500 * 2 ** (attempt - 1) * (0.5 + random() / 2)
}

/** Seconds, or a date. */
function askedWait(retryAfter: string | undefined, clock: Clock): number | undefined {
  if (!retryAfter) return undefined
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now().getTime())
}
