import { hasCode } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { expectListeners } from '../core/stop.ts'
import type { Store } from '../store/store.ts'
import { openVault } from '../vault/vault.ts'
import { comparePlan } from './compare-plan.ts'
import { estimateBackup } from './estimate.ts'
import { skippable } from './job.ts'
import { type Previous, readPrevious } from './previous.ts'
import type { BackupOptions, BackupPlan, RepositoryBackupPlan } from './report.ts'
import { countRequests } from './requests.ts'
import type { Source } from './source.ts'

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
  const wakes = options.restoreArchived === true && source.moveImage !== undefined
  run.progress.phase('planning', { items: all.length })
  await inParallel(
    selectNames(options.repositories, all, { where: source.identity.url, log: run.log }),
    8,
    async (name) => {
      plans.push(await planRepository({ source, previous, wakes }, name, run))
      run.progress.advance({ items: 1 })
    },
  )
  plans.sort((a, b) => (a.repository < b.repository ? -1 : 1))
  const { root } = previous
  const totals = totalsOf(plans)
  const requests = countRequests(source, before, { manifestRequests: 0, blobRequests: 0 })
  return {
    schema: 'holdfast.backup-plan/1',
    registry: source.identity,
    ...(root && { parent: { id: root.id, time: root.time, complete: root.complete } }),
    repositories: plans,
    repositoriesGone: [...previous.entries.keys()].filter((name) => !all.includes(name)),
    totals,
    exact: ['repositories', 'manifests', 'tags', 'settingsChanged'],
    estimated: [
      'estimatedBytes: shared layers count in every image, and the vault may hold some already',
      'estimate.blobs: no manifest was read; from the blobs of each manifest in the newest snapshot, else 4',
      'estimate.seconds: at the least, at the rates and the line speed that are named',
    ],
    estimate: estimateBackup(source, {
      repositories: plans,
      totals,
      asked: requests.byOperation,
      before: root?.totals,
      storeUrl: store.url,
    }),
    requests,
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
  { source, previous, wakes }: { source: Source; previous: Previous; wakes: boolean },
  repository: string,
  run: Run,
): Promise<RepositoryBackupPlan> {
  const state = await previous.state(repository)
  try {
    const listing = await source.images(repository, run.signal)
    const settings = await source.settings(repository, run.signal)
    return comparePlan({ repository, state, listing, settings, wakes })
  } catch (error) {
    const { reason } = skippable(error, run)
    const nothing = { new: 0, known: 0, archived: 0, woken: 0, gone: 0 }
    const tags = { total: 0, added: 0, moved: 0, removed: 0 }
    return { repository, change: 'unreadable', reason, manifests: nothing, tags, settingsChanged: false }
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
