import type { Family } from './matcher.ts'
import { comparing, comparisons } from './number.ts'

const iso = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?)?)?$/

/** ISO 8601, with a zone where there is a time of day, or seconds since 1970. A year is four digits. */
function toTime(text: string): number | undefined {
  if (iso.test(text)) {
    const time = Date.parse(text)
    return Number.isNaN(time) ? undefined : time
  }
  return /^\d{5,13}$/.test(text) ? Number(text) * 1000 : undefined
}

const { below, upTo, above, from, same } = comparisons

export const dateFamilies: Record<string, Family> = {
  dateequals: { compile: comparing(same, toTime), words: 'is' },
  datenotequals: { compile: comparing(same, toTime), words: 'is', negated: true },
  datelessthan: { compile: comparing(below, toTime), words: 'is before' },
  datelessthanequals: { compile: comparing(upTo, toTime), words: 'is at the latest' },
  dategreaterthan: { compile: comparing(above, toTime), words: 'is after' },
  dategreaterthanequals: { compile: comparing(from, toTime), words: 'is at the earliest' },
}
