/**
 * Matches a repository name against a pattern where `*` stands for any run of characters, `/` included,
 * and everything else for itself; anchored at both ends. Linear in the text, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const [first = ''] = parts
  if (parts.length === 1) return pattern === text
  const last = parts[parts.length - 1] ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  let at = first.length
  const end = text.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** True when no pattern is given or one of them matches. */
export function matchesAny(patterns: readonly string[] | undefined, text: string): boolean {
  return !patterns?.length || patterns.some((pattern) => matchesGlob(pattern, text))
}
