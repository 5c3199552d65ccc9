import { plural } from '../core/bytes.ts'
import type { Digest } from '../core/digest.ts'
import { hasCode } from '../core/errors.ts'
import { matchesAny } from '../core/glob.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { selectNames } from '../core/select.ts'
import { expectListeners } from '../core/stop.ts'
import type { ManifestRow, RepositorySettings, RepositoryState, ShardEntry } from '../vault/format.ts'
import { type Chosen, chooseImages, choosesImages, namedBy, narrowed, refuseUnmatched } from './choose.ts'
import { foreseeExpiry, type LifecyclePolicies } from './expiry.ts'
import { blockedBy, byPush, restoreOrder } from './order.ts'
import { secondsFor } from './pace.ts'
import { registryPlanFor } from './registry-settings.ts'
import { targetNames } from './rename.ts'
import type {
  NotRestored,
  RepositoryRestorePlan,
  RestoreOptions,
  RestorePlan,
  Route,
  TagConflict,
} from './report.ts'
import {
  creationSettings,
  encryptionWarning,
  isImmutableTag,
  planSettings,
  refuseForeignKey,
} from './settings.ts'
import { tagsAlong } from './tags-along.ts'
import type { RepositoryContents } from './target.ts'

interface PlannedRepository {
  plan: RepositoryRestorePlan
  conflicts: TagConflict[]
  notRestored: NotRestored[]
  warnings: string[]
  /** What the target has of it already, archived images too. */
  present: ReadonlySet<Digest>
  /** Requests that put a manifest or a tag; most tags go along with their manifest. */
  puts: number
}

/** What a restore would do, as data. Reads the vault's states and the target's listings; changes nothing. */
export async function planRestore(route: Route, options: RestoreOptions, run: Run): Promise<RestorePlan> {
  expectListeners(run.signal)
  const { snapshot, target } = route
  refuseForeignKey(options.kmsKey, target.identity)
  const { planned, damaged, matched } = await planAll(route, options, run)
  const lacking = lackingIn(route, options)
  if (damaged.length === 0) refuseUnmatched(options, [...matched, ...lacking.map((each) => each.digest)])
  const registry = options.registrySettings ? await registryPlanFor(route, run) : undefined
  const { concurrency: _, ...asked } = options
  const repositories = planned.map(({ plan }) => plan)
  const totals = totalsOf(repositories)
  return {
    schema: 'holdfast.restore-plan/1',
    snapshot: pick(snapshot),
    target: target.identity,
    overwriteTags: options.overwriteTags === true,
    options: asked,
    repositories,
    ...(registry && { registrySettings: { changes: registry.changes } }),
    conflicts: planned.flatMap((each) => each.conflicts),
    notRestored: [
      ...lacking.filter((each) => !isPresent(planned, each)),
      ...damaged,
      ...planned.flatMap((each) => each.notRestored),
    ],
    warnings: [
      ...generalWarnings(route),
      ...(registry?.warnings ?? []),
      ...planned.flatMap((each) => each.warnings),
    ],
    totals,
    estimatedSeconds: secondsFor(
      { puts: planned.reduce((sum, { puts }) => sum + puts, 0), uploads: totals.blobs },
      target,
    ),
  }
}

/** An archived image that the snapshot lacks is no loss where the target still has it. */
function isPresent(planned: readonly PlannedRepository[], { repository, digest }: NotRestored): boolean {
  return planned.some(({ plan, present }) => plan.repository === repository && digest && present.has(digest))
}

/** The chosen repositories by name, those whose state is damaged, and which tags and digests were found. */
async function planAll(route: Route, options: RestoreOptions, run: Run) {
  const entries = entriesFor(route, await route.vault.repositories(route.snapshot, run.signal), options, run)
  const names = targetNames(
    entries.map(([name]) => name),
    options,
  )
  run.progress.phase('planning', { items: entries.length })
  const planned: PlannedRepository[] = []
  const damaged: NotRestored[] = []
  const matched = new Set<string>()
  await inParallel(entries, 8, async ([name, entry]) => {
    const state = await readState(route, entry, run)
    const into = names.get(name) ?? name
    if ('reason' in state) damaged.push({ kind: 'damaged', repository: name, reason: state.reason })
    else {
      for (const each of namedBy(options, state)) matched.add(each)
      const only = chooseImages(state, options)
      if (only || !choosesImages(options))
        planned.push(await planRepository(route, { name, into, entry, state, only, options }, run))
    }
    run.progress.advance({ items: 1 })
  })
  planned.sort((a, b) => (a.plan.repository < b.plan.repository ? -1 : 1))
  return { planned, damaged, matched }
}

