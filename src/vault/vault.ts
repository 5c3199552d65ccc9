import { HoldfastError, hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { Store } from '../store/store.ts'
import { type VaultBlobs, vaultBlobs } from './blobs.ts'
import { type FindOptions, findSnapshot } from './find.ts'
import type { Capabilities, SnapshotRoot, VaultHeader } from './format.ts'
import { formatVersion, keys, type RepositoryState, type Shard, type ShardEntry } from './format.ts'
import { newId } from './identifier.ts'
import { type PackedDocuments, packedDocuments } from './packed.ts'
import { parseDocument, parseJson, plainText, readAll } from './read.ts'
import { type Runs, vaultRuns } from './runs.ts'
import { headerSchema, shardSchema, stateSchema } from './schemas.ts'
import { refuseNewer, type Snapshots, vaultSnapshots } from './snapshots.ts'
import { unconditional } from './unconditional.ts'

/** Where snapshots live. Everything that it hands out was checked against its name; everything it takes as well. */
export interface Vault {
  readonly store: Store
  readonly header: VaultHeader
  readonly blobs: VaultBlobs
  readonly states: PackedDocuments<RepositoryState>
  readonly shards: PackedDocuments<Shard>
  readonly snapshots: Snapshots & {
    find(idOrLatestOrTime: string, options?: FindOptions): Promise<SnapshotRoot>
  }
  readonly runs: Runs
  /** Name -> entry of every repository in the snapshot, sorted by name. */
  repositories(root: SnapshotRoot, signal?: AbortSignal): Promise<Map<string, ShardEntry>>
}

const headerLimit = 64 * 1024

/** Throws `vault-missing`, `vault-damaged` or `vault-format-newer` when there is no vault that can be used. */
export async function openVault(store: Store, signal?: AbortSignal): Promise<Vault> {
  const bytes = await readAll(store, keys.header, headerLimit, signal)
  if (!bytes) throw missing(store.url)
  const input = parseJson(keys.header, bytes)
  refuseNewer(keys.header, input)
  return vaultOver(store, parseDocument(keys.header, headerSchema, input))
}

/**
 * Makes a vault in an empty place. Where one exists already, that one is opened: two at once make one vault.
 * `vault-missing` when the place holds something else: a folder full of other things is not adopted.
 */
export async function initVault(store: Store, run: Run): Promise<Vault> {
  await refuseOtherThings(store, run.signal)
  const now = run.clock.now()
  const header: VaultHeader = {
    schema: 'holdfast.vault/1',
    format: formatVersion,
    id: newId(),
    createdAt: now.toISOString(),
    capabilities: await probe(store, run.signal),
  }
  const text = plainText(header)
  const ifAbsent = header.capabilities.conditionalCreate
  await store.put(keys.header, text, { size: text.byteLength, ifAbsent, signal: run.signal })
  return openVault(store, run.signal)
}

export async function openOrInitVault(store: Store, run: Run): Promise<Vault> {
  try {
    return await openVault(store, run.signal)
  } catch (error) {
    if (!hasCode(error, 'vault-missing')) throw error
    return initVault(store, run)
  }
}

/** The vault in a store, by a header that was read. */
export function vaultOver(given: Store, header: VaultHeader): Vault {
  const store = header.capabilities.conditionalCreate ? given : unconditional(given)
  const snapshots = vaultSnapshots(store)
  const shards = packedDocuments(store, keys.shard, shardSchema)
  return {
    store,
    header,
    blobs: vaultBlobs(store),
    states: packedDocuments(store, keys.state, stateSchema),
    shards,
    snapshots: { ...snapshots, find: (wanted, options) => findSnapshot(snapshots, wanted, options) },
    runs: vaultRuns(store),
    repositories: (root, signal) => repositoriesOf(shards, root, signal),
  }
}

async function repositoriesOf(
  shards: PackedDocuments<Shard>,
  root: SnapshotRoot,
  signal?: AbortSignal,
): Promise<Map<string, ShardEntry>> {
  const entries: [string, ShardEntry][] = []
  for (const name of root.shards) {
    const shard = await shards.read(name, signal)
    entries.push(...Object.entries(shard.repositories))
  }
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const ownKeys = /^(holdfast\.json$|(blobs|states|shards|snapshots|runs|gc|holds)\/)/

async function refuseOtherThings(store: Store, signal: AbortSignal): Promise<void> {
  for await (const { key } of store.list('', signal)) {
    if (ownKeys.test(key)) continue
    throw new HoldfastError('vault-missing', {
      what: `${store.url} is not a vault, and not empty either`,
      why: `It holds ${key}, which is not Holdfast's.`,
      next: 'Name an empty place, or a folder or prefix that does not exist yet.',
    })
  }
}

/**
 * Asks the store twice to create the same key: whether the second is refused decides how prune may work. Its removal is
 * a plain delete, which leaves a few bytes behind where versions are kept: removing those takes another permission.
 */
async function probe(store: Store, signal: AbortSignal): Promise<Capabilities> {
  const key = `runs/probe-${newId()}`
  const options = { ifAbsent: true, signal }
  try {
    await store.put(key, plainText({ probe: 1 }), options)
    const conditionalCreate = (await store.put(key, plainText({ probe: 2 }), options)) === 'exists'
    const { version = 'null' } = (await store.head(key, signal)) ?? {}
    return { conditionalCreate, ...(version !== 'null' && { versions: true }) }
  } catch (error) {
    if (hasCode(error, 'store-unsupported')) return { conditionalCreate: false }
    throw error
  } finally {
    await store.delete(key, signal)
  }
}

function missing(url: string): HoldfastError {
  return new HoldfastError('vault-missing', {
    what: `There is no vault at ${url}`,
    why: 'It has no holdfast.json.',
    next: 'Name the place of your backups with --vault or in holdfast.yaml; `holdfast backup` makes a new vault.',
  })
}
