import type { Store, StoredVersion } from '../../store/store.ts'

/** Removes an object, for good also where versions are kept: a plain delete there would only hide it, and free nothing. */
export type Erase = (key: string) => Promise<void>

export function eraser(store: Store, keepsVersions: boolean): Erase {
  if (!keepsVersions) return (key) => store.delete(key)
  return async (key) => {
    for await (const each of oldestFirst(store, key)) {
      if (each.key === key) await removeVersion(store, key, each.version)
    }
  }
}

/** A list may come from the time when the bucket kept versions, or from another store: then the key is all there is. */
export async function removeVersion(store: Store, key: string, version: string): Promise<void> {
  if (store.deleteVersion) await store.deleteVersion(key, version)
  else await store.delete(key)
}

async function* oldestFirst(store: Store, key: string): AsyncGenerator<StoredVersion> {
  for await (const group of versionsByKey(store, key)) yield* group.reverse()
}

/** The versions of each key under a prefix, the one that counts first. */
export async function* versionsByKey(
  store: Store,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<StoredVersion[]> {
  let group: StoredVersion[] = []
  for await (const each of store.versions?.(prefix, signal) ?? []) {
    if (group[0] && group[0].key !== each.key) {
      yield group
      group = []
    }
    group.push(each)
  }
  if (group.length > 0) yield group
}