function entriesFor(
  { snapshot }: Route,
  all: ReadonlyMap<string, ShardEntry>,
  options: RestoreOptions,
  { log }: Run,
): [string, ShardEntry][] {
  // What the snapshot only lacks was asked for by a right name all the same.
  const lacking = snapshot.skipped.map(({ repository }) => repository).filter((name) => name !== '*')
  const names = [...new Set([...all.keys(), ...lacking])]
  const wanted = new Set(selectNames(options.repositories, names, { where: `snapshot ${snapshot.id}`, log }))
  return [...all].filter(([name]) => wanted.has(name))
}

function pick({ id, time, complete, registry }: Route['snapshot']): RestorePlan['snapshot'] {
  return { id, time, complete, registry }
}

/** A damaged state costs its repository only. */
async function readState(
  { vault }: Route,
  entry: ShardEntry,
  run: Run,
): Promise<RepositoryState | { reason: string }> {
  try {
    return await vault.states.read(entry.state, run.signal)
  } catch (error) {
    if (!hasCode(error, 'vault-damaged')) throw error
    return { reason: `${error.message}. ${error.why ?? ''}`.trim() }
  }
}

interface WantedRepository {
  name: string
  into: string
  entry: ShardEntry
  state: RepositoryState
  only: Chosen | undefined
  options: RestoreOptions
}

async function planRepository(
  { snapshot, target }: Route,
  wanted: WantedRepository,
  run: Run,
): Promise<PlannedRepository> {
  const { name, into, entry, only, options } = wanted
  const state = narrowed(wanted.state, only)
  const found = await target.settings(into, run.signal)
  const contents = found ? await target.contents(into, run.signal) : nothing()
  const work = manifestWork(state, contents.digests)
  const tags = tagWork(state, contents.tags, work.blocked)
  const settings = planSettings(state.settings, found, options.settings ?? 'fill')
  const places = { from: snapshot.registry, to: target.identity }
  const archive = toArchive(state, work, contents)
  const policies = policiesOf(target, { set: settings.settings, found })
  const expected = { state, contents, manifests: work.manifests, tags, archive, policies }
  const expiry = foreseeExpiry(expected, run.clock.now())
  const creation = found ? undefined : creationSettings(state.settings, places, options)
  const plan: RepositoryRestorePlan = {
    repository: name,
    into,
    state: entry.state,
    ...(only && { only }),
    ...(creation && { create: creation.settings }),
    blobs: work.blobs,
    manifests: work.manifests.map(({ digest, mediaType, size }) => ({ digest, mediaType, size })),
    manifestsPresent: state.manifests.length - work.manifests.length - work.blocked.size,
    tags,
    archive,
    settings: settings.settings,
    ...(expiry.expires.length > 0 && { expires: expiry.expires }),
  }
  const notices = [
    ...(found ? encryptionWarning(state.settings, found) : []),
    ...(creation?.warnings ?? []),
    ...settings.warnings,
    ...expiry.warnings,
  ]
  return {
    plan,
    conflicts: conflictsIn(plan, found, options),
    notRestored: work.notRestored.map((each) => ({ ...each, repository: name })),
    warnings: notices.map((notice) => `${into}: ${notice}.`),
    present: contents.digests,
    puts: putsFor(plan, state),
  }
}

/** Requests that put a manifest or a tag. */
function putsFor({ manifests, tags }: RepositoryRestorePlan, state: RepositoryState): number {
  return manifests.length + tags.length - tagsAlong(manifests, rowsOf(state), tags).size
}

/** A registry without settings of its own has no lifecycle policies either. */
function policiesOf(
  target: Route['target'],
  { set, found }: { set: RepositorySettings; found: RepositorySettings | undefined },
): LifecyclePolicies {
  return target.registrySettings ? { set: set.lifecyclePolicy, found: found?.lifecyclePolicy } : {}
}

function rowsOf(state: RepositoryState): Map<Digest, ManifestRow> {
  return new Map(state.manifests.map((row) => [row.digest, row]))
}

function nothing(): RepositoryContents {
  return { digests: new Set(), tags: new Map() }
}

/**
 * What is sent now, and what a restore that was interrupted had sent: it is active and younger than its push in the
 * snapshot. One that somebody has activated since is as old as it was, and stays active.
 */
function toArchive(
  state: RepositoryState,
  { blocked, manifests }: Pick<ReturnType<typeof manifestWork>, 'blocked' | 'manifests'>,
  { activeSince }: RepositoryContents,
): Digest[] {
  const sent = new Set(manifests.map((row) => row.digest))
  const pushedAgain = ({ digest, pushedAt = '' }: ManifestRow) => {
    const since = activeSince?.get(digest)
    return since !== undefined && Date.parse(since) > (Date.parse(pushedAt) || 0)
  }
  return state.manifests
    .filter((row) => row.status === 'archived' && !blocked.has(row.digest))
    .filter((row) => sent.has(row.digest) || pushedAgain(row))
    .map((row) => row.digest)
}

