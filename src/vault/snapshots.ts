import { createHash } from 'node:crypto'
import { HoldfastError, hasCode } from '../core/errors.ts'
import type { PutOptions, Store } from '../store/store.ts'
import { canonicalText } from './canonical.ts'
import { damaged, reasonOfDamage } from './damage.ts'
import { formatVersion, keys, type SnapshotRoot } from './format.ts'
import { isOfTheFuture, type ListedRoot, timeIn } from './future.ts'
import { parseDocument, parseJson, plainText, readAll } from './read.ts'
import { rootSchema, tombstoneSchema } from './schemas.ts'

/** All roots of a vault, none silently left out. */
export interface SnapshotListing {
  /** Oldest first. */
  snapshots: SnapshotRoot[]
  /** Roots that cannot be read: damaged, in the wrong place, or of a newer format. */
  unreadable: { key: string; reason: string }[]
  /** Keys of runs that were revoked before they committed. */
  revoked: string[]
}

export interface Newest extends Pick<SnapshotListing, 'unreadable'> {
  root?: SnapshotRoot
  /** Keys of roots that are dated in the future, and so passed over. */
  future: string[]
}

export interface Snapshots {
  list(registryKey?: string, signal?: AbortSignal): Promise<SnapshotListing>
  /**
   * The newest readable root of a registry, complete or partial; what could not be read on the way is told. With `now`
   * roots of the future do not count.
   */
  newest(registryKey: string, signal?: AbortSignal, now?: Date): Promise<Newest>
  /** Oldest first, as `keys`, with the store's time of each. */
  listed(registryKey?: string, signal?: AbortSignal): Promise<ListedRoot[]>
  /** Keys only, oldest first: costs a listing and no reads. */
  keys(registryKey?: string, signal?: AbortSignal): Promise<string[]>
  /** The root at a key; 'revoked' for a tombstone. */
  read(key: string, signal?: AbortSignal): Promise<SnapshotRoot | 'revoked'>
  /**
   * Makes the snapshot visible: the last write of a run (law 5). Never overwrites. 'revoked' when a tombstone came
   * first. An answer that was lost is asked for again, so that it is never unknown whether the snapshot exists.
   */
  commit(root: SnapshotRoot, signal?: AbortSignal): Promise<'committed' | 'revoked'>
}

const rootLimit = 64 * 1024 * 1024

export function keyOfRoot(root: SnapshotRoot): string {
  return keys.root(root.registry.key, root.time, root.id)
}

export function vaultSnapshots(store: Store): Snapshots {
  const listed = (registryKey?: string, signal?: AbortSignal) => listedRoots(store, registryKey, signal)
  const keysOf = async (registryKey?: string, signal?: AbortSignal) =>
    (await listed(registryKey, signal)).map(({ key }) => key)
  const read = (key: string, signal?: AbortSignal) => readRoot(store, key, signal)
  return {
    read,
    keys: keysOf,
    listed,
    list: async (registryKey, signal) => {
      const listing: SnapshotListing = { snapshots: [], unreadable: [], revoked: [] }
      for (const key of await keysOf(registryKey, signal))
        await addRoot(listing, key, () => read(key, signal))
      return { ...listing, snapshots: oldestFirst(listing.snapshots) }
    },
    newest: async (registryKey, signal, now) =>
      newestOf(await listed(registryKey, signal), (key) => read(key, signal), now),
    commit: (root, signal) => commitRoot(store, root, { ifAbsent: true, ...(signal && { signal }) }),
  }
}

/**
 * The newest readable root among the given keys. Keys tell the second; of those that share one all are read, because
 * only the roots tell which came first.
 */
export async function newestOf(
  all: readonly ListedRoot[],
  read: (key: string) => Promise<SnapshotRoot | 'revoked'>,
  now?: Date,
): Promise<Newest> {
  const listing: SnapshotListing = { snapshots: [], unreadable: [], revoked: [] }
  const future = now ? all.filter((each) => isOfTheFuture(each, now)) : []
  const counted = all.filter((each) => !future.includes(each)).map(({ key }) => key)
  const byTime = counted.sort((a, b) => (timeIn(a) < timeIn(b) ? 1 : -1))
  for (const [at, key] of byTime.entries()) {
    await addRoot(listing, key, () => read(key))
    const next = byTime[at + 1]
    if (listing.snapshots.length > 0 && (!next || timeIn(next) !== timeIn(key))) break
  }
  const root = oldestFirst(listing.snapshots).at(-1)
  return { ...(root && { root }), unreadable: listing.unreadable, future: future.map(({ key }) => key) }
}

