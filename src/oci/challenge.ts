/** A `WWW-Authenticate` header taken apart. */
export interface Challenge {
  scheme: 'basic' | 'bearer'
  realm?: string
  service?: string
  scope?: string
}

/** The first challenge that we can answer; Bearer is preferred, as registries that offer it expect it. */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  if (!header) return undefined
  const found = [
    ...header.matchAll(/(?:^|,)\s*(basic|bearer)\b((?:\s*,?\s*\w+\s*=\s*(?:"[^"]*"|[^\s,"]+))*)/gi),
  ]
  const challenges = found.map(([, scheme = '', rest = '']) => ({
    scheme: scheme.toLowerCase() as Challenge['scheme'],
    ...parameters(rest),
  }))
  return challenges.find(({ scheme }) => scheme === 'bearer') ?? challenges[0]
}

function parameters(text: string): { realm?: string; service?: string; scope?: string } {
  const found: { realm?: string; service?: string; scope?: string } = {}
  for (const [, name = '', quoted, plain] of text.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/g)) {
    const key = name.toLowerCase()
    if (key === 'realm' || key === 'service' || key === 'scope') found[key] = quoted ?? plain ?? ''
  }
  return found
}
