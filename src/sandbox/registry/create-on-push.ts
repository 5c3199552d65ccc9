import { makeFromTemplate, templateFor } from '../ecr/repositories/from-template.ts'
import type { Repository } from '../world.ts'
import { checkRepositoryName } from './names.ts'
import { openRepository } from './open-repository.ts'
import type { RegistryCall } from './registry-call.ts'

/**
 * The repository that is pushed to. A push makes a missing one only when a creation template says so: without
 * one there is no default, unlike for pull through caches and replication (ecr-facts 2.8 and 4.1).
 */
export function repositoryForPush(call: RegistryCall, name: string): Repository {
  checkRepositoryName(name)
  const missing = !Object.hasOwn(call.registry.repositories, name)
  const template = missing ? templateFor(call.registry, name, 'CREATE_ON_PUSH') : undefined
  if (template) makeFromTemplate(template, call, name)
  return openRepository(call, name)
}
