import { hasCode, interrupted } from '../../core/errors.ts'
import { inParallel } from '../../core/parallel.ts'
import type { Run } from '../../core/run.ts'
import type { SnapshotRoot } from '../format.ts'
import { heldIds } from '../holds.ts'
import { wouldLeaveNothing } from '../retention.ts'
import { keyOfRoot } from '../snapshots.ts'
import type { Vault } from '../vault.ts'
import { openClaims, removeRun, revoke } from './claims.ts'
import { addTo, noTotals, type Totals } from './condemn.ts'
import {
  type Condemned,
  condemnedRoots,
  type DeletePart,
  gcKeys,
  hexIn,
  readList,
  readPart,
} from './delete-lists.ts'
import type { DigestSet } from './digest-set.ts'
import { eraser, removeVersion } from './erase.ts'
import type { Generation } from './generation.ts'
import { mark, readRoots } from './mark.ts'

export interface Sweep {
  generation: Generation
  /** Everything that the snapshots in `marked` need. More is added here. */
  live: DigestSet
  /** Keys of the snapshots that were marked. */
  marked: Set<string>
  /** To be forgotten; empty when another prune's list is finished. */
  forgotten: SnapshotRoot[]
  /** Keys of snapshots that somebody hid, and whose loss was accepted. */
  hidden?: readonly string[]
  run: Run
}

export interface Swept {
  forgotten: SnapshotRoot[]
  deleted: Totals
  revoked: string[]
}

const deletesAtOnce = 16

/**
 * Deletes what a published list names, unless a snapshot needs it that was not there when the list was made. The
 * order is the proof (docs/design/vault-format.md): the list is live; then open runs are revoked; then roots and holds are
 * read again; then snapshots go, then objects, then the list. A failure before the first delete drops the list. One
 * during the deletes leaves it, because nobody knows then whether a delete is still on its way.
 */
export async function sweep(vault: Vault, work: Sweep): Promise<Swept> {
  const ready = await prepare(vault, work).catch(async (error: unknown) => {
    await work.generation.drop()
    throw error
  })
  const deleted = await deleteAll(vault, work, ready.forgotten)
  await work.generation.drop()
  if (work.run.signal.aborted) throw interrupted(work.run.signal.reason)
  return { ...ready, deleted }
}

async function prepare(vault: Vault, work: Sweep): Promise<Omit<Swept, 'deleted'>> {
  const { run, generation } = work
  const revoked = await revoke(vault, await openClaims(vault, run.signal), run)
  const snapshots = await readRoots(vault, run.signal)
  const held = await heldIds(vault, run.signal)
  const wanted = new Set(work.forgotten.map(keyOfRoot))
  const forgotten = snapshots.filter((root) => wanted.has(keyOfRoot(root)) && !held.has(root.id))
  const going = new Set(forgotten)
  const kept = snapshots.filter((root) => !going.has(root))
  refuseEmptying(kept, forgotten, await condemnedRoots(vault, run.signal, generation.id))
  const fresh = kept.filter((root) => !work.marked.has(keyOfRoot(root)))
  await mark(vault, fresh, { live: work.live, alive: () => generation.alive(), run })
  for (const root of fresh) work.marked.add(keyOfRoot(root))
  return { forgotten, revoked }
}

/** Another prune with another policy may be forgetting the very snapshots that this one relies on. */
function refuseEmptying(kept: SnapshotRoot[], forgotten: SnapshotRoot[], others: ReadonlySet<string>): void {
  const stays = kept.filter((root) => !others.has(keyOfRoot(root)))
  for (const root of forgotten) {
    const { key, url } = root.registry
    const left = stays.filter((each) => each.registry.key === key)
    const hadComplete = [...kept, ...forgotten].some((each) => each.registry.key === key && each.complete)
    if (!left.some((each) => each.complete || !hadComplete)) throw wouldLeaveNothing(url, forgotten.length)
  }
}

/**
 * A stop ends it between two deletes, all of whose answers are known then. Deletes themselves are not aborted:
 * nobody would know whether they were done.
 */
async function deleteAll(vault: Vault, work: Sweep, forgotten: SnapshotRoot[]): Promise<Totals> {
  const { generation, run, live, hidden = [] } = work
  const deleted = noTotals()
  const erase = eraser(vault.store, generation.keepsVersions)
  for (const key of [...forgotten.map(keyOfRoot), ...hidden]) {
    if (run.signal.aborted) return deleted
    await generation.alive()
    await removeRun(key, erase)
    await generation.alive()
    await erase(key)
  }
  for await (const part of partsOf(vault, generation.id)) {
    await inParallel(part.objects, deletesAtOnce, async (object) => {
      if (run.signal.aborted || live.has(hexIn(object.key) ?? '')) return
      await remove(vault, object, generation)
      addTo(deleted, object)
      run.progress.advance({ items: 1 })
    })
  }
  return deleted
}

/** Exactly the versions that were condemned, where there are any: what was uploaded since is another one. */
async function remove(vault: Vault, { key, versions }: Condemned, generation: Generation): Promise<void> {
  for (const version of versions ?? [undefined]) {
    await generation.alive()
    if (version === undefined) await vault.store.delete(key)
    else await removeVersion(vault.store, key, version)
  }
}

/** What cannot be read of a dead prune's list is passed over: it stays as garbage for the next prune to condemn. */
async function* partsOf(vault: Vault, id: string): AsyncGenerator<DeletePart> {
  const list = await tolerant(readList(vault, id))
  for (let at = 0; at < (list?.parts ?? 0); at++) {
    const part = await tolerant(readPart(vault, gcKeys.part(id, at)))
    if (part) yield part
  }
}

async function tolerant<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (hasCode(error, 'vault-damaged')) return undefined
    throw error
  }
}
