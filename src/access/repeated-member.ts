/**
 * A name that one object of a JSON text holds twice. JSON.parse takes the last of them, other readers the first: two
 * readers of such a policy may see two policies, so nobody should decide by it. The text must be JSON. One pass, no
 * recursion; names are compared as they are meant, escapes undone.
 */
export function repeatedMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/gs
  for (const [found, colon] of text.matchAll(token)) {
    if (found === '{') open.push(new Set())
    else if (found === '[') open.push(undefined)
    else if (found === '}' || found === ']') open.pop()
    else if (colon !== undefined) {
      const text = found.slice(0, -colon.length)
      const name: string = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
      const names = open.at(-1)
      if (names?.has(name)) return name
      names?.add(name)
    }
  }
  return undefined
}
