/** Deep enough for every real document; a bomb of brackets is refused before it is parsed. */
const deepest = 100

/**
 * JSON.parse for text that a stranger wrote: UTF-8 without a byte order mark, no key twice in one object (two
 * readers could see two documents), bounded depth. `__proto__` stays an ordinary key. Throws a SyntaxError.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  refuseBombsAndDuplicates(text)
  return JSON.parse(text)
}

/** One pass over the text; what is not JSON at all is left for JSON.parse to refuse. */
function refuseBombsAndDuplicates(text: string): void {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(undefined)
    else if (character === '}' || character === ']') open.pop()
    else if (character === '"') {
      const end = endOfString(text, at)
      const keys = open.at(-1)
      if (keys && isKey(text, end)) addKey(keys, text.slice(at, end + 1))
      at = end
    }
    if (open.length > deepest) throw new SyntaxError(`nested deeper than ${deepest}`)
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  throw new SyntaxError('a string without an end')
}

function isKey(text: string, endOfString: number): boolean {
  let at = endOfString + 1
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r') at++
  return text[at] === ':'
}

function addKey(keys: Set<string>, quoted: string): void {
  const key: string = JSON.parse(quoted)
  if (keys.has(key)) throw new SyntaxError('the same key twice in one object')
  keys.add(key)
}
