import { awsErrorCode } from '../../aws/errors.ts'
import { HoldfastError } from '../../core/errors.ts'
import { heldIds, holdSnapshot } from '../../vault/holds.ts'
import type { Door } from '../door.ts'
import type { Change } from '../kind.ts'
import { differenceOf, type Shown, shownBy } from '../migrate/contents.ts'
import { verifyHeld, withSource } from '../migrate/copy.ts'
import { lookAtRepository } from '../migrate/look.ts'
import { type Migration, migrationOf } from '../migrate/migration.ts'
import { type Pending, pendingOf } from '../migrate/pending.ts'
import { complete, create } from '../migrate/rebuild.ts'
import { contentsIn } from './contents.ts'
import { isDue, markOf, withoutMarks } from './mark.ts'
import { markCall, removal } from './requests.ts'
import type { RetiredState } from './state.ts'

/**
 * Law 1: throws `plan-refused` unless the mark is due, nothing was pushed or pulled since it was set, and the newest
 * snapshot has the repository exactly as it is now, nothing left out; every byte of it is read and hashed in the vault.
 */
export async function requireRetirable(door: Door, { resource }: Change<RetiredState>): Promise<Pending> {
  const migration = await migrationOf(door, resource)
  const { run } = door
  const shown = await withSource(migration, (source) => shownBy(source, resource, run.signal))
  requireUnused(door, resource, shown)
  const pending = await newestWith(migration)
  const difference = differenceOf(bare(shown), stateWithoutMarks(pending))
  if (difference !== undefined)
    throw refused(resource, `Since snapshot ${pending.root.id} it changed: ${difference}.`)
  await verifyHeld(migration, pending)
  return pending
}

function requireUnused({ run }: Door, repository: string, { images, settings }: Shown): void {
  const mark = markOf(settings.resourceTags ?? {})
  if (mark === undefined || mark === 'unreadable' || !isDue(mark, run.clock.now().toISOString()))
    throw refused(repository, 'It is not marked any more, or its day is not over.', keep)
  if (mark.marked === undefined)
    throw refused(repository, 'Nothing says when it was marked: the mark was not made by a plan.', keep)
  for (const { digest, pushedAt, lastPull } of images) {
    const last = [pushedAt, lastPull]
      .filter((time) => time !== undefined)
      .sort()
      .at(-1)
    if (last === undefined || last.slice(0, 10) >= mark.marked)
      throw refused(repository, `${digest} was pushed or pulled since it was marked.`, keep)
  }
}

const keep =
  'To keep it: take the tag away and waive the finding. To mark it anew: take the tag away and plan.'

async function newestWith(migration: Migration): Promise<Pending> {
  const { vault, repository, run, key } = migration
  const { root } = await vault.snapshots.newest(key, run.signal, run.clock.now())
  if (!root) throw refused(repository, 'The vault has no snapshot of this registry.')
  const skipped = root.skipped.find((one) => one.repository === repository || one.repository === '*')
  if (skipped) throw refused(repository, `Snapshot ${root.id} left something of it out: ${skipped.reason}`)
  const pending = await pendingOf(migration, root.id)
  if (!pending) throw refused(repository, `Snapshot ${root.id} does not have the repository.`)
  return pending
}

/** Deletes it, with all that is in it. What `requireRetirable` found is kept from every prune first. */
export async function retire(door: Door, change: Change<RetiredState>): Promise<void> {
  const { vault, run } = await migrationOf(door, change.resource)
  const { root } = await requireRetirable(door, change)
  // A hold that is there already may have another reason, and is good enough.
  if (!(await heldIds(vault, run.signal)).has(root.id))
    await holdSnapshot(vault, { snapshot: root.id, reason: 'It holds retired repositories.' }, run)
  try {
    await door.send(removal(change, change.place))
  } catch (error) {
    // By a request whose answer was lost.
    if (awsErrorCode(error) !== 'RepositoryNotFoundException') throw error
  }
}

/** Makes it again, with everything, from the newest snapshot that has it as it was. Goes on after an interruption. */
export async function bringBack(door: Door, change: Change<RetiredState>): Promise<void> {
  const { resource, to, place } = change
  if (to === null) return
  const migration = await migrationOf(door, resource)
  const pending = await snapshotWith(migration, to)
  const looked = await lookAtRepository(door, { resource })
  if (!looked) await create(migration, { encryption: to.encryption, pending })
  await complete(migration, pending)
  // A snapshot from before the mark does not have it.
  await door.send(markCall({ resource }, place, to.marks))
}

async function snapshotWith(migration: Migration, { contents }: RetiredState): Promise<Pending> {
  const { vault, repository, run, key } = migration
  for (const at of (await vault.snapshots.keys(key, run.signal)).reverse()) {
    const root = await vault.snapshots.read(at, run.signal)
    if (root === 'revoked') continue
    const entry = (await vault.repositories(root, run.signal)).get(repository)
    const state = entry && (await vault.states.read(entry.state, run.signal))
    if (state && contentsIn(state) === contents) return { root, state }
  }
  throw new HoldfastError('plan-refused', {
    what: `${vault.store.url} has no snapshot with ${repository} as it was.`,
    next: 'Name the vault that was there when it was deleted: --vault',
  })
}

function bare(shown: Shown): Shown {
  const { resourceTags = {}, ...settings } = shown.settings
  return { ...shown, settings: { ...settings, resourceTags: withoutMarks(resourceTags) } }
}

function stateWithoutMarks({ state }: Pending): Pending['state'] {
  const { resourceTags = {}, ...settings } = state.settings
  return { ...state, settings: { ...settings, resourceTags: withoutMarks(resourceTags) } }
}

function refused(
  repository: string,
  why: string,
  next = 'Back up first: holdfast backup --vault <vault>; then run the same command again.',
): HoldfastError {
  return new HoldfastError('plan-refused', { what: `${repository} is not deleted.`, why, next })
}
