import { awsErrorCode } from '../../aws/errors.ts'
import { shortDigest } from '../../core/digest.ts'
import { HoldfastError, hasCode, toHoldfastError } from '../../core/errors.ts'
import type { RestorePlan, RestoreReport, Route } from '../../restore/report.ts'
import { planRestore, restore } from '../../restore/restore.ts'
import type { Target as RestoreTarget } from '../../restore/target.ts'
import { differenceOf, ownTags, shownBy } from './contents.ts'
import { withSource } from './copy.ts'
import { type Encryption, markerTag } from './encryption.ts'
import type { Migration } from './migration.ts'
import { type Pending, release } from './pending.ts'
import { creation, marking, unmarking } from './requests.ts'
import { withTarget } from './with-target.ts'

/** With the mark from the first moment: a repository that is not whole says so. */
export async function create(
  { door, repository }: Migration,
  { encryption, pending }: { encryption: Encryption; pending: Pending },
): Promise<void> {
  const tags = { ...ownTags(pending.state.settings), [markerTag]: pending.root.id }
  try {
    await door.send(creation({ resource: repository }, door.place, { encryption, tags }))
  } catch (error) {
    // Made by a request whose answer was lost, or by somebody else: the caller looks.
    if (awsErrorCode(error) !== 'RepositoryAlreadyExistsException') throw error
  }
}

/**
 * Puts into the repository what it lacks of the snapshot, compares all of it, and takes the mark away. What was pushed
 * since the deletion stays as it is. Throws `plan-unverified`, and leaves the mark, when anything is missing.
 */
export async function complete(migration: Migration, pending: Pending): Promise<void> {
  const { run, repository } = migration
  try {
    await completeIt(migration, pending)
  } catch (error) {
    run.signal.throwIfAborted()
    if (hasCode(error, 'plan-unverified')) throw error
    const { message, why } = toHoldfastError(error)
    throw notWhole(repository, pending, [message, why].filter(Boolean).join(' '))
  }
}

async function completeIt(migration: Migration, pending: Pending): Promise<void> {
  const { door, repository } = migration
  const target = { resource: repository }
  await door.send(marking(target, door.place, pending.root.id))
  const report = await withTarget(migration, (into) => fill(migration, { pending, into }))
  const missing = report.notRestored.filter(({ kind }) => kind !== 'external')
  if (missing[0]) throw notWhole(repository, pending, missing[0].reason)
  await requireWhole(migration, pending)
  // First the hold: while the mark is there, it names the snapshot.
  await release(migration)
  await door.send(unmarking(target, door.place))
}

async function fill(
  { vault, run, repository }: Migration,
  { pending, into }: { pending: Pending; into: RestoreTarget },
): Promise<RestoreReport> {
  const route: Route = { vault, snapshot: pending.root, target: into }
  const plan = await planRestore(route, { repositories: [repository], settings: 'overwrite' }, run)
  const expiring = plan.repositories.flatMap(({ expires = [] }) =>
    expires.map(({ digest }) => shortDigest(digest)),
  )
  if (expiring.length > 0)
    run.log.warn(
      `The lifecycle policy of ${repository} expires within a month, if nothing is pushed: ${expiring.join(', ')}`,
    )
  const report = await restore(route, withoutNewer(plan), run)
  await archiveAgain({ into, repository, run }, pending)
  return report
}

/** What an interrupted run had put and not yet archived: a restore tells it by its age, and here it is known. */
async function archiveAgain(
  { into, repository, run }: Pick<Migration, 'repository' | 'run'> & { into: RestoreTarget },
  { state }: Pending,
): Promise<void> {
  const { activeSince } = await into.contents(repository, run.signal)
  for (const { digest, status } of state.manifests) {
    if (status === 'archived' && activeSince?.has(digest)) await into.archive(repository, digest, run.signal)
  }
}

/** A tag that somebody pushed since is newer than the snapshot. */
function withoutNewer(plan: RestorePlan): RestorePlan {
  const repositories = plan.repositories.map((one) => ({
    ...one,
    tags: one.tags.filter(({ from }) => !from),
  }))
  return { ...plan, repositories, conflicts: [] }
}

async function requireWhole(migration: Migration, pending: Pending): Promise<void> {
  const { run, repository } = migration
  const shown = await withSource(migration, (source) => shownBy(source, repository, run.signal))
  const known = new Set(pending.state.manifests.map(({ digest }) => digest))
  const newer = new Set(shown.images.filter(({ digest }) => !known.has(digest)).flatMap(({ tags }) => tags))
  const tags = Object.entries(pending.state.tags).filter(([tag]) => !newer.has(tag))
  const images = shown.images.filter(({ digest }) => known.has(digest))
  const wrong = differenceOf({ ...shown, images }, { ...pending.state, tags: Object.fromEntries(tags) })
  if (wrong !== undefined) throw notWhole(repository, pending, wrong)
}

function notWhole(repository: string, { root }: Pending, why: string): HoldfastError {
  return new HoldfastError('plan-unverified', {
    what: `${repository} is not whole yet; snapshot ${root.id} of the vault has all of it.`,
    why,
    next: 'Mend that, then run the same command again: it goes on where it was. Or: holdfast rollback --last',
  })
}
