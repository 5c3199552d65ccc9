import type { Digest } from '../core/digest.ts'
import { type ErrorCode, HoldfastError, hasCode } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { reasonOfDamage } from '../vault/damage.ts'
import type { Vault } from '../vault/vault.ts'
import type { Problem, VerifyReport } from '../vault/verify.ts'
import { resuming } from './resume.ts'
import type { Source } from './source.ts'

export interface Healed {
  digest: Digest
  /** Where the registry still had it. */
  repository: string
  size: number
}

export interface NotHealed {
  key: string
  digest?: Digest
  /** Of the last repository that was asked. */
  reason: string
}

export interface RepairReport {
  /** The registry that was asked; absent when there was nothing to ask for. */
  from?: string
  healed: Healed[]
  /** Problems that are still there. */
  notHealed: NotHealed[]
  bytes: number
}

/** What `holdfast verify --repair` answers: `ok` when nothing is left to heal. */
export type RepairedReport = VerifyReport & { repair: RepairReport }

const atOnce = 4

/** Whether any of these problems can be healed by copying a blob again. */
export function isRepairable({ problems }: VerifyReport): boolean {
  return problems.some(isBlob)
}

/**
 * Copies damaged and missing blobs again from a registry that still has them, into their places in the vault. Nothing
 * is replaced before the new bytes have hashed to the digest, so a repair can make nothing worse. States, shards and
 * roots are in no registry.
 */
export async function repairVault(
  vault: Vault,
  source: Source | undefined,
  report: VerifyReport,
  run: Run,
): Promise<RepairedReport> {
  const notHealed: NotHealed[] = report.problems.filter((problem) => !isBlob(problem)).map(beyondRepair)
  const healed: Healed[] = []
  const bad = report.problems.filter(isBlob)
  if (source && bad.length > 0) {
    const places = await placesOf(vault, new Set(bad.map(({ digest }) => digest)), run)
    run.progress.phase('repairing', { items: bad.length })
    await inParallel(bad, atOnce, async ({ key, digest }) => {
      const outcome = await heal({ vault, source, run }, digest, places.get(digest) ?? [])
      if ('reason' in outcome) notHealed.push({ key, digest, reason: outcome.reason })
      else healed.push(outcome)
      run.progress.advance({ items: 1 })
    })
  }
  const bytes = healed.reduce((sum, { size }) => sum + size, 0)
  const repair = { ...(source && { from: source.identity.url }), healed, notHealed, bytes }
  return { ...report, ok: notHealed.length === 0, repair }
}

type BlobProblem = Problem & { digest: Digest }

function isBlob(problem: Problem): problem is BlobProblem {
  return problem.digest !== undefined && problem.kind.startsWith('blob-')
}

function beyondRepair({ key, kind }: Problem): NotHealed {
  const reason =
    kind === 'root'
      ? 'No registry holds it. The next backup makes a new snapshot; what only this one knew is lost.'
      : 'No registry holds it. The next backup writes its own; what only the damaged one knew is lost.'
  return { key, reason }
}

/** Where a blob was when it was backed up, and as what. */
interface Place {
  repository: string
  kind: 'manifest' | 'blob'
  size: number
}

async function placesOf(vault: Vault, wanted: ReadonlySet<Digest>, run: Run): Promise<Map<Digest, Place[]>> {
  const places = new Map<Digest, Map<string, Place>>()
  await inParallel(await stateNames(vault, run), 8, async (name) => {
    const state = await readable(vault.states.read(name, run.signal))
    if (!state) return
    const add = (digest: Digest, place: Place) => {
      if (!wanted.has(digest)) return
      const known = places.get(digest) ?? new Map<string, Place>()
      places.set(digest, known.set(`${place.kind} ${place.repository}`, place))
    }
    const { repository } = state
    for (const { digest, size } of state.manifests) add(digest, { repository, kind: 'manifest', size })
    for (const { digest, size } of state.blobs) add(digest, { repository, kind: 'blob', size })
  })
  return new Map([...places].map(([digest, found]) => [digest, [...found.values()]]))
}

async function stateNames(vault: Vault, run: Run): Promise<Set<string>> {
  const { snapshots } = await vault.snapshots.list(undefined, run.signal)
  const names = new Set<string>()
  await inParallel(new Set(snapshots.flatMap((root) => root.shards)), 8, async (shard) => {
    const read = await readable(vault.shards.read(shard, run.signal))
    for (const { state } of Object.values(read?.repositories ?? {})) names.add(state)
  })
  return names
}

async function readable<T>(read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => void reasonOfDamage(error))
}

interface Repairing {
  vault: Vault
  source: Source
  run: Run
}

/** What one repository does not give another may. Anything else ends the repair. */
const oneRepository: readonly ErrorCode[] = [
  'registry-not-found',
  'registry-request-failed',
  'registry-answer-invalid',
  'registry-content-mismatch',
  'content-size-mismatch',
  'access-denied',
  'aws-request-failed',
]

async function heal(
  work: Repairing,
  digest: Digest,
  places: readonly Place[],
): Promise<Healed | { reason: string }> {
  let reason = 'No snapshot says where it came from.'
  for (const place of places) {
    work.run.signal.throwIfAborted()
    try {
      const why = await (place.kind === 'manifest' ? copyManifest : copyBlob)(work, digest, place)
      if (why === undefined) return { digest, repository: place.repository, size: place.size }
      reason = `${place.repository}: ${why}`
    } catch (error) {
      if (!hasCode(error, ...oneRepository) || work.run.signal.aborted) throw error
      reason = `${place.repository}: ${error.message}`
    }
  }
  return { reason }
}

/** Undefined when it worked, else why not. */
async function copyManifest(
  { vault, source, run }: Repairing,
  digest: Digest,
  { repository }: Place,
): Promise<string | undefined> {
  for await (const answer of source.manifests(repository, [digest], run.signal)) {
    if (!('bytes' in answer)) return answer.reason
    const body = answer.bytes
    await vault.blobs.put(digest, { body, size: body.byteLength, replace: true, signal: run.signal })
    return undefined
  }
  return 'The registry did not answer for it.'
}

async function copyBlob(
  { vault, source, run }: Repairing,
  digest: Digest,
  { repository, size }: Place,
): Promise<undefined> {
  const { signal, clock, progress } = run
  const body = resuming({
    open: (from) => source.blob(repository, digest, from, signal),
    what: `${repository} ${digest}`,
    size,
    clock,
    signal,
    onBytes: (bytes) => progress.advance({ bytes }),
  })
  try {
    await vault.blobs.put(digest, { body, size, replace: true, signal })
  } catch (error) {
    // A store that fails is not a repository that lacks something.
    throw body.errored instanceof HoldfastError ? body.errored : error
  }
}
