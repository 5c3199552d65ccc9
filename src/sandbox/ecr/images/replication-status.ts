import type { Registry } from '../../world.ts'
import { needRepository } from '../input/repository.ts'
import type { EcrOperation } from '../operation.ts'
import { needImage } from './image-ids.ts'

interface Rule {
  destinations?: { region: string; registryId: string }[]
  repositoryFilters?: { filter: string }[]
}

/**
 * One entry for each destination that a rule sends the repository to. The sandbox does not replicate: an image whose
 * arrival the seed does not state is for ever under way.
 */
export const describeImageReplicationStatus: EcrOperation = (call) => {
  const { registry } = call
  const repository = needRepository(call)
  const { id, image } = needImage(registry, repository, call.input)
  const replicationStatuses = destinationsOf(registry, repository.name).map(({ region, registryId }) => ({
    region,
    registryId,
    status: image.replicated?.[`${registryId}/${region}`] ?? 'IN_PROGRESS',
  }))
  // Unlike others, this answer does not name the registry.
  return { repositoryName: repository.name, imageId: id, replicationStatuses }
}

function destinationsOf(registry: Registry, name: string) {
  return (registry.replication.rules as Rule[])
    .filter(({ repositoryFilters = [] }) => takes(repositoryFilters, name))
    .flatMap(({ destinations = [] }) => destinations)
}

function takes(filters: { filter: string }[], name: string): boolean {
  return filters.length === 0 || filters.some(({ filter }) => name.startsWith(filter))
}
