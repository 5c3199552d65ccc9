import type { Digest } from '../core/digest.ts'
import { allSettled } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import type { ManifestRow, RepositoryState } from '../vault/format.ts'
import { narrowed } from './choose.ts'
import { tagReferrers } from './referrer-tags.ts'
import type { NotRestored, PlannedTag, RepositoryRestorePlan, RestorePlan, Route } from './report.ts'
import type { BlobSender } from './send-blobs.ts'
import { imageSetback, type Setback } from './setback.ts'
import { tagsAlong } from './tags-along.ts'

export interface RestoreWork {
  route: Route
  plan: RestorePlan
  run: Run
  sender: BlobSender
  counts: { manifests: number; tags: number; referrerTags: number }
  notRestored: NotRestored[]
}

/** One repository on its way. */
interface Restoring {
  plan: RepositoryRestorePlan
  rows: Map<Digest, ManifestRow>
  state: RepositoryState
  fresh: boolean
  present: { digests: Set<Digest>; tags: Map<string, Digest> }
  /** Tags that went along with their manifest. */
  tagged: Set<string>
  /** Blobs and manifests that did not get there, and why. */
  lost: Map<Digest, Setback>
}

/** In the order of the design: repository, blobs, manifests, tags, archive, settings. */
export async function restoreRepository(work: RestoreWork, plan: RepositoryRestorePlan): Promise<void> {
  const restoring = await enter(work, plan)
  await sendBlobs(work, restoring)
  await putManifests(work, restoring)
  work.sender.committed(
    plan.into,
    restoring.state.blobs.map((row) => row.digest).filter((d) => !restoring.lost.has(d)),
  )
  await setTags(work, restoring)
  await listReferrers(work, restoring)
  await archiveAgain(work, restoring)
  await applySettings(work, plan)
}

/** The plan may be older than the target: what is there is looked at again. */
async function enter({ route, run }: RestoreWork, plan: RepositoryRestorePlan): Promise<Restoring> {
  const { target, vault } = route
  const state = narrowed(await vault.states.read(plan.state, run.signal), plan.only)
  const rows = new Map(state.manifests.map((row) => [row.digest, row]))
  const missing = plan.create !== undefined && (await target.settings(plan.into, run.signal)) === undefined
  const fresh = missing && (await target.createRepository(plan.into, plan.create ?? {}, run.signal))
  const present = fresh
    ? { digests: new Set<Digest>(), tags: new Map() }
    : await target.contents(plan.into, run.signal)
  return { plan, rows, state, fresh, present, tagged: new Set(), lost: new Map() }
}

async function sendBlobs({ sender, run }: RestoreWork, restoring: Restoring): Promise<void> {
  const { plan, fresh, lost } = restoring
  await allSettled(
    plan.blobs.map(async (blob) => {
      try {
        await sender.send({ repository: plan.into, fresh, ...blob })
      } catch (error) {
        lost.set(blob.digest, imageSetback(error, run))
      }
    }),
  )
}

/** One after the other: the order of the pushes is what lifecycle rules will see, and PutImage is slow anyway. */
async function putManifests(work: RestoreWork, restoring: Restoring): Promise<void> {
  const { plan, rows, present, lost } = restoring
  const missing = plan.manifests.filter(({ digest }) => !present.digests.has(digest))
  const along = tagsAlong(missing, rows, plan.tags)
  for (const { digest, mediaType } of missing) {
    const row = rows.get(digest)
    if (!row) continue
    const lacking = [...row.blobs, ...row.manifests, ...(row.subject ? [row.subject] : [])].find((need) =>
      lost.has(need),
    )
    const why = lacking && {
      ...lost.get(lacking),
      reason: `It needs ${lacking}: ${lost.get(lacking)?.reason}`,
    }
    const failure =
      why ?? (await putWithTag(work, restoring, { digest, mediaType, planned: along.get(digest) }))
    if (failure) lose(work, restoring, digest, { kind: failure.kind ?? 'failed', reason: failure.reason })
  }
}

