import type { Digest } from '../core/digest.ts'
import type { RepositorySettings, RepositoryState, ShardEntry, Skipped } from '../vault/format.ts'
import { assemble, sameState } from './assemble.ts'
import { copyNewImages, type Reading } from './images.ts'
import { type Job, skippable } from './job.ts'
import type { ListedImage } from './source.ts'

/** What becomes of one repository in the new snapshot. */
export interface RepositoryOutcome {
  /** Absent: the snapshot has nothing of it. */
  entry?: ShardEntry
  skipped: Skipped[]
  /** The registry says that there is no such repository, although its list had it. */
  notFound?: boolean
  /** It waits for images of the archive: to be called when everything else is done, and then it is this. */
  later?: () => Promise<RepositoryOutcome>
}

export async function backUpRepository(job: Job, repository: string): Promise<RepositoryOutcome> {
  const { run, source } = job
  const previous = await job.orStop(job.previous.state(repository))
  try {
    const [listing, settings] = await Promise.all([
      source.images(repository, run.signal, { allWanted: previous === undefined }),
      readSettings(job, repository, previous),
    ])
    const reading = newReading(repository, listing, previous)
    const waits = await job.archive?.wake(job, reading)
    await copyAll(job, reading)
    if (!waits) return await conclude(job, reading, settings)
    return { skipped: [], later: () => afterWaiting(job, reading, settings) }
  } catch (error) {
    return carriedOver(job, { repository, previous, failure: skippable(error, run) })
  }
}

type ReadSettings = Awaited<ReturnType<typeof readSettings>>

async function conclude(job: Job, reading: Reading, settings: ReadSettings): Promise<RepositoryOutcome> {
  const { state, skipped } = assemble(reading, settings.settings)
  const entry = await keepState(job, state, reading.previous)
  return { entry, skipped: [...settings.skipped, ...skipped] }
}

/** What was read before the wait is not read again. Whatever fails, what was woken is archived again. */
async function afterWaiting(job: Job, reading: Reading, settings: ReadSettings): Promise<RepositoryOutcome> {
  const { repository, previous } = reading
  try {
    await job.archive?.wait(job, reading)
    await copyAll(job, reading)
    await job.archive?.archiveAgain(job, reading)
    return await conclude(job, reading, settings)
  } catch (error) {
    const failure = skippable(error, job.run)
    await job.archive?.archiveAgain(job, reading)
    return carriedOver(job, { repository, previous, failure })
  }
}

function newReading(
  repository: string,
  listing: ListedImage[],
  previous: RepositoryState | undefined,
): Reading {
  return {
    repository,
    listing: byDigest(listing),
    previous,
    rows: new Map(previous?.manifests.map((row) => [row.digest, row])),
    blobs: new Map(previous?.blobs.map((row) => [row.digest, row])),
    failures: new Map(),
  }
}

function byDigest(listing: ListedImage[]): Map<Digest, ListedImage> {
  return new Map(listing.map((image) => [image.digest, image]))
}

/**
 * When something that was listed turns out to be missing, the registry changed meanwhile: it is listed once more, and
 * that listing is the moment that the state describes. What is missing from it was deleted; what is in it and
 * still cannot be read is skipped.
 */
async function copyAll(job: Job, reading: Reading): Promise<void> {
  await copyNewImages(job, reading)
  if (![...reading.failures.values()].some((failure) => failure.missing)) return
  reading.listing = byDigest(await job.source.images(reading.repository, job.run.signal))
  reading.failures.clear()
  await copyNewImages(job, reading)
}

/**
 * Settings that cannot be read do not stop the images. They stay as the previous snapshot had them, which is said, or
 * unknown.
 */
async function readSettings(
  job: Job,
  repository: string,
  previous: RepositoryState | undefined,
): Promise<{ settings: RepositorySettings; skipped: Skipped[] }> {
  try {
    return { settings: await job.source.settings(repository, job.run.signal), skipped: [] }
  } catch (error) {
    const { code, reason } = skippable(error, job.run)
    const kept = previous
      ? 'They are kept as the previous snapshot had them.'
      : 'They are not in the snapshot.'
    const skipped = [{ repository, code, reason: `The repository's settings: ${reason} ${kept}` }]
    return { settings: previous?.settings ?? {}, skipped }
  }
}

async function keepState(
  job: Job,
  state: RepositoryState,
  previous: RepositoryState | undefined,
): Promise<ShardEntry> {
  const known = job.previous.entries.get(state.repository)
  if (known && previous && sameState(previous, state)) {
    job.tally.reused.repositories++
    job.tally.reused.manifests += previous.manifests.length
    return known
  }
  const name = await job.orStop(job.vault.states.write(state, job.run.signal))
  return entryOf(name, state)
}

function entryOf(name: string, state: RepositoryState): ShardEntry {
  const sum = (rows: { size: number }[]) => rows.reduce((total, row) => total + row.size, 0)
  return {
    state: name,
    manifests: state.manifests.length,
    tags: Object.keys(state.tags).length,
    blobs: state.blobs.length,
    bytes: sum(state.manifests) + sum(state.blobs),
  }
}

/** A repository that could not be read stays as the previous snapshot had it, and is listed as skipped. */
function carriedOver(
  job: Job,
  found: {
    repository: string
    previous: RepositoryState | undefined
    failure: { code: string; reason: string }
  },
): RepositoryOutcome {
  const { repository, previous, failure } = found
  const known = previous && job.previous.entries.get(repository)
  const kept = known ? 'It is kept as the previous snapshot had it.' : 'The snapshot has nothing of it.'
  const skipped = [{ repository, code: failure.code, reason: `${failure.reason} ${kept}` }]
  const notFound = failure.code === 'registry-not-found'
  return { ...(known && { entry: known }), skipped, notFound }
}
