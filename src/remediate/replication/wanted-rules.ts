import type { Inventory, ReplicationRule } from '../../inventory/inventory.ts'
import type { Baseline } from '../baseline.ts'
import type { ReplicationState } from '../kinds/replication.ts'

export interface Destination {
  region: string
  account: string
}

/** Assumption: ten, the smaller of the two limits that are documented (ecr-facts 2.4). */
const mostRules = 10

/** Where the baseline wants copies, with the account filled in. */
export function destinationsOf({ replication }: Baseline, { registry }: Inventory): Destination[] {
  return replication.destinations.map(({ region, account = registry.account }) => ({ region, account }))
}

/** Those to which no rule takes everything that is wished for. */
export function uncovered(
  wanted: readonly Destination[],
  prefixes: readonly string[],
  rules: readonly ReplicationRule[],
): Destination[] {
  return wanted.filter((one) => !rules.some((rule) => goesTo(rule, one) && takesAll(rule, prefixes)))
}

function goesTo({ destinations }: ReplicationRule, { region, account }: Destination): boolean {
  return destinations.some((one) => one.region === region && one.account === account)
}

function takesAll({ prefixes: taken }: ReplicationRule, prefixes: readonly string[]): boolean {
  if (taken.length === 0) return true
  return prefixes.length > 0 && prefixes.every((one) => taken.some((prefix) => one.startsWith(prefix)))
}

/** With one more rule for what no rule does; the others stay as they are. */
export function withRule(
  state: ReplicationState | null,
  wanted: readonly Destination[],
  prefixes: readonly string[],
): ReplicationState {
  const rules = state?.rules ?? []
  const missing = uncovered(wanted, prefixes, rules.map(asRule))
  if (missing.length === 0 || rules.length >= mostRules) return { rules }
  const added = {
    destinations: missing.map(({ region, account }) => ({ region, registryId: account })),
    ...(prefixes.length > 0 && {
      repositoryFilters: prefixes.map((filter) => ({ filter, filterType: 'PREFIX_MATCH' })),
    }),
  }
  return { rules: [...rules, added] }
}

export function isFull(rules: readonly ReplicationRule[]): boolean {
  return rules.length >= mostRules
}

function asRule({
  destinations,
  repositoryFilters = [],
}: ReplicationState['rules'][number]): ReplicationRule {
  return {
    destinations: destinations.map(({ region, registryId }) => ({ region, account: registryId })),
    prefixes: repositoryFilters.map(({ filter }) => filter),
  }
}
