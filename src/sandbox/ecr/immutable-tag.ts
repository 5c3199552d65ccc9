import { matchesGlob } from '../../core/glob.ts'
import type { Repository } from '../world.ts'

/** May this tag, once given, never move? A filter without `*` names one tag exactly (ecr-facts 2.3). */
export function isImmutableTag(repository: Repository, tag: string): boolean {
  const { mutability, exclusionFilters } = repository
  const excluded = exclusionFilters.some((filter) => matchesGlob(filter, tag))
  if (mutability === 'IMMUTABLE_WITH_EXCLUSION') return !excluded
  if (mutability === 'MUTABLE_WITH_EXCLUSION') return excluded
  return mutability === 'IMMUTABLE'
}
