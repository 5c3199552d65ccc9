import type { Registry } from '../../world.ts'

export interface Destination {
  registryId: string
  region: string
}

export interface ReplicationRule {
  destinations: Destination[]
  repositoryFilters?: { filter: string; filterType: string }[]
}

/** Where a repository's images go: rules add up, and a destination that several rules name is one (ecr-facts 2.4). */
export function destinationsOf(registry: Registry, repository: string): Destination[] {
  const all = (registry.replication.rules as ReplicationRule[])
    .filter(({ repositoryFilters = [] }) => takes(repositoryFilters, repository))
    .flatMap(({ destinations = [] }) => destinations)
  return [...new Map(all.map((each) => [placeOf(each), each])).values()]
}

/** A prefix of the name, not of the path. No filter takes everything. */
function takes(filters: { filter: string }[], name: string): boolean {
  return filters.length === 0 || filters.some(({ filter }) => name.startsWith(filter))
}

/** As registries are kept in the world. */
export function placeOf({ registryId, region }: Destination): string {
  return `${registryId}/${region}`
}
