import { maybe, truthOf } from '../truth.ts'
import type { Family, Matcher } from './matcher.ts'
import { anyOf } from './text.ts'

/** Base64 in its one regular form; undefined when it is none. */
function regular(text: string): string | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('base64') : undefined
}

function compileOne(text: string): Matcher {
  const wanted = regular(text)
  return (found) => {
    const value = regular(found)
    return value === undefined || wanted === undefined ? maybe : truthOf(value === wanted)
  }
}

export const binaryFamilies: Record<string, Family> = {
  binaryequals: { compile: ({ values }) => anyOf(values.map(compileOne)), words: 'is' },
}