/** Where the two cannot go together, the manifest goes alone, and what is wrong with the tag shows at the end. */
async function putWithTag(
  work: RestoreWork,
  restoring: Restoring,
  { planned, ...manifest }: { digest: Digest; mediaType: string; planned: PlannedTag | undefined },
): Promise<Setback | undefined> {
  const image = { repository: restoring.plan.into, ...manifest }
  if (planned && !tagMoved(work, restoring, planned)) {
    const { tag } = planned
    const failure = await putManifest(work, { ...image, tag })
    if (!failure) {
      restoring.tagged.add(tag)
      work.counts.manifests++
      work.run.progress.advance({ items: 1 })
    }
    if (!failure || failure.kind === 'damaged') return failure
  }
  return putManifest(work, image)
}

async function putManifest(
  { route, run, counts }: RestoreWork,
  manifest: { repository: string; digest: Digest; mediaType: string; tag?: string },
): Promise<Setback | undefined> {
  const { repository, ...rest } = manifest
  try {
    const bytes = await route.vault.blobs.getBytes(manifest.digest, run.signal)
    await route.target.putManifest(repository, { ...rest, bytes }, run.signal)
    if (manifest.tag === undefined) counts.manifests++
    else counts.tags++
    run.progress.advance({ items: 1 })
    return undefined
  } catch (error) {
    return imageSetback(error, run)
  }
}

function lose(work: RestoreWork, { plan, lost }: Restoring, digest: Digest, why: Setback): void {
  lost.set(digest, why)
  work.notRestored.push({ ...why, repository: plan.repository, digest })
}

async function setTags(work: RestoreWork, restoring: Restoring): Promise<void> {
  const { plan, present, tagged, lost } = restoring
  for (const planned of plan.tags) {
    if (
      tagged.has(planned.tag) ||
      lost.has(planned.digest) ||
      present.tags.get(planned.tag) === planned.digest
    )
      continue
    const failure = tagMoved(work, restoring, planned) ?? (await setTag(work, restoring, planned))
    if (!failure) continue
    const reason = `Tag ${planned.tag}: ${failure.reason}`
    work.notRestored.push({ kind: failure.kind, repository: plan.repository, digest: planned.digest, reason })
  }
}

function setTag(work: RestoreWork, { plan, rows }: Restoring, { tag, digest }: PlannedTag) {
  const mediaType = rows.get(digest)?.mediaType ?? ''
  return putManifest(work, { repository: plan.into, digest, mediaType, tag })
}

/** Since the plan was made somebody moved the tag: it is left alone, as the plan would have been refused for it. */
function tagMoved({ plan }: RestoreWork, { present }: Restoring, { tag, from }: PlannedTag) {
  const found = present.tags.get(tag)
  if (found === undefined || found === from || plan.overwriteTags) return undefined
  return {
    kind: 'failed' as const,
    reason: `it points to ${found} since the plan was made, and is left there`,
  }
}

/** After everything else of an image: whoever finds the list finds what it names. */
async function listReferrers({ route, run, counts, notRestored }: RestoreWork, restoring: Restoring) {
  const { plan, state, lost } = restoring
  const { written, failed } = await tagReferrers({ route, run, state, lost, into: plan.into })
  counts.referrerTags += written
  notRestored.push(...failed.map((each) => ({ ...each, repository: plan.repository })))
}

async function archiveAgain(work: RestoreWork, { plan, lost }: Restoring): Promise<void> {
  const { target } = work.route
  for (const digest of plan.archive) {
    if (!lost.has(digest)) await target.archive(plan.into, digest, work.run.signal)
  }
}

async function applySettings({ route, run }: RestoreWork, plan: RepositoryRestorePlan): Promise<void> {
  if (Object.keys(plan.settings).length > 0)
    await route.target.applySettings(plan.into, plan.settings, run.signal)
}
