import { repositoryArn } from '../../core/arn.ts'
import { repositoryOf } from '../ecr/find-repository.ts'
import type { Registry, Repository } from '../world.ts'
import { checkRepositoryName } from './names.ts'
import type { RegistryCall } from './registry-call.ts'

type Template = Record<string, unknown>

/**
 * The repository that is pushed to. A push makes a missing one only when a creation template says so: without
 * one there is no default, unlike for pull through caches and replication (ecr-facts 2.8 and 4.1).
 */
export function repositoryForPush({ world, registry }: RegistryCall, name: string): Repository {
  checkRepositoryName(name)
  const template = Object.hasOwn(registry.repositories, name) ? undefined : templateFor(registry, name)
  if (template) registry.repositories[name] = fromTemplate(registry, name, { template, now: world.now() })
  return repositoryOf(registry, name)
}

/** The longest prefix wins; `prod` means `prod/...`; ROOT takes what is left (ecr-facts 2.8). */
function templateFor(registry: Registry, name: string): Template | undefined {
  const prefixes = Object.keys(registry.templates).filter((prefix) => name.startsWith(`${prefix}/`))
  const longest = prefixes.sort((a, b) => b.length - a.length)[0] ?? 'ROOT'
  const template = registry.templates[longest]
  const scenarios = template?.['appliedFor']
  return Array.isArray(scenarios) && scenarios.includes('CREATE_ON_PUSH') ? template : undefined
}

function fromTemplate(
  registry: Registry,
  name: string,
  { template, now }: { template: Template; now: number },
): Repository {
  const { repositoryPolicy, lifecyclePolicy, imageTagMutability } = template
  return {
    name,
    arn: repositoryArn(registry, name),
    createdAt: now,
    mutability: (imageTagMutability ?? 'MUTABLE') as Repository['mutability'],
    exclusionFilters: list(template['imageTagMutabilityExclusionFilters'], 'filter'),
    scanOnPush: false,
    encryption: encryptionOf(template),
    ...(typeof repositoryPolicy === 'string' && { policy: repositoryPolicy }),
    ...(typeof lifecyclePolicy === 'string' && { lifecyclePolicy }),
    resourceTags: tagsOf(template),
    images: {},
    tags: {},
    layers: {},
    uploads: {},
  }
}

function encryptionOf(template: Template): Repository['encryption'] {
  const given = template['encryptionConfiguration'] as Partial<Repository['encryption']> | undefined
  const { encryptionType = 'AES256', kmsKey } = given ?? {}
  return { encryptionType, ...(kmsKey !== undefined && { kmsKey }) }
}

function tagsOf(template: Template): Record<string, string> {
  const tags = template['resourceTags']
  const keys = list(tags, 'Key')
  const values = list(tags, 'Value')
  return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? '']))
}

function list(value: unknown, member: string): string[] {
  return Array.isArray(value) ? value.map((each: Record<string, unknown>) => String(each[member] ?? '')) : []
}
