import { createHash } from 'node:crypto'

/** The percent-encoding of Signature Version 4: everything but the unreserved characters, upper-case hex. */
export function encodeUri(text: string, options: { keepSlash?: boolean } = {}): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return options.keepSlash ? encoded.replaceAll('%2F', '/') : encoded
}

/** Sorted by encoded name, then by encoded value; `without` is left out (the signature of a presigned URL). */
export function canonicalQuery(query: Iterable<[string, string]>, without?: string): string {
  return [...query]
    .filter(([name]) => name !== without)
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

export interface SignedParts {
  method: string
  /** As it goes into the canonical request: encoded once for S3, twice for everybody else. */
  path: string
  query: string
  /** Lower-case names, sorted. */
  headers: readonly (readonly [string, string])[]
  payloadHash: string
}

export function canonicalRequest({ method, path, query, headers, payloadHash }: SignedParts): string {
  const lines = headers.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}\n`).join('')
  const names = headers.map(([name]) => name).join(';')
  return [method, path, query, lines, names, payloadHash].join('\n')
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
