import { isDeepStrictEqual } from 'node:util'

/** Policies that say the same, whatever their white space and the order of their members. */
export function sameText(one: string | null, other: string | null): boolean {
  if (one === other) return true
  if (one === null || other === null) return false
  const [first, second] = [parsed(one), parsed(other)]
  return first !== undefined && isDeepStrictEqual(first, second)
}

/** As people read it. */
export function policyLines(text: string): string[] {
  const found = parsed(text)
  return (found === undefined ? text : JSON.stringify(found, null, 2)).split('\n')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
