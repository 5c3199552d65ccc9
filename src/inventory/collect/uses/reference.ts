import type { ImageUse } from '../../neighbours.ts'

export interface RegistryPlace {
  account: string
  region: string
}

/** Hosts of ECR: classic, FIPS and dual-stack (ecr-facts 1.2). */
const host =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)$/

/** The part of a use that an image reference tells; undefined when it is not an image of this registry. */
export function parseUse(
  reference: string,
  registry: RegistryPlace,
): Pick<ImageUse, 'repository' | 'tag' | 'digest'> | undefined {
  const slash = reference.indexOf('/')
  const match = host.exec(reference.slice(0, slash).toLowerCase())
  if (!match || match[1] !== registry.account || match[2] !== registry.region) return undefined
  const [path = '', digest] = reference.slice(slash + 1).split('@')
  const colon = path.indexOf(':')
  const repository = colon < 0 ? path : path.slice(0, colon)
  const tag = colon < 0 ? undefined : path.slice(colon + 1)
  if (repository === '') return undefined
  if (digest) return { repository, digest, ...(tag && { tag }) }
  return { repository, tag: tag ?? 'latest' }
}
