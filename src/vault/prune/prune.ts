import { plural } from '../../core/bytes.ts'
import { HoldfastError, hasCode } from '../../core/errors.ts'
import type { Run } from '../../core/run.ts'
import { expectListeners } from '../../core/stop.ts'
import { heldIds } from '../holds.ts'
import { type Retention, type RetentionPolicy, retain } from '../retention.ts'
import { keyOfRoot } from '../snapshots.ts'
import type { Vault } from '../vault.ts'
import { verifyVault } from '../verify.ts'
import { type OpenClaim, openClaims } from './claims.ts'
import { addTotals, type CondemnedTotals, condemn } from './condemn.ts'
import { describe, runDeadAfter, suspiciousOf, waitedFor } from './describe.ts'
import { DigestSet } from './digest-set.ts'
import { cannotCreateOnce, type Generation, newGeneration, storeTime, takeOverDead } from './generation.ts'
import { mark, readRoots } from './mark.ts'
import type { PruneOptions, PruneReport } from './report.ts'
import { type Swept, sweep } from './sweep.ts'
import { refuseTampering } from './tampering.ts'

export type { PruneOptions, PruneReport } from './report.ts'

const day = 24 * 60 * 60 * 1000
const defaultGrace = 7
const pollEvery = 5000
const polls = 120

/**
 * Forgets the snapshots that the policy does not keep, and deletes what no kept snapshot needs. Safe beside any number
 * of backups and other prunes, without a lock: docs/design/vault-format.md, "What a prune does".
 */
export async function prune(vault: Vault, options: PruneOptions, run: Run): Promise<PruneReport> {
  expectListeners(run.signal)
  refuse(vault, options)
  const startedAt = run.clock.now().getTime()
  const generation = options.dryRun ? undefined : await newGeneration(vault, run, options.offline)
  const { now, keepsVersions } = generation ?? (await storeTime(vault))
  const work = { vault, options, run, now, keepsVersions }
  const report = await dropOnFailure(generation, pruneOnce({ ...work, ...(generation && { generation }) }))
  return { ...report, durationMs: run.clock.now().getTime() - startedAt }
}

interface Work {
  vault: Vault
  options: PruneOptions
  run: Run
  now: Date
  keepsVersions: boolean
  generation?: Generation
}

interface Plan {
  retention: Retention
  live: DigestSet
  totals: CondemnedTotals
  parts: number
  /** Keys of snapshots that somebody hid, and whose loss was accepted. */
  hidden: string[]
}

const nothing: Omit<PruneReport, 'dryRun' | 'ok'> = {
  schema: 'holdfast.prune/1',
  simulated: false,
  kept: [],
  forgotten: [],
  suspicious: [],
  blobsCondemned: 0,
  bytesCondemned: 0,
  blobsDeleted: 0,
  objectsDeleted: 0,
  bytesFreed: 0,
  young: { blobs: 0, objects: 0, bytes: 0 },
  revoked: [],
  finished: [],
  waitingFor: [],
  durationMs: 0,
}

async function pruneOnce(work: Work): Promise<PruneReport> {
  const { options, run, vault, generation } = work
  const young = await youngClaims(work)
  const dryRun = options.dryRun === true
  if (young.length > 0 && !dryRun) {
    await generation?.drop()
    return { ...nothing, ok: false, dryRun, ...waitedFor(young) }
  }
  const plan = await planPrune(work)
  const planned = { ...nothing, ok: true, dryRun, ...planOf(plan), ...(dryRun && waitedFor(young)) }
  if (!generation) return planned
  const own = await sweepOwn(work, generation, plan)
  const finished = await finishDead(work, generation, plan)
  const verified = options.verify === false ? undefined : await verifyAfter(vault, run)
  const sum = addTotals(own.deleted, ...finished.map(({ swept }) => swept.deleted))
  return {
    ...planned,
    ok: verified?.ok !== false,
    forgotten: own.forgotten.map(describe),
    blobsDeleted: sum.blobs,
    objectsDeleted: sum.objects,
    bytesFreed: sum.bytes,
    revoked: [...own.revoked, ...finished.flatMap(({ swept }) => swept.revoked)],
    finished: finished.map(({ id }) => id),
    ...(verified && { verified }),
  }
}

/** Structure of what is left. Snapshots that another prune forgot meanwhile are no damage. */
async function verifyAfter(vault: Vault, run: Run): Promise<NonNullable<PruneReport['verified']>> {
  const { problems } = await verifyVault(vault, {}, run)
  if (problems.length === 0) return { ok: true, problems: 0 }
  const { snapshots, unreadable } = await vault.snapshots.list(undefined, run.signal)
  const ids = new Set(snapshots.map(({ id }) => id))
  const still = problems.filter(
    (each) => each.snapshots.some((id) => ids.has(id)) || unreadable.some(({ key }) => key === each.key),
  )
  return { ok: still.length === 0, problems: still.length }
}

