import { maybe, type Truth, truthOf } from '../truth.ts'
import type { Family, Matcher } from './matcher.ts'
import { anyOf } from './text.ts'

type Comparison = (value: number, wanted: number) => boolean

/** What is no number can't be compared: neither a yes nor a no. */
function toNumber(text: string): number | undefined {
  return /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text.trim()) ? Number(text) : undefined
}

export function comparing(
  compare: Comparison,
  read: (text: string) => number | undefined,
): Family['compile'] {
  return ({ values }) => anyOf(values.map((value) => compareWith(read(value), compare, read)))
}

function compareWith(
  wanted: number | undefined,
  compare: Comparison,
  read: (text: string) => number | undefined,
): Matcher {
  return (text): Truth => {
    const value = read(text)
    return value === undefined || wanted === undefined ? maybe : truthOf(compare(value, wanted))
  }
}

const below: Comparison = (value, wanted) => value < wanted
const upTo: Comparison = (value, wanted) => value <= wanted
const above: Comparison = (value, wanted) => value > wanted
const from: Comparison = (value, wanted) => value >= wanted
const same: Comparison = (value, wanted) => value === wanted

export const comparisons = { below, upTo, above, from, same }

export const numberFamilies: Record<string, Family> = {
  numericequals: { compile: comparing(same, toNumber), words: 'is' },
  numericnotequals: { compile: comparing(same, toNumber), words: 'is', negated: true },
  numericlessthan: { compile: comparing(below, toNumber), words: 'is below' },
  numericlessthanequals: { compile: comparing(upTo, toNumber), words: 'is at most' },
  numericgreaterthan: { compile: comparing(above, toNumber), words: 'is above' },
  numericgreaterthanequals: { compile: comparing(from, toNumber), words: 'is at least' },
}
