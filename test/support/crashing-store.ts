import { HoldfastError } from '../../src/core/errors.ts'
import type { Store } from '../../src/store/store.ts'

/**
 * `before` and `after`: the program dies around the n-th write, nothing works from then on. `lost`: the write was done
 * but its answer never came; the program goes on.
 */
export const crashes = ['before', 'after', 'lost'] as const
export type Crash = (typeof crashes)[number]

export interface CrashPoint {
  /** Of the writes of a run, puts and deletes, from 0. */
  nth: number
  crash: Crash
}

/** A store that fails at that point, once. `seen` tells whether the run got there. */
export function crashingStore(store: Store, { nth, crash }: CrashPoint) {
  const seen = { happened: false, dead: false, writes: 0 }
  const died = () => new HoldfastError('store-request-failed', { what: `crash at write ${nth}`, next: '' })
  const alive = () => {
    if (seen.dead) throw died()
  }
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    alive()
    if (seen.writes++ !== nth) return work()
    seen.happened = true
    seen.dead = crash !== 'lost'
    if (crash !== 'before') await work()
    throw died()
  }
  const read = <T>(work: () => T): T => {
    alive()
    return work()
  }
  const crashing: Store = {
    url: store.url,
    put: (key, body, options) => write(() => store.put(key, body, options)),
    delete: (key, signal) => write(() => store.delete(key, signal)),
    get: async (key, options) => read(() => store.get(key, options)),
    head: async (key, signal) => read(() => store.head(key, signal)),
    list: (prefix, signal) => read(() => store.list(prefix, signal)),
    close: () => store.close(),
  }
  return { store: crashing, seen }
}
