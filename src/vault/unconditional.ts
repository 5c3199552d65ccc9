import type { Store } from '../store/store.ts'
import { versioned } from '../store/wrappers.ts'

/**
 * For stores without conditional create: looks first, then writes. Two writers at the same instant can both write;
 * for blobs, states and shards that is harmless (same name, same bytes), and roots have names of their own.
 */
export function unconditional(store: Store): Store {
  return {
    url: store.url,
    get: (key, options) => store.get(key, options),
    head: (key, signal) => store.head(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    delete: (key, signal) => store.delete(key, signal),
    ...versioned(store),
    close: () => store.close(),
    put: async (key, body, options = {}) => {
      const { ifAbsent, ...rest } = options
      if (ifAbsent && (await store.head(key, options.signal))) return 'exists'
      return store.put(key, body, rest)
    },
  }
}
