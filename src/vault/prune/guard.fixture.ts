import type { Store } from '../../store/store.ts'
import { versioned } from '../../store/wrappers.ts'
import { keys, type SnapshotRoot } from '../format.ts'
import { tombstoneSchema } from '../schemas.ts'
import { type Vault, vaultOver } from '../vault.ts'

/**
 * A store that looks at every instant whether a snapshot lacks something: at its commit everything that it needs must be
 * there, and while it is there nothing of it may be deleted. Throws at the write that breaks it.
 */
export function guarded(inner: Store, header: Vault['header'], broken: string[]): Store {
  const vault = vaultOver(inner, header)
  const needs = new Map<string, Set<string>>()
  const goes = (key: string) => {
    if (needs.delete(key) && ![...needs.keys()].some((other) => registryOf(other) === registryOf(key)))
      broken.push(`${key} was the last snapshot of its registry`)
    for (const [root, wanted] of needs)
      if (wanted.has(key)) broken.push(`${key} was deleted, ${root} needs it`)
  }
  return {
    url: inner.url,
    close: async () => {},
    get: (...given) => inner.get(...given),
    head: (...given) => inner.head(...given),
    list: (...given) => inner.list(...given),
    put: async (key, body, options) => {
      const answer = await inner.put(key, body, options)
      if (answer === 'created' && key.startsWith('snapshots/') && body instanceof Uint8Array) {
        const document: unknown = JSON.parse(Buffer.from(body).toString())
        if (!tombstoneSchema.safeParse(document).success) {
          const wanted = await closure(vault, document as SnapshotRoot).catch(() => undefined)
          if (!wanted) broken.push(`${key} was committed and does not resolve`)
          for (const need of wanted ?? []) {
            if (!(await inner.head(need))) broken.push(`${key} was committed without ${need}`)
          }
          needs.set(key, wanted ?? new Set())
        }
      }
      return answer
    },
    delete: async (key, signal) => {
      goes(key)
      await inner.delete(key, signal)
    },
    ...versioned(inner),
    ...(inner.deleteVersion && {
      deleteVersion: async (key: string, version: string, signal?: AbortSignal) => {
        if ((await inner.head(key))?.version === version) goes(key)
        await inner.deleteVersion?.(key, version, signal)
      },
    }),
  }
}

const registryOf = (key: string) => key.split('/')[1]

async function closure(vault: Vault, root: SnapshotRoot): Promise<Set<string>> {
  const wanted = new Set(root.shards.map(keys.shard))
  for (const { state } of (await vault.repositories(root)).values()) {
    wanted.add(keys.state(state))
    const { blobs, manifests } = await vault.states.read(state)
    for (const { digest } of [...blobs, ...manifests]) wanted.add(keys.blob(digest))
  }
  return wanted
}
