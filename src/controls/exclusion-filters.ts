import { matchesGlob } from '../core/glob.ts'

/** Tags as releases bear them. A filter that takes one of these takes what people deploy. */
const releases = ['1.2.3', 'v1.2.3', '10.20', 'release-1.2.3', '2026.1.0', '1.2.3-alpine']
const isRelease = /^(v|release-)?\d+\.\d+(\.\d+)*$/

/**
 * An exclusion filter that covers release tags: as they usually look, or one that the repository has. Undefined when
 * none does. A filter without `*` names one tag (ecr-facts 2.3).
 */
export function releaseFilter(
  filters: readonly string[],
  tags: readonly string[],
): { filter: string; tag: string } | undefined {
  const real = tags.filter((tag) => isRelease.test(tag))
  for (const filter of filters) {
    const tag = [...real, ...(filter.includes('*') ? releases : [])].find((one) => matchesGlob(filter, one))
    if (tag !== undefined) return { filter, tag }
  }
  return undefined
}

export function coversEverything(filter: string): boolean {
  return /^\*+$/.test(filter)
}
