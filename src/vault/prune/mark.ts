import { hexOf } from '../../core/digest.ts'
import { HoldfastError, hasCode } from '../../core/errors.ts'
import { inParallel } from '../../core/parallel.ts'
import type { Run } from '../../core/run.ts'
import type { SnapshotRoot } from '../format.ts'
import { keyOfRoot } from '../snapshots.ts'
import type { Vault } from '../vault.ts'
import type { DigestSet } from './digest-set.ts'

const readsAtOnce = 8

export interface Marking {
  live: DigestSet
  /** Called now and then, so that a long marking does not look dead. */
  alive: () => Promise<void>
  run: Run
}

/**
 * Adds everything that the snapshots need to the live set: shards, states, blobs, manifests. What is in the set was
 * read before and is not read again. Throws `vault-damaged` when a shard or state cannot be read: what it needs is
 * unknown then, and nothing may be deleted.
 */
export async function mark(vault: Vault, roots: readonly SnapshotRoot[], marking: Marking): Promise<void> {
  try {
    await markAll(vault, roots, marking)
  } catch (error) {
    if (!hasCode(error, 'vault-damaged')) throw error
    for (const root of roots) if (!(await vault.store.head(keyOfRoot(root)))) throw overtaken(root)
    throw error
  }
}

/** Every root of the vault. One that cannot be read must stop a prune; one that is gone since the listing is no damage. */
export async function readRoots(vault: Vault, signal: AbortSignal): Promise<SnapshotRoot[]> {
  const { snapshots, unreadable } = await vault.snapshots.list(undefined, signal)
  for (const { key, reason } of unreadable) {
    if (await vault.store.head(key, signal)) throw unknownNeeds(key, reason)
  }
  return snapshots
}

function unknownNeeds(key: string, reason: string): HoldfastError {
  return new HoldfastError('vault-damaged', {
    what: `Nothing was deleted: ${key} cannot be read, so nobody knows what it needs.`,
    why: reason,
    next: 'Look with `holdfast verify`; a new backup, or `holdfast verify --repair`, may heal it.',
  })
}

function overtaken(root: SnapshotRoot): HoldfastError {
  return new HoldfastError('prune-running', {
    what: `Another prune forgot snapshot ${root.id} while this one was reading it. Nothing was deleted by this one.`,
    why: 'Two prunes were running at once.',
    next: 'Run it again when the other has ended.',
  })
}

async function markAll(vault: Vault, roots: readonly SnapshotRoot[], marking: Marking): Promise<void> {
  const { live, run } = marking
  const shards = [...new Set(roots.flatMap((root) => root.shards))].filter((name) => live.add(name))
  run.progress.phase('reading what the kept snapshots need', { items: shards.length })
  await inParallel(shards, 1, async (name) => {
    const shard = await vault.shards.read(name, run.signal)
    const states = new Set(Object.values(shard.repositories).map((entry) => entry.state))
    await inParallel(states, readsAtOnce, async (state) => {
      if (live.add(state)) await markState(vault, state, marking)
    })
    run.progress.advance({ items: 1 })
  })
}

async function markState(vault: Vault, name: string, { live, alive, run }: Marking): Promise<void> {
  run.signal.throwIfAborted()
  await alive()
  const state = await vault.states.read(name, run.signal)
  for (const { digest } of state.blobs) live.add(hexOf(digest))
  for (const { digest } of state.manifests) live.add(hexOf(digest))
}
