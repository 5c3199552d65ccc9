import { HoldfastError, interrupted } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { stoppable } from '../core/stop.ts'
import { type Comparison, compareWithTarget } from './compare.ts'
import { applyRegistrySettings } from './registry-settings.ts'
import type { RepositoryRestorePlan, RestoreOptions, RestorePlan, RestoreReport, Route } from './report.ts'
import { type RestoreWork, restoreRepository } from './repository.ts'
import { blobSender } from './send-blobs.ts'
import { repositorySetback } from './setback.ts'

export { planRestore } from './plan.ts'

const repositoriesAtOnce = 4

/**
 * Does what the plan says, and compares every digest and tag afterwards. Refuses before it changes anything when the
 * plan has conflicts. Where it was interrupted, a new plan and a new run send only what is still missing.
 */
export async function restore(
  route: Route,
  plan: RestorePlan,
  run: Run,
  options: Pick<RestoreOptions, 'concurrency'> = {},
): Promise<RestoreReport> {
  refuseConflicts(plan)
  const startedAt = run.clock.now()
  const before = route.target.requests()
  const work = await restoreAll(route, plan, run, options)
  const comparison = await compareWithTarget(route, plan, run)
  // After the comparison, which a restored registry policy may forbid.
  const { applied, failed } = await applyRegistrySettings(route, plan, run)
  work.notRestored.push(...comparison.unknown, ...failed)
  return {
    ...reportOf(work, comparison),
    ...(plan.registrySettings && { registrySettings: applied }),
    requests: sentSince(before, route.target.requests()),
    durationMs: run.clock.now().getTime() - startedAt.getTime(),
  }
}

async function restoreAll(
  route: Route,
  plan: RestorePlan,
  caller: Run,
  options: Pick<RestoreOptions, 'concurrency'>,
): Promise<RestoreWork> {
  const { signal, stop } = stoppable(caller.signal)
  const run = { ...caller, signal }
  const sender = blobSender(route, options.concurrency ?? 8, run)
  const counts = { manifests: 0, tags: 0, referrerTags: 0 }
  const work: RestoreWork = { route, plan, run, sender, counts, notRestored: [...plan.notRestored] }
  run.progress.phase('restoring', {
    items: plan.totals.manifests + plan.totals.tags,
    bytes: plan.totals.bytes,
  })
  try {
    await inParallel(plan.repositories, repositoriesAtOnce, async (repository) => {
      run.signal.throwIfAborted()
      try {
        await restoreRepository(work, repository).catch((error: unknown) => giveUp(work, repository, error))
      } catch (error) {
        stop(error)
        throw error
      }
    })
  } catch (error) {
    if (caller.signal.aborted) throw interrupted(error)
    throw signal.aborted ? signal.reason : error
  }
  return work
}

/** What one repository does not survive costs that one: it is listed, and the others go on. */
function giveUp(
  { notRestored, run }: RestoreWork,
  { repository }: RepositoryRestorePlan,
  error: unknown,
): void {
  notRestored.push({ ...repositorySetback(error, run), repository })
}

function reportOf(
  work: RestoreWork,
  { differences, unknown }: Comparison,
): Omit<RestoreReport, 'requests' | 'durationMs'> {
  const { plan, sender, counts, notRestored } = work
  const { sent, mounted, present, bytes } = sender.counts
  const broken = notRestored.some(({ kind }) => kind === 'failed' || kind === 'damaged')
  const unread = plan.notRestored.some(({ kind }) => kind === 'damaged')
  return {
    schema: 'holdfast.restore/1',
    ok: differences.length === 0 && !broken,
    snapshot: plan.snapshot.id,
    target: plan.target,
    repositories: plan.repositories.length,
    manifests: counts.manifests,
    tags: counts.tags,
    ...(counts.referrerTags > 0 && { referrerTags: counts.referrerTags }),
    blobs: { sent, mounted, present },
    bytes,
    identical: differences.length === 0 && unknown.length === 0 && !unread,
    differences,
    notRestored,
    damaged: notRestored.some(({ kind }) => kind === 'damaged'),
    warnings: plan.warnings,
  }
}

function sentSince(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const sent = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return Object.fromEntries(sent.filter(([, count]) => count > 0))
}

function refuseConflicts({ conflicts }: RestorePlan): void {
  if (conflicts.length === 0) return
  const listed = conflicts.slice(0, 10).map(({ repository, tag, kind }) => `${repository}:${tag} (${kind})`)
  const more = conflicts.length > listed.length ? ` and ${conflicts.length - listed.length} more` : ''
  const immutable = conflicts.some(({ kind }) => kind === 'immutable')
  throw new HoldfastError('restore-refused', {
    what: `${conflicts.length === 1 ? '1 tag points to another image' : `${conflicts.length} tags point to other images`} at the target: ${listed.join(', ')}${more}. Nothing was changed.`,
    why: immutable
      ? 'Some of these repositories do not let tags be moved (tag immutability).'
      : 'A restore does not move tags unless it is told to.',
    next: immutable
      ? 'Leave those repositories out with --repository, or make their tags mutable first.'
      : 'Use --overwrite-tags to move them, or --repository to leave repositories out.',
  })
}
