import { HoldfastError } from '../../core/errors.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import type { Layer } from '../layer.ts'
import { type Access, openAccess, type RepositoryAccess } from '../open-access.ts'
import type { Outsider } from '../outsiders.ts'
import type { Person } from '../people.ts'
import type { AccessChange, ProposedChange } from './change.ts'
import { identitySides } from './identity-sides.ts'

/** What a change touches, before it and after it. */
export interface Sides {
  kind: 'resource' | 'identity'
  change: AccessChange['change']
  /** The same repository before and after. */
  repositories: Pair<RepositoryAccess>[]
  /** The policy of the registry. */
  registry: Pair<Layer | undefined>
  /** The same person before and after, of the account. */
  people: Pair<Person>[]
  missing: string[]
  notConsidered: string[]
}

export interface Pair<T> {
  before: T
  after: T
}

export const both = <T>(one: T): Pair<T> => ({ before: one, after: one })

const opened = new WeakMap<Inventory, Access>()

/** Remembered, as a plan asks about many changes of one inventory. */
function accessOf(inventory: Inventory): Access {
  const access = opened.get(inventory) ?? openAccess(inventory)
  opened.set(inventory, access)
  return access
}

export function sidesOf(inventory: Inventory, change: ProposedChange): Sides {
  const access = accessOf(inventory)
  if ('repositoryPolicy' in change) return repositorySides(inventory, access, change.repositoryPolicy)
  if ('registryPolicy' in change) return registrySides(inventory, access, change.registryPolicy)
  return identitySides(inventory, access, change)
}

const nobody: Inventory['identities'] = { ok: { users: [], roles: [], groups: [], policies: [] } }

function repositorySides(
  inventory: Inventory,
  access: Access,
  { repository, document }: { repository: string; document: string | null },
): Sides {
  const { repositories } = inventory
  const found = 'ok' in repositories ? repositories.ok.find(({ name }) => name === repository) : undefined
  const before = access.repositories.get(repository)
  if (!found || !before) throw unknownRepository(repository, access)
  const proposed = { ...found, policy: { ok: document } }
  const changed = openAccess({ ...inventory, identities: nobody, repositories: { ok: [proposed] } })
  const after = changed.repositories.get(repository) ?? before
  const unread = 'error' in found.policy ? [`policy of ${repository} (${found.policy.error.code})`] : []
  return {
    kind: 'resource',
    change: { kind: 'repository-policy', subject: repository, removes: document === null },
    repositories: [besideEachOther(before, after)],
    registry: both(access.registry),
    people: access.people.map(both),
    missing: [...missingOf(access, 'repositories'), ...unread],
    notConsidered: access.notConsidered,
  }
}

function registrySides(inventory: Inventory, access: Access, document: string | null): Sides {
  const changed = openAccess({ ...inventory, identities: nobody, registryPolicy: { ok: document } })
  const pairs = [...access.repositories.values()].map((before) =>
    besideEachOther(before, changed.repositories.get(before.name) ?? before),
  )
  const { registryPolicyScope: scope, registry } = inventory
  const unread = 'error' in scope ? [`scope of the registry policy (${scope.error.code})`] : []
  return {
    kind: 'resource',
    change: { kind: 'registry-policy', subject: registry.url, removes: document === null },
    repositories: pairs,
    registry: { before: access.registry, after: changed.registry },
    people: access.people.map(both),
    missing: [...access.missing, ...unread],
    notConsidered: access.notConsidered,
  }
}

/** What is missing of things that this change has nothing to do with does not matter. */
function missingOf({ missing }: Access, beside: string): string[] {
  return missing.filter((one) => !one.startsWith(beside))
}

/** Whoever one side names is asked for on both: an account that is named now may have been one of many before. */
function besideEachOther(before: RepositoryAccess, after: RepositoryAccess): Pair<RepositoryAccess> {
  const all = [...before.outsiders, ...after.outsiders].map((one): [string, Outsider] => [nameOf(one), one])
  const outsiders = [...new Map(all).values()]
  return { before: { ...before, outsiders }, after: { ...after, outsiders } }
}

const nameOf = ({ outside, name }: Outsider): string => `${outside} ${name}`

function unknownRepository(repository: string, { repositories, missing }: Access): HoldfastError {
  const shown = [...repositories.keys()].slice(0, 5).join(', ')
  return new HoldfastError('nothing-matches', {
    what: `The inventory has no repository ${JSON.stringify(repository)}.`,
    why: missing.find((one) => one.startsWith('repositories')) ?? `It has ${shown || 'none'}.`,
    next: 'Check the name, the account and the Region; the policy is for one repository, without wildcards.',
  })
}