/** Manifests and blobs that have to go, in order, and those that cannot. */
function manifestWork(state: RepositoryState, present: Set<Digest>) {
  const absent = state.manifests.filter((row) => !present.has(row.digest))
  const blocked = blockedBy(state.manifests, new Set())
  for (const digest of present) blocked.delete(digest)
  const manifests = restoreOrder(absent).filter((row) => !blocked.has(row.digest))
  const there = new Set(state.manifests.filter((row) => present.has(row.digest)).flatMap((row) => row.blobs))
  const needed = new Set(manifests.flatMap((row) => row.blobs).filter((digest) => !there.has(digest)))
  const blobs = state.blobs
    .filter((row) => needed.has(row.digest))
    .map(({ digest, size }) => ({ digest, size }))
  const notRestored = [
    ...[...blocked].map(([digest, lacking]) => ({
      kind: 'missing' as const,
      digest,
      reason: `It needs ${lacking}, which the snapshot does not have.`,
    })),
    ...absent.filter((row) => row.external?.length).map(externalIn),
  ]
  return { blocked, manifests, blobs, notRestored }
}

function externalIn(row: ManifestRow) {
  const reason = `Restored, but without its foreign layers, which no registry holds: ${row.external?.join(', ')}`
  return { kind: 'external' as const, digest: row.digest, reason }
}

/** Tags that do not point where they should, oldest image first. */
function tagWork(state: RepositoryState, found: Map<string, Digest>, blocked: Map<Digest, Digest>) {
  const rows = rowsOf(state)
  return Object.entries(state.tags)
    .filter(([tag, digest]) => found.get(tag) !== digest && !blocked.has(digest))
    .map(([tag, digest]) => ({ tag, digest, row: rows.get(digest), from: found.get(tag) }))
    .sort((a, b) => (a.row && b.row && a.row !== b.row ? byPush(a.row, b.row) : a.tag < b.tag ? -1 : 1))
    .map(({ tag, digest, from }) => ({ tag, digest, ...(from && { from }) }))
}

function conflictsIn(
  plan: RepositoryRestorePlan,
  found: RepositorySettings | undefined,
  options: RestoreOptions,
): TagConflict[] {
  const conflicts: TagConflict[] = []
  for (const { tag, digest, from } of plan.tags) {
    if (!from) continue
    const kind = isImmutableTag(found, tag) ? 'immutable' : 'differs'
    if (kind === 'immutable' || !options.overwriteTags) {
      conflicts.push({ repository: plan.into, tag, wanted: digest, found: from, kind })
    }
  }
  return conflicts
}

/** What the snapshot itself says that it lacks, of the repositories that are restored. */
function lackingIn({ snapshot }: Route, options: RestoreOptions): NotRestored[] {
  return snapshot.skipped
    .filter(({ repository }) => repository !== '*' && matchesAny(options.repositories, repository))
    .filter(({ digest }) => !choosesImages(options) || (digest && options.digests?.includes(digest)))
    .map(({ repository, digest, code, reason }) => ({
      kind: code === 'image-archived' || code === 'image-activating' ? 'archived' : 'missing',
      repository,
      ...(digest && { digest }),
      reason: `Not in the snapshot: ${reason}`,
    }))
}

function generalWarnings({ snapshot, target }: Route): string[] {
  const warnings: string[] = []
  if (!snapshot.complete) {
    warnings.push(
      `Snapshot ${snapshot.id} is partial: ${plural(snapshot.skipped.length, 'thing')} could not be read when it was made.`,
    )
  }
  if (snapshot.registry.simulated !== target.identity.simulated) {
    const [from, to] = snapshot.registry.simulated
      ? ['the sandbox', 'a real registry']
      : ['a real registry', 'the sandbox']
    warnings.push(`The snapshot was made from ${from}; the target is ${to}.`)
  }
  return warnings
}

function totalsOf(plans: RepositoryRestorePlan[]): RestorePlan['totals'] {
  const sum = (count: (plan: RepositoryRestorePlan) => number) =>
    plans.reduce((total, plan) => total + count(plan), 0)
  const bytesIn = (rows: { size: number }[]) => rows.reduce((total, row) => total + row.size, 0)
  return {
    repositories: plans.length,
    create: plans.filter((plan) => plan.create).length,
    manifests: sum((plan) => plan.manifests.length),
    tags: sum((plan) => plan.tags.length),
    blobs: sum((plan) => plan.blobs.length),
    bytes: sum((plan) => bytesIn(plan.blobs) + bytesIn(plan.manifests)),
  }
}
