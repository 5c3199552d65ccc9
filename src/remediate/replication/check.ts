import { HoldfastError, toHoldfastError } from '../../core/errors.ts'
import { inParallel } from '../../core/parallel.ts'
import { selectNames } from '../../core/select.ts'
import type { Door } from '../door.ts'
import { type ReplicationRuleState, replication } from '../kinds/replication.ts'
import { imagesOf, type ListedThere, repositoriesIn } from '../listing.ts'
import { type Difference, differencesOf } from './differences.ts'
import type { Destination } from './wanted-rules.ts'

export interface ReplicationCheck {
  schema: 'holdfast.replication-check/1'
  simulated: boolean
  registry: string
  at: string
  /** Rules of the registry; none: nothing is copied. */
  rules: number
  destinations: CheckedDestination[]
  /** Nothing differs, as far as it was compared. */
  equal: boolean
  /** Every destination was compared. */
  complete: boolean
}

export interface CheckedDestination extends Destination {
  registry: string
  /** Why nothing was compared. */
  notCompared?: string
  /** Of the source, for this destination. */
  repositories: number
  images: number
  tags: number
  differences: Difference[]
}

export interface CheckOptions {
  /** Globs; absent: every repository that a rule takes. */
  repositories?: readonly string[]
}

/**
 * Compares every digest and tag of what the rules take with what is at each destination of the same account. Listings
 * only: nothing is pulled, so that nothing looks used and nothing is paid for (law 2).
 */
export async function checkReplication(door: Door, options: CheckOptions = {}): Promise<ReplicationCheck> {
  const { run, place, simulated } = door
  const rules = await rulesOf(door)
  const registry = urlOf(place)
  const names = rules.length > 0 ? await repositoriesIn(door, undefined) : []
  const asked = rules.length > 0 ? options.repositories : undefined
  const wanted = new Set(selectNames(asked, names, { where: registry, log: run.log }))
  const here = new Map<string, ListedThere[]>()
  const destinations: CheckedDestination[] = []
  for (const destination of distinctDestinations(rules)) {
    const taken = names.filter((name) => wanted.has(name) && isTaken(name, destination, rules))
    destinations.push(await checkDestination(door, { destination, taken, here }))
  }
  return {
    schema: 'holdfast.replication-check/1',
    ...{ simulated, registry, at: run.clock.now().toISOString(), rules: rules.length, destinations },
    equal: destinations.every(({ differences }) => differences.length === 0),
    complete: destinations.every(({ notCompared }) => notCompared === undefined),
  }
}

export async function rulesOf(door: Door): Promise<ReplicationRuleState[]> {
  const { state } = await replication.read(door, { resource: 'registry' })
  return state?.rules ?? []
}

export function distinctDestinations(rules: readonly ReplicationRuleState[]): Destination[] {
  const all = rules.flatMap(({ destinations }) => destinations)
  const byName = new Map(
    all.map(({ region, registryId: account }) => [`${account}/${region}`, { region, account }]),
  )
  return [...byName.values()]
}

/** Rules add up; a prefix is one of the name, not of a path (ecr-facts 2.4). */
function isTaken(name: string, to: Destination, rules: readonly ReplicationRuleState[]): boolean {
  return rules.some(
    ({ destinations, repositoryFilters = [] }) =>
      destinations.some((one) => one.region === to.region && one.registryId === to.account) &&
      (repositoryFilters.length === 0 || repositoryFilters.some(({ filter }) => name.startsWith(filter))),
  )
}

interface Checking {
  destination: Destination
  taken: readonly string[]
  /** Listings of the source, each made once. */
  here: Map<string, ListedThere[]>
}

async function checkDestination(
  door: Door,
  { destination, taken, here }: Checking,
): Promise<CheckedDestination> {
  const registry = urlOf(destination)
  const checked = { ...destination, registry, repositories: taken.length, images: 0, tags: 0 }
  if (destination.account !== door.place.account) {
    const notCompared = 'It is in another account: run the check from there, or with credentials for both.'
    return { ...checked, notCompared, differences: [] }
  }
  const { run } = door
  const differences: Difference[] = []
  run.progress.phase(`Comparing with ${destination.region}`, { items: taken.length })
  try {
    const there = new Set(await repositoriesIn(door, destination.region))
    await inParallel(taken, 4, async (repository) => {
      const images = here.get(repository) ?? (await imagesOf(door, { resource: repository })) ?? []
      here.set(repository, images)
      const target = { resource: repository, region: destination.region }
      const copies = there.has(repository) ? await imagesOf(door, target) : undefined
      differences.push(...differencesOf({ repository, here: images, there: copies, now: run.clock.now() }))
      checked.images += images.length
      checked.tags += images.reduce((sum, { tags }) => sum + tags.length, 0)
      run.progress.advance({ items: 1 })
    })
  } catch (error) {
    run.signal.throwIfAborted()
    const { message, why } = toHoldfastError(error)
    return { ...checked, notCompared: [message, why].filter(Boolean).join(' '), differences: [] }
  }
  return { ...checked, differences: differences.sort(inOrder) }
}

function inOrder(one: Difference, other: Difference): number {
  const text = ({ repository, kind, tag = '', digest = '' }: Difference) =>
    [repository, kind, tag, digest].join(' ')
  return text(one) < text(other) ? -1 : 1
}

export function urlOf({ account, region }: Destination): string {
  return `ecr://${account}/${region}`
}

/** Throws `nothing-matches` when the registry has no rule. */
export function requireRules(rules: readonly ReplicationRuleState[], registry: string): void {
  if (rules.length > 0) return
  throw new HoldfastError('nothing-matches', {
    what: `${registry} has no replication rule.`,
    why: 'A backfill copies to where the rules say.',
    next: 'Wish for destinations in holdfast.yaml; then: holdfast plan --control replication-configured',
  })
}
