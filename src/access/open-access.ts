import type { Inventory, RepositoryInventory } from '../inventory/inventory.ts'
import { compilePolicy, type Layer, layerOf } from './layer.ts'
import { type Outsider, outsidersIn } from './outsiders.ts'
import { type Person, peopleOf } from './people.ts'
import { type AccessPolicies, registryLayer } from './policies.ts'
import type { AccessRequest, Caller } from './request.ts'

export interface Access {
  inventory: Inventory
  people: readonly Person[]
  /** By name. */
  repositories: ReadonlyMap<string, RepositoryAccess>
  /** The policy of the registry. */
  registry: Layer | undefined
  /** What could not be read, and so is not in the answers. */
  missing: string[]
  notConsidered: string[]
}

export interface RepositoryAccess {
  name: string
  arn: string
  tags: Record<string, string> | undefined
  policies: Omit<AccessPolicies, 'identity' | 'boundary'>
  outsiders: readonly Outsider[]
}

const notConsidered = [
  ...['service control policies', 'resource control policies', 'session policies'],
  'policies of VPC endpoints',
]

export function openAccess(inventory: Inventory): Access {
  const { identities, repositories, registryPolicy } = inventory
  const missing: string[] = []
  if ('error' in identities) missing.push(`identities (${identities.error.code})`)
  if ('error' in repositories) missing.push(`repositories (${repositories.error.code})`)
  if ('error' in registryPolicy) missing.push(`registry policy (${registryPolicy.error.code})`)
  const registry = registryOf(inventory)
  const list = 'ok' in repositories ? repositories.ok : []
  return {
    inventory,
    people: peopleOf(inventory),
    registry,
    repositories: new Map(list.map((one) => [one.name, repositoryAccess(one, registry, inventory)])),
    missing,
    notConsidered,
  }
}

function registryOf({ registryPolicy, registryPolicyScope }: Inventory): Layer | undefined {
  if (!('ok' in registryPolicy) || registryPolicy.ok === null) return undefined
  const scope = 'ok' in registryPolicyScope ? registryPolicyScope.ok : undefined
  const policy = { name: 'registry policy', document: registryPolicy.ok }
  return registryLayer(scope === 'V1' || scope === 'V2' ? { ...policy, scope } : policy)
}

function repositoryAccess(
  { name, arn, policy, tags }: RepositoryInventory,
  registry: Layer | undefined,
  { registry: place, registryPolicy }: Inventory,
): RepositoryAccess {
  const own =
    'ok' in policy && policy.ok !== null
      ? layerOf('repository policy', [compilePolicy({ name, document: policy.ok }, 'repository policy')])
      : undefined
  const compiled = [...(own?.policies ?? []), ...(registry?.policies ?? [])]
  // Both are one side of the answer: what nobody has read of either is unknown for it.
  const unread = 'error' in policy || 'error' in registryPolicy
  return {
    ...{ name, arn, tags: 'ok' in tags ? tags.ok : undefined },
    policies: {
      repository: unread ? 'unknown' : own,
      ...{ registry, session: undefined, endpoint: undefined, serviceControl: [], resourceControl: [] },
    },
    outsiders: outsidersIn(compiled, place),
  }
}

/** No service makes it for somebody. */
export const directCall = { 'aws:ViaAWSService': 'false', 'aws:CalledVia': null } as const

export function requestFor(
  { arn, tags }: RepositoryAccess,
  { caller, action }: { caller: Caller; action: string },
): AccessRequest {
  return {
    ...{ caller, action, resource: arn, ...(tags && { resourceTags: tags }) },
    context: directCall,
  }
}

/** What could not be read of one repository, in words. */
export function unreadOf({ inventory }: Access, repository: string): string[] {
  const { repositories } = inventory
  const found = 'ok' in repositories ? repositories.ok.find(({ name }) => name === repository) : undefined
  if (!found || 'ok' in found.policy) return []
  return [`policy of repository ${repository} (${found.policy.error.code})`]
}
