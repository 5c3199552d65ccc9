import { AwsError } from '../http.ts'
import type { Registry, Repository } from '../world.ts'

/** The repository, or RepositoryNotFoundException. */
export function repositoryOf(registry: Registry, name: string): Repository {
  const repository = Object.hasOwn(registry.repositories, name) ? registry.repositories[name] : undefined
  if (repository) return repository
  throw new AwsError(
    'RepositoryNotFoundException',
    `The repository with name '${name}' does not exist in the registry with id '${registry.account}'`,
  )
}
