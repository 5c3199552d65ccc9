import { type LintReport, lintLifecycle } from '../lifecycle/lint.ts'
import { type ParsedLifecycle, parseLifecycle } from '../lifecycle/parse.ts'

type Read = ParsedLifecycle | { unreadable: string }

/** Repositories by the thousand have the same few policies; and three controls read each. */
const most = 1000

/** As `parseLifecycle`, once for each text. */
export const readLifecycle: (text: string) => Read = once(parseLifecycle)

/** As `lintLifecycle`, once for each text. */
export const readLint: (text: string) => LintReport = once(lintLifecycle)

function once<T>(read: (text: string) => T): (text: string) => T {
  const remembered = new Map<string, T>()
  return (text) => {
    const before = remembered.get(text)
    if (before !== undefined) return before
    if (remembered.size >= most) remembered.clear()
    const found = read(text)
    remembered.set(text, found)
    return found
  }
}
