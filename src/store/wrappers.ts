import { HoldfastError } from '../core/errors.ts'
import { discard } from './chunks.ts'
import type { Store } from './store.ts'

/** What a store that can keep versions has besides, for a wrapper that changes nothing about it. */
export function versioned(store: Store): Pick<Store, 'versions' | 'deleteVersion'> {
  return {
    ...(store.versions && { versions: store.versions.bind(store) }),
    ...(store.deleteVersion && { deleteVersion: store.deleteVersion.bind(store) }),
  }
}

/** For commands that promise to change nothing: a write is a defect, and is stopped here. */
export function readOnly(store: Store): Store {
  const refuse = (what: string) => {
    throw new HoldfastError('internal', {
      what: `A command that only reads tried to ${what} in ${store.url}.`,
      next: 'Report this: it is a defect in Holdfast. Nothing was changed.',
    })
  }
  return {
    url: store.url,
    put: async (key, body) => {
      discard(body)
      return refuse(`write ${key}`)
    },
    delete: async (key) => refuse(`delete ${key}`),
    get: (key, options) => store.get(key, options),
    head: (key, signal) => store.head(key, signal),
    ...(store.sha256 && { sha256: store.sha256.bind(store) }),
    ...(store.unlisted && { unlisted: store.unlisted.bind(store) }),
    list: (prefix, signal) => store.list(prefix, signal),
    ...(store.versions && { versions: store.versions.bind(store) }),
    ...(store.deleteVersion && { deleteVersion: async (key: string) => refuse(`delete ${key}`) }),
    close: () => store.close(),
  }
}

export type StoreMethod = 'put' | 'get' | 'head' | 'list' | 'delete'

/** Counts calls, by method: for reports, and for tests that promise how little is asked. */
export function counted(store: Store): { store: Store; calls: Record<StoreMethod, number> } {
  const calls = { put: 0, get: 0, head: 0, list: 0, delete: 0 }
  const count = <T>(method: StoreMethod, answer: T): T => {
    calls[method]++
    return answer
  }
  return {
    calls,
    store: {
      url: store.url,
      put: (key, body, options) => count('put', store.put(key, body, options)),
      get: (key, options) => count('get', store.get(key, options)),
      ...hashing(store, () => calls.get++),
      head: (key, signal) => count('head', store.head(key, signal)),
      list: (prefix, signal) => count('list', store.list(prefix, signal)),
      delete: (key, signal) => count('delete', store.delete(key, signal)),
      ...countedVersions(store, count),
      close: () => store.close(),
    },
  }
}

/** Hashing reads everything: it counts as a get. */
function hashing(store: Store, onCall: () => void): Pick<Store, 'sha256'> {
  const sha256 = store.sha256?.bind(store)
  if (!sha256) return {}
  return {
    sha256: (...question) => {
      onCall()
      return sha256(...question)
    },
  }
}

type Count = <T>(method: StoreMethod, answer: T) => T

function countedVersions(store: Store, count: Count): Pick<Store, 'versions' | 'deleteVersion'> {
  const { versions, deleteVersion } = versioned(store)
  return {
    ...(versions && { versions: (prefix, signal) => count('list', versions(prefix, signal)) }),
    ...(deleteVersion && { deleteVersion: (...given) => count('delete', deleteVersion(...given)) }),
  }
}
