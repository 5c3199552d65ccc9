import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { versioned } from '../../src/store/wrappers.ts'
import { printFigures } from '../support/figures.ts'
import { orderCase } from './orders.ts'
import { firstBroken } from './replay.ts'

// A search that finds nothing proves nothing until it is known that it can find something. Each of these stores is broken
// in a way that one of the invariants must see, within a small part of the seeds that are searched otherwise.

const most = 400

interface Canary {
  what: string
  breaking: (store: Store) => Store
  /** What must be said about it. */
  says: RegExp
}

const canaries: Canary[] = [
  {
    what: 'takes 412 for success when a root is created',
    breaking: (store) => ({
      ...over(store),
      put: async (key, body, options) => {
        const answer = await store.put(key, body, options)
        return key.startsWith('snapshots/') ? 'created' : answer
      },
    }),
    says: /says it is done, and has no root/,
  },
  {
    what: 'writes a root over what is there',
    breaking: (store) => ({
      ...over(store),
      put: (key, body, { ifAbsent, ...options } = {}) =>
        store.put(key, body, { ...options, ifAbsent: ifAbsent === true && !key.startsWith('snapshots/') }),
    }),
    says: /was overwritten/,
  },
  {
    what: 'hides the claims of runs, so that no prune revokes one',
    breaking: (store) => ({
      ...over(store),
      list: (prefix, signal) => (prefix === 'runs/' ? nothing() : store.list(prefix, signal)),
    }),
    says: /was committed without|was deleted|does not resolve|verify finds/,
  },
  {
    what: 'hides delete lists, so that no backup heeds one',
    breaking: (store) => ({
      ...over(store),
      list: (prefix, signal) => (prefix === 'gc/' ? nothing() : store.list(prefix, signal)),
    }),
    says: /was committed without|was deleted|does not resolve|verify finds|left behind/,
  },
  {
    what: 'hides holds',
    breaking: (store) => ({
      ...over(store),
      list: (prefix, signal) => (prefix === 'holds/' ? nothing() : store.list(prefix, signal)),
    }),
    says: /was deleted, and it was held/,
  },
  {
    what: 'says of one blob in thirty that it was written, and forgets it',
    breaking: (store) => {
      let blobs = 0
      return {
        ...over(store),
        put: async (key, body, options) =>
          key.startsWith('blobs/') && ++blobs % 30 === 0 ? 'created' : store.put(key, body, options),
      }
    },
    says: /was committed without/,
  },
  {
    what: 'changes a byte of one blob in thirty after it was checked',
    breaking: (store) => {
      let blobs = 0
      return {
        ...over(store),
        put: async (key, body, options) => {
          const spoil = key.startsWith('blobs/') && body instanceof Uint8Array && ++blobs % 30 === 0
          return store.put(key, spoil ? changed(body) : body, spoil ? { ifAbsent: true } : options)
        },
      }
    },
    says: /has other bytes/,
  },
]

function over(store: Store): Store {
  return {
    url: store.url,
    put: (...given) => store.put(...given),
    get: (...given) => store.get(...given),
    head: (...given) => store.head(...given),
    list: (...given) => store.list(...given),
    delete: (...given) => store.delete(...given),
    close: async () => {},
    ...versioned(store),
  }
}

async function* nothing(): AsyncGenerator<never> {}

function changed(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  copy[0] = (copy[0] ?? 0) ^ 1
  return copy
}

describe('a store that', () => {
  test.each(canaries)('$what is found out', async ({ what, breaking, says }) => {
    const found = await firstBroken(orderCase(breaking), { first: 1, count: most })
    expect(found?.broken.join('\n')).toMatch(says)
    printFigures(`canary, a store that ${what}`, { 'worlds until it is found': found?.tried ?? 0 })
  })
})
