import { maybe, no, type Truth, truthOf, yes } from './truth.ts'

/**
 * Patterns in which what is a wildcard is told apart from a star that is meant as one: `anyRun` and `anyOne` are
 * characters that Unicode keeps free for such use, and that no policy of IAM can hold.
 */
export const anyRun = '\uFDD0'
export const anyOne = '\uFDD1'
/** At the end of a request's value: what comes behind is not known. */
export const unknownRest = '\uFDD2'

const marks = /[\uFDD0-\uFDD2]/g

/** Text from outside never holds a mark. */
export function withoutMarks(text: string): string {
  return text.replace(marks, '\uFFFD')
}

export function withWildcards(text: string): string {
  return withoutMarks(text).replace(/\*+/g, anyRun).replaceAll('?', anyOne)
}

export type Glob = (text: string) => boolean

/** Most patterns are a name, a prefix or everything, and cost no search. */
export function compileGlob(pattern: string): Glob {
  const first = pattern.search(/[\uFDD0\uFDD1]/)
  if (first < 0) return (text) => text === pattern
  if (pattern === anyRun) return () => true
  if (first === pattern.length - 1 && pattern.endsWith(anyRun)) {
    const prefix = pattern.slice(0, -1)
    return (text) => text.startsWith(prefix)
  }
  return (text) => matchesGlob(pattern, text)
}

/** At most pattern times text steps, whatever the pattern (see wildcard.ts). */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    const wanted = pattern[inPattern]
    if (wanted === anyRun) {
      star = inPattern++
      resume = at
    } else if (wanted === anyOne || wanted === text[at]) {
      inPattern++
      at++
    } else if (star >= 0) {
      inPattern = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[inPattern] === anyRun) inPattern++
  return inPattern === pattern.length
}

/** A value may end in `unknownRest`: then `yes` means for whatever comes behind, and `no` for nothing that may come. */
export function globTruth(pattern: string, text: string): Truth {
  if (!text.endsWith(unknownRest)) return truthOf(matchesGlob(pattern, text))
  const known = text.slice(0, -1)
  if (pattern.endsWith(anyRun) && matchesGlob(pattern, known)) return yes
  return canBegin(pattern, known) ? maybe : no
}

/** Whether the pattern matches some text that begins with `known`: every place in the pattern is followed at once. */
function canBegin(pattern: string, known: string): boolean {
  let places = afterRuns(pattern, new Set([0]))
  for (const character of known) {
    const next = new Set<number>()
    for (const place of places) {
      const wanted = pattern[place]
      if (wanted === anyRun) next.add(place)
      else if (wanted === anyOne || wanted === character) next.add(place + 1)
    }
    if (next.size === 0) return false
    places = afterRuns(pattern, next)
  }
  return true
}

/** A run may be empty. */
function afterRuns(pattern: string, places: Set<number>): Set<number> {
  for (const place of places) if (pattern[place] === anyRun) places.add(place + 1)
  return places
}
