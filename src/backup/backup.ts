import { HoldfastError, interrupted } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { stoppable } from '../core/stop.ts'
import { keys, type ShardEntry, type Skipped, type SnapshotRoot } from '../vault/format.ts'
import { newId } from '../vault/identifier.ts'
import { heedDeleteLists } from '../vault/prune/heed.ts'
import { isName } from '../vault/schemas.ts'
import type { Vault } from '../vault/vault.ts'
import { Archive } from './archive.ts'
import { releasingClaim } from './claim.ts'
import { blobCopier } from './copy.ts'
import { type Job, newTally, skippable } from './job.ts'
import { presenceIn } from './presence.ts'
import { readPrevious } from './previous.ts'
import type { BackupOptions, BackupReport } from './report.ts'
import { backUpRepository, type RepositoryOutcome } from './repository.ts'
import { countRequests } from './requests.ts'
import { type RegistryContents, rootOf } from './root.ts'
import { writeShards } from './shards.ts'
import type { Source } from './source.ts'

export { planBackup } from './plan.ts'

const repositoriesAtOnce = 8
const attempts = 3

/**
 * Copies what the vault lacks of a registry and commits a snapshot of it. One image's or repository's failure is
 * listed in `skipped` and does not stop the others; a failure of the vault, a stop or lost credentials end the run
 * without a snapshot, and the next run reuses what was copied.
 */
export async function backup(
  source: Source,
  vault: Vault,
  options: BackupOptions,
  run: Run,
): Promise<BackupReport> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const report = await attemptBackup(source, vault, options, run)
    if (report) return report
    run.log.warn(
      'A prune revoked this run before it could commit. It starts again and reuses what it copied.',
    )
  }
  throw new HoldfastError('run-revoked', {
    what: `The backup of ${source.identity.url} was revoked ${attempts} times.`,
    why: 'Each time a prune of the vault was faster.',
    next: 'Run the backup again when no prune is running.',
  })
}

/** Undefined when a prune's tombstone took the place of the root. */
async function attemptBackup(
  source: Source,
  vault: Vault,
  options: BackupOptions,
  run: Run,
): Promise<BackupReport | undefined> {
  const startedAt = run.clock.now()
  const before = source.requests()
  const id = newId()
  const time = startedAt.toISOString()
  // The claim comes first, and names the root: reliability-and-habits 1.7.
  const root = keys.root(source.identity.key, time, id)
  const claim = { schema: 'holdfast.claim/1' as const, run: id, root, time }
  const { job, snapshot } = await releasingClaim(vault, claim, run, async () => {
    const job = await newJob(source, await heedDeleteLists(vault, run), options, run)
    if (options.restoreArchived) job.archive = await archiveFor(job, options, { id, time })
    const contents = await readRegistry(job, options)
    job.run.signal.throwIfAborted()
    return { job, snapshot: rootOf(job, { id, time, options, contents }) }
  })
  if ((await vault.snapshots.commit(snapshot, run.signal)) === 'revoked') return undefined
  const report = reportOf(job, snapshot, {
    requests: countRequests(source, before, job.tally),
    durationMs: run.clock.now().getTime() - startedAt.getTime(),
  })
  await keepReport(vault, report, run)
  return report
}

async function newJob(source: Source, vault: Vault, options: BackupOptions, caller: Run): Promise<Job> {
  const { signal, stop } = stoppable(caller.signal)
  const run = { ...caller, signal }
  const previous = await readPrevious(vault, source.identity.key, run)
  const presence = presenceIn(vault, previous.root !== undefined, signal)
  const orStop = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      stop(error)
      throw signal.reason ?? error
    }
  }
  const copier = blobCopier(presence, options.concurrency ?? 8)
  return { source, vault, run, previous, copier, tally: newTally(), orStop }
}

async function archiveFor(
  { source, vault, run: { signal, log } }: Job,
  { archivePatience: patience }: BackupOptions,
  made: { id: string; time: string },
): Promise<Archive | undefined> {
  const archive = await Archive.open(source, vault, { ...made, ...(patience && { patience }), signal })
  if (!archive) log.warn(`${source.identity.url} has no archive class: there is nothing to restore from it.`)
  return archive
}

async function readRegistry(job: Job, options: BackupOptions): Promise<RegistryContents> {
  try {
    const listed = await namesIn(job.source, job.run)
    const names = listed.filter(isName)
    job.run.progress.phase('backing up repositories')
    const { settings, skipped } = await readRegistrySettings(job)
    skipped.push(...listed.filter((name) => !isName(name)).map(notAName))
    const outcomes = await backUpAll(job, names, options)
    const entries = new Map<string, ShardEntry>()
    for (const name of names) {
      const { entry, skipped: more } = outcomes.get(name) ?? unselected(job, name)
      if (entry) entries.set(name, entry)
      skipped.push(...more)
    }
    return { entries, shards: await writeShards(job, entries), settings, skipped }
  } catch (error) {
    // What was stopped throws whatever its layers make of it; why it was stopped is what counts.
    if (!job.run.signal.aborted) throw error
    throw job.run.signal.reason instanceof HoldfastError ? job.run.signal.reason : interrupted(error)
  }
}

