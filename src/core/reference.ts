import { HoldfastError } from './errors.ts'

/** Where images live: an ECR registry (one account in one Region) or any other OCI registry. */
export type RegistryUrl =
  | { kind: 'ecr'; account?: string; region?: string }
  | { kind: 'oci'; host: string; insecure: boolean }

/**
 * `ecr://`, `ecr://REGION`, `ecr://ACCOUNT/REGION`, `oci://HOST[:PORT]`.
 * Plain HTTP is used for loopback hosts only, unless the URL ends in `?insecure=true`.
 */
export function parseRegistryUrl(text: string): RegistryUrl {
  if (text.startsWith('ecr://')) return parseEcr(text)
  if (text.startsWith('oci://')) return parseOci(text)
  throw malformed(text, 'It must start with ecr:// or oci://.')
}

function parseEcr(text: string): RegistryUrl {
  const rest = text.slice('ecr://'.length)
  const match = /^(?:(\d{12})\/)?([a-z]{2,4}(?:-[a-z]+)+-\d)?$/.exec(rest)
  if (!match) throw malformed(text, 'An ECR registry is ecr://, ecr://REGION or ecr://ACCOUNT/REGION.')
  const [, account, region] = match
  return { kind: 'ecr', ...(account && { account }), ...(region && { region }) }
}

function parseOci(text: string): RegistryUrl {
  const [rest = '', query = ''] = text.slice('oci://'.length).split('?')
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9]+(?:[.-][a-z0-9]+)*)(:\d{1,5})?\/?$/i.exec(rest)
  if (!match) throw malformed(text, 'An OCI registry is oci://HOST or oci://HOST:PORT, without a path.')
  const host = `${match[1]}${match[2] ?? ''}`
  const insecure = isLoopbackHost(match[1] ?? '') || query === 'insecure=true'
  return { kind: 'oci', host, insecure }
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function malformed(text: string, why: string): HoldfastError {
  return new HoldfastError('usage', {
    what: `Not a registry: ${JSON.stringify(text)}`,
    why,
    next: 'Examples: ecr://  ecr://eu-west-1  ecr://111122223333/eu-west-1  oci://127.0.0.1:5000',
  })
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`)
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/** ecr-facts 1.5. The OCI grammar is the same but for the length. */
export function isRepositoryName(text: string): boolean {
  return text.length >= 2 && text.length <= 256 && repositoryPattern.test(text)
}

/** The OCI tag grammar (ecr-facts 1.5), which is what can be pushed. */
export function isTag(text: string): boolean {
  return tagPattern.test(text)
}
