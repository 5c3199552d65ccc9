import { matchesGlob } from '../../core/glob.ts'
import type { Registry, Repository, ScanningRule } from '../world.ts'

export interface EffectiveScanning {
  scanOnPush: boolean
  scanFrequency: string
  appliedScanFilters: { filter: string; filterType: string }[]
}

/** Without `*` a filter matches every name that contains it; with one it is anchored (ecr-facts 2.6). */
export function matchesScanningFilter(filter: string, repository: string): boolean {
  return filter.includes('*') ? matchesGlob(filter, repository) : repository.includes(filter)
}

/**
 * What really happens to a repository: the rules of the registry, the most frequent first.
 * Assumptions (ecr-facts 2.6): under BASIC the repository's own flag counts when no rule matches; the filters
 * answered are the matching ones of the rule that wins; scanning that is off under ENHANCED reads MANUAL.
 */
export function effectiveScanning(registry: Registry, repository: Repository): EffectiveScanning {
  const { scanType, rules } = registry.scanning
  const matches = rules.map((rule) => ({ rule, filters: matching(rule, repository.name) }))
  const hits = matches.filter(({ filters }) => filters.length > 0)
  const winner = hits.find(({ rule }) => rule.scanFrequency === 'CONTINUOUS_SCAN') ?? hits[0]
  if (winner) {
    const { scanFrequency } = winner.rule
    return { scanOnPush: scanFrequency !== 'MANUAL', scanFrequency, appliedScanFilters: winner.filters }
  }
  const flag = scanType === 'BASIC' && repository.scanOnPush
  return { scanOnPush: flag, scanFrequency: flag ? 'SCAN_ON_PUSH' : 'MANUAL', appliedScanFilters: [] }
}

function matching(rule: ScanningRule, name: string): ScanningRule['repositoryFilters'] {
  return rule.repositoryFilters.filter(({ filter }) => matchesScanningFilter(filter, name))
}
