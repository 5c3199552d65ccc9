import { hasCode } from '../core/errors.ts'
import type { Run } from '../core/run.ts'
import type { RepositoryState, ShardEntry, SnapshotRoot } from '../vault/format.ts'
import { warnOfTheFuture } from '../vault/future.ts'
import type { Vault } from '../vault/vault.ts'

/** What the newest snapshot of this registry knows. Damage makes it know less, and so copy more; never fail. */
export interface Previous {
  readonly root?: SnapshotRoot
  /** Repository -> entry. */
  readonly entries: ReadonlyMap<string, ShardEntry>
  /** Names of its shards that could be read. */
  readonly shards: ReadonlySet<string>
  /** Undefined when the repository is new, or its state is damaged. */
  state(repository: string): Promise<RepositoryState | undefined>
}

export async function readPrevious(vault: Vault, registryKey: string, run: Run): Promise<Previous> {
  const now = run.clock.now()
  const { root, unreadable, future } = await vault.snapshots.newest(registryKey, run.signal, now)
  for (const { key, reason } of unreadable)
    run.log.warn(`${key} cannot be read and is passed over: ${reason}`)
  warnOfTheFuture(future, run.log)
  const entries = new Map<string, ShardEntry>()
  const shards = new Set<string>()
  for (const name of root?.shards ?? []) {
    const shard = await tolerant(vault.shards.read(name, run.signal), run)
    if (shard) shards.add(name)
    for (const [repository, entry] of Object.entries(shard?.repositories ?? {}))
      entries.set(repository, entry)
  }
  const state = async (repository: string) => {
    const entry = entries.get(repository)
    if (!entry) return undefined
    const found = await tolerant(vault.states.read(entry.state, run.signal), run)
    return found?.repository === repository ? found : undefined
  }
  return { ...(root && { root }), entries, shards, state }
}

async function tolerant<T>(reading: Promise<T>, run: Run): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (!hasCode(error, 'vault-damaged')) throw error
    run.log.warn(`${error.message}: ${error.why} What it described is read from the registry again.`)
    return undefined
  }
}
