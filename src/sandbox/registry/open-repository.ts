import { repositoryOf } from '../ecr/find-repository.ts'
import { settleActivations } from '../ecr/images/activation.ts'
import type { Repository } from '../world.ts'
import type { RegistryCall } from './registry-call.ts'

/** The repository as it is now, with images whose way back from the archive has ended; or NAME_UNKNOWN. */
export function openRepository({ world, registry }: RegistryCall, name: string): Repository {
  const repository = repositoryOf(registry, name)
  settleActivations(world, registry, repository)
  return repository
}
