import { createRepository } from '../ecr/repositories/create-repository.ts'
import type { Registry, Repository } from '../world.ts'
import { checkRepositoryName } from './names.ts'
import { openRepository } from './open-repository.ts'
import type { RegistryCall } from './registry-call.ts'

type Template = Record<string, unknown>

/**
 * The repository that is pushed to. A push makes a missing one only when a creation template says so: without
 * one there is no default, unlike for pull through caches and replication (ecr-facts 2.8 and 4.1).
 */
export async function repositoryForPush(call: RegistryCall, name: string): Promise<Repository> {
  checkRepositoryName(name)
  const missing = !Object.hasOwn(call.registry.repositories, name)
  const template = missing ? templateFor(call.registry, name) : undefined
  if (template) await createFrom(template, call, name)
  return openRepository(call, name)
}

/** The longest prefix wins; `prod` means `prod/...`; ROOT takes what is left (ecr-facts 2.8). */
function templateFor({ templates }: Registry, name: string): Template | undefined {
  const folder = (prefix: string) => (prefix.endsWith('/') ? prefix : `${prefix}/`)
  const prefixes = Object.keys(templates).filter((prefix) => name.startsWith(folder(prefix)))
  const longest = prefixes.sort((a, b) => b.length - a.length)[0] ?? 'ROOT'
  const template = templates[longest]
  const scenarios = template?.['appliedFor']
  return Array.isArray(scenarios) && scenarios.includes('CREATE_ON_PUSH') ? template : undefined
}

async function createFrom(template: Template, call: RegistryCall, name: string) {
  const { world, registry, caller } = call
  const { repositoryPolicy, lifecyclePolicy, resourceTags, ...settings } = template
  const input = { ...settings, repositoryName: name, tags: resourceTags }
  await createRepository({ world, registry, caller, input })
  const repository = openRepository(call, name)
  if (typeof repositoryPolicy === 'string' && repositoryPolicy) repository.policy = repositoryPolicy
  if (typeof lifecyclePolicy === 'string' && lifecyclePolicy) repository.lifecyclePolicy = lifecyclePolicy
}
