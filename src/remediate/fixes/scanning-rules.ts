import type { Inventory } from '../../inventory/inventory.ts'
import type { RegistryScanningState } from '../kinds/registry-scanning.ts'

/** Filters in one rule (ecr-facts 2.6). */
export const mostFilters = 100

/** Adds filters to the rule of this frequency, and leaves every other filter and rule as it is. */
export function withFilters(
  state: RegistryScanningState,
  scanFrequency: string,
  filters: readonly string[],
): RegistryScanningState {
  const rule = state.rules.find((one) => one.scanFrequency === scanFrequency)
  const before = rule?.repositoryFilters ?? []
  const known = new Set(before.map(({ filter }) => filter))
  const added = filters.filter((filter) => !known.has(filter))
  if (added.length === 0) return state
  const repositoryFilters = [...before, ...added.map((filter) => ({ filter, filterType: 'WILDCARD' }))]
  const made = { scanFrequency, repositoryFilters }
  const rules = rule ? state.rules.map((one) => (one === rule ? made : one)) : [...state.rules, made]
  return { ...state, rules }
}

/**
 * Filters for these repositories, out of those that lack it. When they are all that lack it, `*`: then what is made
 * tomorrow has it as well. Else each by the beginning of its name: an exact name cannot be said (ecr-facts 2.6).
 */
export function filtersFor(names: readonly string[], lacking: readonly string[]): string[] {
  const wanted = new Set(names)
  const isAll = lacking.every((name) => wanted.has(name))
  return isAll ? ['*'] : names.map((name) => `${name}*`)
}

/** Repositories whose frequency, as ECR answers it, is one of these. */
export function scannedLike(
  { repositories }: Inventory,
  isLike: (frequency: string) => boolean,
): { name: string; scanOnPush: boolean; byFlag: boolean }[] {
  const all = 'ok' in repositories ? repositories.ok : []
  return all.flatMap(({ name, scanOnPush, effectiveScanning }) => {
    if ('error' in effectiveScanning || !isLike(effectiveScanning.ok.frequency)) return []
    return [{ name, scanOnPush, byFlag: scanOnPush && effectiveScanning.ok.filters.length === 0 }]
  })
}

export function namesOf(findings: readonly { repository?: string }[]): string[] {
  return findings.flatMap(({ repository }) => repository ?? [])
}