async function namesIn(source: Source, run: Run): Promise<string[]> {
  const names = new Set<string>()
  for await (const name of source.repositories(run.signal)) names.add(name)
  return [...names].sort()
}

function notAName(name: string): Skipped {
  const reason = 'The registry lists a repository of this name, which no repository can have.'
  return { repository: name, code: 'registry-answer-invalid', reason }
}

async function backUpAll(
  job: Job,
  names: string[],
  options: BackupOptions,
): Promise<Map<string, RepositoryOutcome>> {
  const outcomes = new Map<string, RepositoryOutcome>()
  const selected = selectNames(options.repositories, names, {
    where: job.source.identity.url,
    log: job.run.log,
  })
  job.run.progress.expect({ items: selected.length })
  await inParallel(selected, repositoriesAtOnce, async (name) => {
    job.run.signal.throwIfAborted()
    // What one repository does not survive, none does: the others stop too.
    outcomes.set(name, await job.orStop(backUpRepository(job, name)))
    job.run.progress.advance({ items: 1 })
  })
  await finishWaiting(job, outcomes)
  await forgetDeleted(job, outcomes)
  return outcomes
}

/** Images need up to 20 minutes to come out of the archive, so they come last. */
async function finishWaiting(job: Job, outcomes: Map<string, RepositoryOutcome>): Promise<void> {
  const waiting = [...outcomes].flatMap(([name, { later }]) => (later ? [{ name, later }] : []))
  if (waiting.length === 0) return
  job.run.progress.phase('waiting for images of the archive', { items: waiting.length })
  await inParallel(waiting, repositoriesAtOnce, async ({ name, later }) => {
    outcomes.set(name, await job.orStop(later()))
    job.run.progress.advance({ items: 1 })
  })
}

/** A repository that was listed and then was not there: gone if a new list says so too, else still to be reported. */
async function forgetDeleted(job: Job, outcomes: Map<string, RepositoryOutcome>): Promise<void> {
  const missing = [...outcomes].filter(([, outcome]) => outcome.notFound)
  if (missing.length === 0) return
  const names = new Set(await namesIn(job.source, job.run))
  for (const [name] of missing) {
    if (!names.has(name)) outcomes.set(name, { skipped: [] })
  }
}

/** Not asked for in this run: as the previous snapshot had it, and lacking what that lacked. */
function unselected({ previous }: Job, name: string): RepositoryOutcome {
  const { root } = previous
  const entry = previous.entries.get(name)
  const skipped = root?.skipped.filter(({ repository }) => repository === name) ?? []
  if (entry) return { entry, skipped }
  const isUnknown = root !== undefined && previous.shards.size < new Set(root.shards).size
  return { skipped: isUnknown ? [...skipped, unknownBefore(name)] : skipped }
}

function unknownBefore(repository: string): Skipped {
  const reason = 'It was not asked for, and what the previous snapshot had of it is damaged in the vault.'
  return { repository, code: 'vault-damaged', reason }
}

async function readRegistrySettings(job: Job): Promise<Pick<RegistryContents, 'settings' | 'skipped'>> {
  try {
    return { settings: await job.source.registrySettings(job.run.signal), skipped: [] }
  } catch (error) {
    const { code, reason } = skippable(error, job.run)
    const previous = job.previous.root
    const kept = previous
      ? 'They are kept as the previous snapshot had them.'
      : 'They are not in the snapshot.'
    const skipped = [{ repository: '*', code, reason: `The registry's settings: ${reason} ${kept}` }]
    return { settings: previous?.settings ?? {}, skipped }
  }
}

function reportOf(
  job: Job,
  root: SnapshotRoot,
  measured: Pick<BackupReport, 'requests' | 'durationMs'>,
): BackupReport {
  return {
    schema: 'holdfast.backup/1',
    snapshot: root.id,
    ...(root.parent && { parent: root.parent }),
    registry: root.registry,
    time: root.time,
    complete: root.complete,
    damaged: root.skipped.some((skipped) => skipped.code === 'registry-content-mismatch'),
    ...root.totals,
    copied: job.tally.copied,
    reused: job.tally.reused,
    skipped: root.skipped,
    ...(job.archive && { restoredFromArchive: job.archive.restored }),
    ...measured,
  }
}

/** The snapshot is committed; that its report could not be kept as well must not look like a failed backup. */
async function keepReport(vault: Vault, report: BackupReport, run: Run): Promise<void> {
  try {
    await vault.runs.report(report.snapshot, report, run.signal)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    run.log.warn(`The snapshot is committed, but its report could not be written: ${why}`)
  }
}
