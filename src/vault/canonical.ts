/**
 * The one text that stands for a document: RFC 8785 (members sorted by UTF-16 code units, no white space),
 * for the values that our documents hold: strings, booleans, safe integers, lists and plain objects. Members
 * that are undefined are left out. Equal contents give equal bytes, whoever writes them, and so equal names.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (typeof value === 'object' && value !== null) return objectText(value)
  return JSON.stringify(value)
}

function objectText(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`).join(',')}}`
}
