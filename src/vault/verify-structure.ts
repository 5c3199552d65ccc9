import type { Digest } from '../core/digest.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { reasonOfDamage } from './damage.ts'
import { keys, type RepositoryState, type SnapshotRoot } from './format.ts'
import type { Vault } from './vault.ts'
import type { Problem } from './verify.ts'

export interface Structure {
  /** Name of the state -> whose it is, which snapshots need it, and whether every one of them says to be complete. */
  states: Map<string, StateUse>
  /** Every blob and manifest that a state needs, with its size. */
  live: Map<Digest, number>
  problems: Problem[]
}

export interface StateUse {
  repository: string
  snapshots: string[]
  complete: boolean
}

const readsAtOnce = 8

export async function readStructure(vault: Vault, roots: SnapshotRoot[], run: Run): Promise<Structure> {
  const structure: Structure = { states: new Map(), live: new Map(), problems: [] }
  await readShards(vault, roots, structure, run)
  run.progress.phase('verifying structure', { items: structure.states.size })
  await inParallel(structure.states, readsAtOnce, async ([name, use]) => {
    await readState(vault, structure, { name, use }, run)
    run.progress.advance({ items: 1 })
  })
  return structure
}

async function readShards(
  vault: Vault,
  roots: SnapshotRoot[],
  structure: Structure,
  run: Run,
): Promise<void> {
  const users = new Map<string, SnapshotRoot[]>()
  for (const root of roots) {
    for (const shard of root.shards) {
      const known = users.get(shard)
      if (known) known.push(root)
      else users.set(shard, [root])
    }
  }
  await inParallel(users, readsAtOnce, async ([name, usedBy]) => {
    const snapshots = usedBy.map((root) => root.id)
    try {
      const shard = await vault.shards.read(name, run.signal)
      for (const [repository, { state }] of Object.entries(shard.repositories)) {
        addUse(structure, state, { repository, snapshots, complete: usedBy.some((root) => root.complete) })
      }
    } catch (error) {
      const reason = reasonOfDamage(error)
      structure.problems.push({ kind: 'shard', key: keys.shard(name), affects: [], snapshots, reason })
    }
  })
}

function addUse(structure: Structure, state: string, use: StateUse): void {
  const known = structure.states.get(state)
  if (!known) structure.states.set(state, { ...use, snapshots: [...use.snapshots] })
  else {
    known.snapshots.push(...use.snapshots)
    known.complete ||= use.complete
  }
}

async function readState(
  vault: Vault,
  structure: Structure,
  { name, use }: { name: string; use: StateUse },
  run: Run,
): Promise<void> {
  const { repository, snapshots } = use
  const problem = { key: keys.state(name), affects: [repository], snapshots }
  try {
    const state = await vault.states.read(name, run.signal)
    const reason = inconsistency(state, use, structure.live)
    if (reason) structure.problems.push({ kind: 'state-inconsistent', ...problem, reason })
    for (const { digest, size } of [...state.blobs, ...state.manifests]) structure.live.set(digest, size)
  } catch (error) {
    structure.problems.push({ kind: 'state', ...problem, reason: reasonOfDamage(error) })
  }
}

/** What a state's own bytes cannot show: that its tables fit together. */
function inconsistency(state: RepositoryState, use: StateUse, live: Map<Digest, number>): string | undefined {
  if (state.repository !== use.repository) return `It is the state of ${state.repository}.`
  const blobs = new Set(state.blobs.map((row) => row.digest))
  const manifests = new Set(state.manifests.map((row) => row.digest))
  const blob = state.manifests.flatMap((row) => row.blobs).find((digest) => !blobs.has(digest))
  if (blob) return `A manifest needs ${blob}, which its table of blobs lacks.`
  const tag = Object.entries(state.tags).find(([, digest]) => !manifests.has(digest))
  if (tag) return `Tag ${tag[0]} points to ${tag[1]}, which its table of manifests lacks.`
  const child = state.manifests.flatMap((row) => row.manifests).find((digest) => !manifests.has(digest))
  if (child && use.complete)
    return `An index needs ${child}, which it lacks, in a snapshot that says to be complete.`
  const sized = [...state.blobs, ...state.manifests].find(
    ({ digest, size }) => (live.get(digest) ?? size) !== size,
  )
  return sized && `${sized.digest} has another size here than in another state.`
}
