import type { Digest } from '../core/digest.ts'
import type { Run } from '../core/run.ts'
import { expectListeners } from '../core/stop.ts'
import { affectedBy } from './affected.ts'
import type { SnapshotRoot } from './format.ts'
import { type Stray, unlistedStrays } from './strays.ts'
import type { Vault } from './vault.ts'
import { checkListing, hashBlobs } from './verify-blobs.ts'
import { type Sample, type SampleOptions, takeSample } from './verify-sample.ts'
import { readStructure } from './verify-structure.ts'

export interface VerifyOptions {
  /** Read and hash every live blob, besides looking that it is there with its size. */
  data?: boolean
  /** Read and hash a part of the live blobs; with `data` it has no meaning. */
  sample?: SampleOptions
  /** Only what this snapshot needs: an id, `latest`, or a time. */
  snapshot?: string
}

export interface Problem {
  kind: 'root' | 'shard' | 'state' | 'state-inconsistent' | 'blob-missing' | 'blob-size' | 'blob-content'
  key: string
  digest?: string
  /** `repository:tag`, or `repository@digest` for what no tag leads to. */
  affects: string[]
  /** Ids of the snapshots that need it. */
  snapshots: string[]
  reason: string
}

export interface VerifyReport {
  schema: 'holdfast.verify/1'
  ok: boolean
  /** Law 9: at least one of the snapshots was made from the sandbox. */
  simulated: boolean
  /** How far it looked: `data` and `sample` include `structure`. */
  level: 'structure' | 'sample' | 'data'
  /** Which part was read, of how many. */
  sample?: Sample
  snapshots: number
  states: number
  /** Live blobs, manifests included, each once; and their bytes. */
  blobs: number
  bytes: number
  /** Bytes that were read and hashed. */
  bytesHashed: number
  problems: Problem[]
  /** Files under the vault's names that no vault writes. They harm no snapshot, and do not count as damage. */
  strays: Stray[]
  durationMs: number
}

/**
 * Proves that a vault is whole: every root, shard and state can be read and matches its name, every blob that they
 * need is there with its size (by one listing, not one request each), and with `data` every byte hashes to its name.
 * Damage is reported, never thrown, and names the images that it affects.
 */
export async function verifyVault(vault: Vault, options: VerifyOptions, run: Run): Promise<VerifyReport> {
  expectListeners(run.signal)
  const startedAt = run.clock.now().getTime()
  const roots = await rootsOf(vault, options, run)
  const structure = await readStructure(vault, roots.snapshots, run)
  const listed = await checkListing(vault, structure.live, run)
  const chosen = chosenOf(listed.present, options, run)
  const hashed = chosen.blobs ? await hashBlobs(vault, chosen.blobs, run) : { bad: [], bytes: 0 }
  const problems = [
    ...roots.problems,
    ...structure.problems,
    ...(await affectedBy(vault, structure, [...listed.bad, ...hashed.bad], run)),
  ]
  return {
    schema: 'holdfast.verify/1',
    ok: problems.length === 0,
    simulated: roots.snapshots.some((root) => root.registry.simulated),
    level: chosen.level,
    ...(chosen.sample && { sample: chosen.sample }),
    snapshots: roots.snapshots.length,
    states: structure.states.size,
    blobs: structure.live.size,
    bytes: [...structure.live.values()].reduce((total, size) => total + size, 0),
    bytesHashed: hashed.bytes,
    problems,
    strays: [...listed.strays, ...(await unlistedStrays(vault, run))],
    durationMs: run.clock.now().getTime() - startedAt,
  }
}

/** What is read, if anything. */
function chosenOf(
  present: Map<Digest, number>,
  { data, sample }: VerifyOptions,
  run: Run,
): Pick<VerifyReport, 'level' | 'sample'> & { blobs?: Map<Digest, number> } {
  if (data) return { level: 'data', blobs: present }
  if (sample) return { level: 'sample', ...takeSample(present, sample, run.clock) }
  return { level: 'structure' }
}

async function rootsOf(
  vault: Vault,
  options: VerifyOptions,
  run: Run,
): Promise<{ snapshots: SnapshotRoot[]; problems: Problem[] }> {
  if (options.snapshot) {
    const root = await vault.snapshots.find(options.snapshot, run)
    return { snapshots: [root], problems: [] }
  }
  const { snapshots, unreadable } = await vault.snapshots.list(undefined, run.signal)
  const problems = unreadable.map(({ key, reason }) => {
    return { kind: 'root' as const, key, affects: [], snapshots: [], reason }
  })
  return { snapshots, problems }
}
