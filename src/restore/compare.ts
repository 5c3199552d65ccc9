import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { narrowed } from './choose.ts'
import type { Difference, NotRestored, RepositoryRestorePlan, RestorePlan, Route } from './report.ts'
import { repositorySetback } from './setback.ts'

export interface Comparison {
  /** What the snapshot holds of the planned repositories and the target does not, by digest and by tag. */
  differences: Difference[]
  /** Repositories that could not be compared, and why. */
  unknown: NotRestored[]
}

export async function compareWithTarget(route: Route, plan: RestorePlan, run: Run): Promise<Comparison> {
  const differences: Difference[] = []
  const unknown: NotRestored[] = []
  run.progress.phase('comparing', { items: plan.repositories.length })
  await inParallel(plan.repositories, 8, async (repository) => {
    try {
      for (const found of await differencesIn(route, repository, run)) differences.push(found)
    } catch (error) {
      const { kind, reason } = repositorySetback(error, run)
      unknown.push({ kind, repository: repository.repository, reason: `It could not be compared: ${reason}` })
    }
    run.progress.advance({ items: 1 })
  })
  return { differences: differences.sort((a, b) => (key(a) < key(b) ? -1 : 1)), unknown }
}

async function differencesIn(
  { vault, target }: Route,
  plan: RepositoryRestorePlan,
  run: Run,
): Promise<Difference[]> {
  const state = narrowed(await vault.states.read(plan.state, run.signal), plan.only)
  const exists = (await target.settings(plan.into, run.signal)) !== undefined
  const there = exists ? await target.contents(plan.into, run.signal) : undefined
  const repository = plan.into
  const manifests = state.manifests
    .filter(({ digest }) => !there?.digests.has(digest))
    .map(({ digest }) => ({ repository, digest, found: 'missing' as const }))
  const tags = Object.entries(state.tags)
    .filter(([tag, digest]) => there?.tags.get(tag) !== digest)
    .map(([tag, digest]) => ({
      repository,
      tag,
      digest,
      found: there?.tags.get(tag) ?? ('missing' as const),
    }))
  return [...manifests, ...tags]
}

function key({ repository, tag, digest }: Difference): string {
  return `${repository}\n${tag ?? ''}\n${digest}`
}
