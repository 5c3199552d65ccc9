import { hasCode } from '../../core/errors.ts'
import type { RepositoryState, SnapshotRoot } from '../../vault/format.ts'
import { holdSnapshot, listHolds, releaseSnapshot } from '../../vault/holds.ts'
import type { Migration } from './migration.ts'

/** A snapshot that holds all of a repository which was deleted, or is about to be. */
export interface Pending {
  root: SnapshotRoot
  state: RepositoryState
}

/**
 * While there is no repository, only the vault can tell which snapshot it is to come back from: by a hold, which also
 * keeps every prune away from it.
 */
export async function hold({ vault, repository, run, key }: Migration, { root }: Pending): Promise<void> {
  await holdSnapshot(vault, { snapshot: root.id, reason: reasonOf(key, repository) }, run)
}

/** Of the newest hold; undefined: none. */
export async function heldFor(migration: Migration): Promise<Pending | undefined> {
  const { vault, repository, run, key } = migration
  const reason = reasonOf(key, repository)
  const holds = (await listHolds(vault, run.signal)).filter((one) => one.reason === reason)
  const newest = holds.sort((one, other) => (one.time < other.time ? -1 : 1)).at(-1)
  return newest && (await pendingOf(migration, newest.snapshot))
}

/** Undefined: the snapshot is gone, or lacks the repository. */
export async function pendingOf(
  { vault, repository, run }: Migration,
  snapshot: string,
): Promise<Pending | undefined> {
  try {
    const root = await vault.snapshots.find(snapshot, run)
    const entry = (await vault.repositories(root, run.signal)).get(repository)
    return entry && { root, state: await vault.states.read(entry.state, run.signal) }
  } catch (error) {
    if (hasCode(error, 'snapshot-not-found')) return undefined
    throw error
  }
}

/** This one, and what earlier migrations of the repository may have left behind. */
export async function release({ vault, repository, run, key }: Migration): Promise<void> {
  const reason = reasonOf(key, repository)
  for (const one of await listHolds(vault, run.signal)) {
    if (one.reason === reason) await releaseSnapshot(vault, one.snapshot, run)
  }
}

function reasonOf(registry: string, repository: string): string {
  return `holdfast apply copies ${registry}/${repository}: do not release`
}
