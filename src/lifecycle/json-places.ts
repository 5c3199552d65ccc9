/** Where things are in a JSON text: lines of members by path, keys that are written twice, and where it breaks. */
export interface JsonPlaces {
  /** `rules[0].selection`, or of the nearest member above it; 1-based. */
  lineOf(path: string): number
  duplicates: { path: string; line: number }[]
  /** The line of the first thing that is not JSON. */
  brokenLine?: number
}

interface Frame {
  path: string
  keys?: Set<string>
  /** The member that is being read: a key of an object, or a count of an array. */
  member: string | number | undefined
  /** What may come next. */
  next: 'first' | 'member' | 'colon' | 'value' | 'comma'
}

const token =
  /[ \t\r\n]+|("[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{},:])/y
const deepest = 20

/** One pass without recursion: a bomb of brackets ends at a depth that no policy has. */
export function jsonPlaces(text: string): JsonPlaces {
  const offsets = new Map<string, number>()
  const duplicates: { path: string; offset: number }[] = []
  const lines = lineCounter(text)
  const broken = walk(text, (path, offset, again) => {
    if (again) duplicates.push({ path, offset })
    offsets.set(path, offset)
  })
  return {
    lineOf: (path) => lines(nearest(offsets, path)),
    duplicates: duplicates.map(({ path, offset }) => ({ path, line: lines(offset) })),
    ...(broken !== undefined && { brokenLine: lines(broken) }),
  }
}

type Found = (path: string, offset: number, again: boolean) => void

interface Place {
  at: number
  found: Found
}

/** Answers the offset where the text stops to be JSON; undefined when it is. */
function walk(text: string, found: Found): number | undefined {
  const top: Frame = { path: '', member: undefined, next: 'value' }
  const stack = [top]
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at
    const match = token.exec(text)
    const frame = stack.at(-1)
    if (!match || !frame) return at
    const [, string, scalar, mark] = match
    if (string ?? scalar ?? mark) {
      const place = { at, found }
      const fine = mark ? punctuate(mark, stack, place) : fill(string, frame, place)
      if (!fine || stack.length > deepest) return at
    }
  }
  return stack.length === 1 && top.next === 'comma' ? undefined : text.length
}

/** A string or another scalar: the key of a member, or a value. */
function fill(string: string | undefined, frame: Frame, { at, found }: Place): boolean {
  if (frame.keys && (frame.next === 'first' || frame.next === 'member')) {
    if (string === undefined) return false
    const key = JSON.parse(string) as string
    frame.member = key
    found(memberPath(frame), at, frame.keys.has(key))
    frame.keys.add(key)
    frame.next = 'colon'
    return true
  }
  return startValue(frame, { at, found })
}

function startValue(frame: Frame, { at, found }: Place): boolean {
  const first = !frame.keys && frame.next === 'first'
  if (frame.next !== 'value' && !first) return false
  if (typeof frame.member === 'number') found(memberPath(frame), at, false)
  frame.next = 'comma'
  return true
}

function punctuate(mark: string, stack: Frame[], place: Place): boolean {
  const frame = stack.at(-1)
  if (!frame) return false
  if (mark === '{' || mark === '[') {
    if (!startValue(frame, place)) return false
    const path = memberPath(frame)
    if (mark === '{') stack.push({ path, keys: new Set(), member: undefined, next: 'first' })
    else stack.push({ path, member: 0, next: 'first' })
    return true
  }
  if (mark === ':') return step(frame, frame.next === 'colon', 'value')
  if (mark === ',') {
    if (stack.length === 1) return false
    if (typeof frame.member === 'number') frame.member += 1
    return step(frame, frame.next === 'comma', frame.keys ? 'member' : 'value')
  }
  const closes = (mark === '}') === (frame.keys !== undefined) && stack.length > 1
  stack.pop()
  return closes && (frame.next === 'first' || frame.next === 'comma')
}

function step(frame: Frame, allowed: boolean, next: Frame['next']): boolean {
  frame.next = next
  return allowed
}

function memberPath({ path, member }: Frame): string {
  if (member === undefined) return path
  if (typeof member === 'number') return `${path}[${member}]`
  return path === '' ? member : `${path}.${member}`
}

function nearest(offsets: ReadonlyMap<string, number>, path: string): number {
  for (let above = path; above !== ''; above = above.replace(/(\.[^.[]*|\[\d+\]|^[^.[]*)$/, '')) {
    const offset = offsets.get(above)
    if (offset !== undefined) return offset
    if (!/[.[]/.test(above)) break
  }
  return 0
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => Math.max(1, starts.findLastIndex((start) => start <= offset) + 1)
}
