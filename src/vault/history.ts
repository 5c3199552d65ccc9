import type { Digest } from '../core/digest.ts'
import { HoldfastError } from '../core/errors.ts'
import { inParallel } from '../core/parallel.ts'
import type { Run } from '../core/run.ts'
import { damaged, reasonOfDamage } from './damage.ts'
import { keys, type SnapshotRoot } from './format.ts'
import { keyOfRoot } from './snapshots.ts'
import type { Vault } from './vault.ts'

export interface HistoryOptions {
  repository: string
  /** Only this tag. */
  tag?: string
  /** Key or URL of the registry, where snapshots of several hold the repository. */
  registry?: string
}

/** What one snapshot says of the repository. */
export interface Moment {
  snapshot: string
  time: string
  /** The snapshot lacks nothing, or says what. */
  complete: boolean
  /** Whether the snapshot has the repository. */
  present: boolean
  tags: number
  manifests: number
  /** Where the tag that was asked for pointed; absent when there was no such tag. */
  digest?: Digest
}

export interface TagChange {
  tag: string
  /** The first snapshot that shows it; it happened between the one before and this one. */
  snapshot: string
  time: string
  /** Absent: the tag did not exist before. */
  from?: Digest
  /** Absent: the tag was gone. */
  to?: Digest
}

export interface HistoryReport {
  schema: 'holdfast.history/1'
  registry: string
  /** Law 9: the snapshots were made from the sandbox. */
  simulated: boolean
  repository: string
  tag?: string
  /** Every snapshot of the registry that could be read, oldest first. */
  moments: Moment[]
  /** Oldest first. The first snapshot's tags are changes from nothing. */
  changes: TagChange[]
  /** Roots, shards and states that could not be read: what they said is not in here. */
  unreadable: { key: string; reason: string }[]
}

interface Seen {
  tags: Record<string, Digest>
  manifests: number
}

const readsAtOnce = 8

/** Which digest each tag of a repository had in each snapshot, and when it changed. Reads states, never a blob. */
export async function historyOf(vault: Vault, options: HistoryOptions, run: Run): Promise<HistoryReport> {
  const { snapshots, unreadable } = await vault.snapshots.list(undefined, run.signal)
  const { registry } = options
  const wanted = snapshots.filter(
    (root) => !registry || root.registry.key === registry || root.registry.url === registry,
  )
  const named = await stateNames(vault, wanted, { repository: options.repository, unreadable }, run)
  const roots = ofOneRegistry(wanted, named, { ...options, unreadable })
  const states = await readStates(vault, named, unreadable, run)
  const seen = roots
    .filter((root) => named.has(root) || !unreadable.some(({ key }) => isOf(root, key)))
    .map((root) => ({ root, seen: states.get(named.get(root) ?? ''), name: named.get(root) }))
    .filter(({ seen: state, name }) => state !== undefined || name === undefined)
  return {
    schema: 'holdfast.history/1',
    registry: roots[0]?.registry.url ?? '',
    simulated: roots.some((root) => root.registry.simulated),
    repository: options.repository,
    ...(options.tag !== undefined && { tag: options.tag }),
    moments: seen.map((each) => momentOf(each, options.tag)),
    changes: changesIn(seen, options.tag),
    unreadable,
  }
}

function isOf(root: SnapshotRoot, key: string): boolean {
  return key === keyOfRoot(root) || root.shards.some((name) => keys.shard(name) === key)
}

/** Snapshot -> name of its state of the repository. A shard is read once, however many snapshots share it. */
async function stateNames(
  vault: Vault,
  roots: readonly SnapshotRoot[],
  wanted: { repository: string; unreadable: HistoryReport['unreadable'] },
  run: Run,
): Promise<Map<SnapshotRoot, string>> {
  const found = new Map<string, string>()
  await inParallel(new Set(roots.flatMap((root) => root.shards)), readsAtOnce, async (name) => {
    try {
      const entry = (await vault.shards.read(name, run.signal)).repositories[wanted.repository]
      if (entry) found.set(name, entry.state)
    } catch (error) {
      wanted.unreadable.push({ key: keys.shard(name), reason: reasonOfDamage(error) })
    }
  })
  const named = new Map<SnapshotRoot, string>()
  for (const root of roots) {
    const shard = root.shards.find((name) => found.has(name))
    const state = shard && found.get(shard)
    if (state) named.set(root, state)
  }
  return named
}

async function readStates(
  vault: Vault,
  named: ReadonlyMap<SnapshotRoot, string>,
  unreadable: HistoryReport['unreadable'],
  run: Run,
): Promise<Map<string, Seen>> {
  const states = new Map<string, Seen>()
  await inParallel(new Set(named.values()), readsAtOnce, async (name) => {
    try {
      const { tags, manifests } = await vault.states.read(name, run.signal)
      states.set(name, { tags, manifests: manifests.length })
    } catch (error) {
      unreadable.push({ key: keys.state(name), reason: reasonOfDamage(error) })
    }
  })
  return states
}

/** Two registries may have repositories of the same name; their histories are not one. */
function ofOneRegistry(
  roots: readonly SnapshotRoot[],
  named: ReadonlyMap<SnapshotRoot, string>,
  { repository, unreadable }: HistoryOptions & Pick<HistoryReport, 'unreadable'>,
): SnapshotRoot[] {
  const registries = new Set([...named.keys()].map((root) => root.registry.key))
  const [only] = registries
  const [bad] = unreadable
  if (only === undefined && bad) throw damaged(bad.key, bad.reason)
  if (only === undefined) {
    throw new HoldfastError('nothing-matches', {
      what: `No snapshot has a repository called ${JSON.stringify(repository)}.`,
      next: '`holdfast snapshots latest` lists the repositories of the newest one.',
    })
  }
  if (registries.size > 1) {
    throw new HoldfastError('usage', {
      what: `Several registries in the vault have a repository called ${JSON.stringify(repository)}.`,
      next: `Name one of them with --from: ${[...registries].slice(0, 10).join(', ')}.`,
    })
  }
  return roots.filter((root) => root.registry.key === only)
}

interface SeenIn {
  root: SnapshotRoot
  seen: Seen | undefined
}

function momentOf({ root, seen }: SeenIn, tag: string | undefined): Moment {
  const digest = tag === undefined ? undefined : ownTag(seen?.tags, tag)
  return {
    snapshot: root.id,
    time: root.time,
    complete: root.complete,
    present: seen !== undefined,
    tags: Object.keys(seen?.tags ?? {}).length,
    manifests: seen?.manifests ?? 0,
    ...(digest && { digest }),
  }
}

function changesIn(seen: readonly SeenIn[], wanted: string | undefined): TagChange[] {
  const changes: TagChange[] = []
  let before: Record<string, Digest> = {}
  for (const { root, seen: now } of seen) {
    const after = now?.tags ?? {}
    const tags = wanted === undefined ? [...Object.keys(before), ...Object.keys(after)] : [wanted]
    for (const tag of [...new Set(tags)].sort()) {
      const [from, to] = [ownTag(before, tag), ownTag(after, tag)]
      if (from === to) continue
      changes.push({ tag, snapshot: root.id, time: root.time, ...(from && { from }), ...(to && { to }) })
    }
    before = after
  }
  return changes
}

/** A tag may be called `constructor`. */
function ownTag(tags: Record<string, Digest> | undefined, tag: string): Digest | undefined {
  return tags && Object.hasOwn(tags, tag) ? tags[tag] : undefined
}