function planOf({ retention, totals }: Plan): Partial<PruneReport> {
  const roots = [...retention.kept.map(({ root }) => root), ...retention.forgotten]
  return {
    simulated: roots.some((root) => root.registry.simulated),
    kept: retention.kept.map(({ root, reasons }) => ({ ...describe(root), reasons })),
    forgotten: retention.forgotten.map(describe),
    suspicious: suspiciousOf(retention),
    blobsCondemned: totals.blobs,
    bytesCondemned: totals.bytes,
    young: totals.young,
    ...(totals.nextPossible && { nextPossible: totals.nextPossible.toISOString() }),
  }
}

/** Policy, marking, and the parts of the list; nothing of it is visible to anybody yet. */
async function planPrune({ vault, options, run, now, keepsVersions, generation }: Work): Promise<Plan> {
  const accepted = new Set(options.acceptLoss)
  const hidden = keepsVersions ? await refuseTampering(vault, accepted, run.signal) : []
  const snapshots = await readRoots(vault, run.signal)
  const holds = await heldIds(vault, run.signal)
  const retention = retain(snapshots, options.policy, { holds, now, accepted })
  const live = new DigestSet()
  const kept = retention.kept.map(({ root }) => root)
  await mark(vault, kept, { live, alive: async () => generation?.alive(), run })
  const grace = (options.grace ?? defaultGrace) * day
  const condemning = { live, now, grace, keepsVersions, run, ...(generation && { generation }) }
  const condemned = await condemn(vault, condemning)
  return { retention, live, hidden, ...condemned }
}

async function sweepOwn({ vault, run }: Work, generation: Generation, plan: Plan): Promise<Swept> {
  const { retention, live, parts, hidden } = plan
  if (parts === 0 && retention.forgotten.length === 0 && hidden.length === 0) {
    return { forgotten: [], revoked: [], deleted: { blobs: 0, objects: 0, bytes: 0 } }
  }
  await generation.publish(retention.forgotten.map(keyOfRoot), parts)
  const marked = markedIn(retention)
  return sweep(vault, { generation, live, marked, forgotten: retention.forgotten, hidden, run })
}

const markedIn = ({ kept }: Retention): Set<string> => new Set(kept.map(({ root }) => keyOfRoot(root)))

/** After the own work: the live set is there, and damage in a snapshot that was forgotten is no obstacle any more. */
async function finishDead(
  { vault, run }: Work,
  own: Generation,
  { live, retention }: Plan,
): Promise<{ id: string; swept: Swept }[]> {
  const finished: { id: string; swept: Swept }[] = []
  const marked = markedIn(retention)
  for (const generation of await takeOverDead(vault, own, run)) {
    run.log.warn(`Another prune (${generation.id}) died before its end. It is finished now.`)
    const swept = await sweep(vault, { generation, live, marked, forgotten: [], run })
    finished.push({ id: generation.id, swept })
  }
  await own.drop()
  return finished
}

/** Young runs that have not ended: they may be at work, and revoking one costs it another look at the registry. */
async function youngClaims({ vault, options, run, now }: Work): Promise<OpenClaim[]> {
  if (options.offline || options.revoke) return []
  const mayLive = ({ since }: OpenClaim) => now.getTime() - since.getTime() < runDeadAfter
  let young = (await openClaims(vault, run.signal)).filter(mayLive)
  const first = new Set(young.map((claim) => claim.run))
  for (let poll = 0; poll < polls && young.length > 0 && !options.dryRun; poll++) {
    if (poll === 0)
      run.log.warn(`Waiting for ${plural(young.length, 'backup run')} to end, at most 10 minutes.`)
    await run.clock.sleep(pollEvery, run.signal)
    // Those that began since are revoked when they get in the way: they have not done much yet.
    young = (await openClaims(vault, run.signal)).filter((claim) => first.has(claim.run))
  }
  return young
}

function refuse(vault: Vault, options: PruneOptions): void {
  const counts = Object.values(options.policy as RetentionPolicy)
  if (counts.every((count) => !count)) {
    throw new HoldfastError('usage', {
      what: 'A prune needs to know what to keep.',
      why: 'Without a rule every snapshot would be forgotten.',
      next: 'Say it: holdfast prune --keep-daily 7 --keep-weekly 4 --keep-monthly 12.',
    })
  }
  if (vault.header.capabilities.conditionalCreate || options.offline) return
  throw cannotCreateOnce(vault)
}

/** Unpublished work is nothing to anybody. Of published work `sweep` decides. */
async function dropOnFailure(
  generation: Generation | undefined,
  work: Promise<PruneReport>,
): Promise<PruneReport> {
  try {
    return await work
  } catch (error) {
    if (generation && !generation.published) {
      await generation.drop().catch((again: unknown) => {
        if (!hasCode(again, 'store-request-failed', 'access-denied', 'disk-full', 'prune-running'))
          throw again
      })
    }
    throw error
  }
}
