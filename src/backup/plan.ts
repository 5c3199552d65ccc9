import { hasCode } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { expectListeners } from '../core/stop.ts'
import type { Store } from '../store/store.ts'
import type { RepositoryState } from '../vault/format.ts'
import { openVault } from '../vault/vault.ts'
import { sameSettings } from './assemble.ts'
import { skippable } from './job.ts'
import { type Previous, readPrevious } from './previous.ts'
import type { BackupOptions, BackupPlan, RepositoryBackupPlan } from './report.ts'
import { countRequests } from './requests.ts'
import type { ListedImage, Source } from './source.ts'

/** What a backup would do. Reads listings and settings, no manifest and no blob; writes nothing. */
export async function planBackup(
  source: Source,
  store: Store,
  options: BackupOptions,
  run: Run,
): Promise<BackupPlan> {
  expectListeners(run.signal)
  const before = source.requests()
  const previous = await previousIn(store, source.identity.key, run)
  const all: string[] = []
  for await (const name of source.repositories(run.signal)) all.push(name)
  const plans: RepositoryBackupPlan[] = []
  run.progress.phase('planning', { items: all.length })
  await inParallel(
    selectNames(options.repositories, all, { where: source.identity.url, log: run.log }),
    8,
    async (name) => {
      plans.push(await planRepository(source, previous, name, run))
      run.progress.advance({ items: 1 })
    },
  )
  plans.sort((a, b) => (a.repository < b.repository ? -1 : 1))
  const { root } = previous
  return {
    schema: 'holdfast.backup-plan/1',
    registry: source.identity,
    ...(root && { parent: { id: root.id, time: root.time, complete: root.complete } }),
    repositories: plans,
    repositoriesGone: [...previous.entries.keys()].filter((name) => !all.includes(name)),
    totals: totalsOf(plans),
    exact: ['repositories', 'manifests', 'tags', 'settingsChanged'],
    estimated: ['estimatedBytes: shared layers count in every image, and the vault may hold some already'],
    requests: countRequests(source, before, { manifestRequests: 0, blobRequests: 0 }),
  }
}

/** Where there is no vault yet, everything is new. */
async function previousIn(store: Store, registryKey: string, run: Run): Promise<Previous> {
  try {
    return await readPrevious(await openVault(store, run.signal), registryKey, run)
  } catch (error) {
    if (!hasCode(error, 'vault-missing')) throw error
    return { entries: new Map(), shards: new Set(), state: async () => undefined }
  }
}

async function planRepository(
  source: Source,
  previous: Previous,
  repository: string,
  run: Run,
): Promise<RepositoryBackupPlan> {
  const state = await previous.state(repository)
  try {
    const listing = await source.images(repository, run.signal)
    const settings = await source.settings(repository, run.signal)
    const settingsChanged = state !== undefined && !sameSettings(state.settings, settings)
    return comparePlan(repository, state, listing, settingsChanged)
  } catch (error) {
    const { reason } = skippable(error, run)
    const nothing = { new: 0, known: 0, archived: 0, gone: 0 }
    const tags = { total: 0, added: 0, moved: 0, removed: 0 }
    return { repository, change: 'unreadable', reason, manifests: nothing, tags, settingsChanged: false }
  }
}

function comparePlan(
  repository: string,
  state: RepositoryState | undefined,
  listing: ListedImage[],
  settingsChanged: boolean,
): RepositoryBackupPlan {
  const rows = new Map(state?.manifests.map((row) => [row.digest, row]))
  const listed = new Set(listing.map((image) => image.digest))
  const children = new Set(state?.manifests.flatMap((row) => row.manifests))
  const fresh = listing.filter((image) => !rows.has(image.digest))
  const added = fresh.filter((image) => image.status === 'active')
  const manifests = {
    new: added.length,
    known: listing.length - fresh.length,
    archived: fresh.length - added.length,
    gone: [...rows.keys()].filter((digest) => !listed.has(digest) && !children.has(digest)).length,
  }
  const tags = compareTags(state, listing)
  const retouched = listing.some((image) => {
    const row = rows.get(image.digest)
    return row && (row.status !== image.status || row.pushedAt !== image.pushedAt)
  })
  const moved = added.length + manifests.gone + tags.added + tags.moved + tags.removed > 0
  const change = !state ? 'new' : moved || settingsChanged || retouched ? 'changed' : 'unchanged'
  const sized = added.every((image) => image.size !== undefined)
  const estimatedBytes = added.reduce((total, image) => total + (image.size ?? 0), 0)
  return { repository, change, manifests, tags, settingsChanged, ...(sized && { estimatedBytes }) }
}

function compareTags(
  state: RepositoryState | undefined,
  listing: ListedImage[],
): RepositoryBackupPlan['tags'] {
  const before = new Map(Object.entries(state?.tags ?? {}))
  const now = new Map(listing.flatMap(({ digest, tags }) => tags.map((tag) => [tag, digest] as const)))
  const names = [...now.keys()]
  return {
    total: now.size,
    added: names.filter((tag) => !before.has(tag)).length,
    moved: names.filter((tag) => before.has(tag) && before.get(tag) !== now.get(tag)).length,
    removed: [...before.keys()].filter((tag) => !now.has(tag)).length,
  }
}

function totalsOf(plans: RepositoryBackupPlan[]): BackupPlan['totals'] {
  const sum = (pick: (plan: RepositoryBackupPlan) => number) =>
    plans.reduce((total, plan) => total + pick(plan), 0)
  const sized = plans.every((plan) => plan.estimatedBytes !== undefined || plan.change === 'unreadable')
  return {
    repositories: plans.length,
    manifestsNew: sum((plan) => plan.manifests.new),
    manifestsKnown: sum((plan) => plan.manifests.known),
    ...(sized && { estimatedBytes: sum((plan) => plan.estimatedBytes ?? 0) }),
  }
}
