/** How long a `Retry-After` header asks to wait, in ms: seconds or a date. Whoever waits caps it. */
export function askedWait(retryAfter: string | undefined, now: Date): number | undefined {
  if (!retryAfter) return undefined
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}
