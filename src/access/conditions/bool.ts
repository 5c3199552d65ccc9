import { maybe, truthOf } from '../truth.ts'
import type { Family, Matcher } from './matcher.ts'
import { anyOf } from './text.ts'

const isBool = (text: string): boolean => text === 'true' || text === 'false'

function compileOne(wanted: string): Matcher {
  const lower = wanted.toLowerCase()
  return (text) => {
    const value = text.toLowerCase()
    return isBool(value) && isBool(lower) ? truthOf(value === lower) : maybe
  }
}

export const boolFamilies: Record<string, Family> = {
  bool: { compile: ({ values }) => anyOf(values.map(compileOne)), words: 'is' },
}