/** By time; of two that looked at the same moment, a child comes after its parent. */
function oldestFirst(roots: SnapshotRoot[]): SnapshotRoot[] {
  const byId = new Map(roots.map((root) => [root.id, root]))
  const generation = (root: SnapshotRoot): number => {
    let count = 0
    for (let at = parentOf(root); at && at.time === root.time && count < roots.length; at = parentOf(at))
      count++
    return count
  }
  const parentOf = (root: SnapshotRoot) => (root.parent === undefined ? undefined : byId.get(root.parent))
  const order = (a: SnapshotRoot, b: SnapshotRoot) =>
    a.time === b.time ? generation(a) - generation(b) : a.time < b.time ? -1 : 1
  return [...roots].sort(order)
}

async function addRoot(
  listing: SnapshotListing,
  key: string,
  read: () => Promise<SnapshotRoot | 'revoked'>,
): Promise<void> {
  try {
    const root = await read()
    if (root === 'revoked') listing.revoked.push(key)
    else listing.snapshots.push(root)
  } catch (error) {
    listing.unreadable.push({ key, reason: reasonOfDamage(error) })
  }
}

async function listedRoots(store: Store, registryKey?: string, signal?: AbortSignal): Promise<ListedRoot[]> {
  const found: ListedRoot[] = []
  for await (const { key, modified } of store.list(keys.snapshots(registryKey), signal)) {
    if (key.endsWith('.json')) found.push({ key, modified })
  }
  return found
}

async function readRoot(store: Store, key: string, signal?: AbortSignal): Promise<SnapshotRoot | 'revoked'> {
  const bytes = await readAll(store, key, rootLimit, signal)
  if (!bytes) throw damaged(key, 'It is missing.')
  const input = parseJson(key, bytes)
  if (tombstoneSchema.safeParse(input).success) return 'revoked'
  refuseNewer(key, input)
  const root = parseDocument(key, rootSchema, unsealed(key, input))
  if (keyOfRoot(root) !== key) throw damaged(key, 'It is not the snapshot that its name says.')
  return root
}

/** States and shards are named by their hash; a root carries it. Otherwise a bit that flips in a policy would be restored. */
function sealOf(root: object): string {
  return createHash('sha256')
    .update(canonicalText(JSON.parse(JSON.stringify(root))))
    .digest('hex')
}

/** The root without its hash, when that is right. */
function unsealed(key: string, input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('sha256' in input)) return input
  const { sha256, ...root } = input
  if (sha256 !== sealOf(root)) throw damaged(key, 'Its contents do not match the hash that it carries.')
  return root
}

/** Before the strict reading: a newer document may have any members. */
export function refuseNewer(key: string, input: unknown): void {
  const format = (input as { format?: unknown } | null)?.format
  if (typeof format !== 'number' || format <= formatVersion) return
  throw new HoldfastError('vault-format-newer', {
    what: `${key} has format ${format}; this Holdfast knows format ${formatVersion}.`,
    why: 'It was written by a newer Holdfast.',
    next: 'Use that version, or a later one.',
  })
}

async function commitRoot(
  store: Store,
  root: SnapshotRoot,
  options: PutOptions,
): Promise<'committed' | 'revoked'> {
  const key = keyOfRoot(root)
  const text = plainText({ ...root, sha256: sealOf(root) })
  try {
    const answer = await store.put(key, text, { ...options, size: text.byteLength })
    if (answer === 'created') return 'committed'
  } catch (error) {
    if (!hasCode(error, 'store-request-failed')) throw error
    const found = await readAll(store, key, rootLimit, options.signal)
    if (found?.equals(text)) return 'committed'
    throw error
  }
  const found = await readAll(store, key, rootLimit, options.signal)
  if (found?.equals(text)) return 'committed'
  if (found && tombstoneSchema.safeParse(parseJson(key, found)).success) return 'revoked'
  throw damaged(key, 'Another snapshot has the same name.')
}
