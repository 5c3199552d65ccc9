import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { HoldfastError } from '../../core/errors.ts'
import type { Store, StoredVersion } from '../../store/store.ts'
import { versioned } from '../../store/wrappers.ts'

/** A small generator of numbers that depends on nothing but its seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

interface Waiting {
  actor: number
  go: () => Promise<void>
}

export type Crash = 'before' | 'after'

/**
 * Lets one request of one actor happen at a time, chosen by the seed. An actor that is to crash dies around its n-th
 * request: from then on nothing that it asks for happens, and its errors are all it gets.
 */
export class Schedule {
  readonly #random: (below: number) => number
  readonly #waiting: Waiting[] = []
  readonly #running = new Set<number>()
  readonly #crashes = new Map<number, { at: number; kind: Crash }>()
  readonly #asked = new Map<number, number>()
  readonly dead = new Set<number>()
  /** Deletes that were sent and have not arrived. */
  readonly flying: (() => Promise<void>)[]

  constructor(random: (below: number) => number, flying: (() => Promise<void>)[] = []) {
    this.#random = random
    this.flying = flying
  }

  crash(actor: number, at: number, kind: Crash): void {
    this.#crashes.set(actor, { at, kind })
  }

  /** Begins an actor; its failure is its answer. */
  start<T>(actor: number, work: () => Promise<T>): Promise<T | Error> {
    this.#running.add(actor)
    return this.#late(actor)
      .then(work)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .finally(() => this.#running.delete(actor))
  }

  /** In bursts: most mistakes need one actor to do much while another stands still. */
  async run(): Promise<void> {
    let burst = 0
    let favoured = 0
    while (this.#running.size > 0) {
      await this.#settle()
      let at = burst-- > 0 ? this.#waiting.findIndex(({ actor }) => actor === favoured) : -1
      if (at < 0) {
        at = this.#random(Math.max(1, this.#waiting.length))
        burst = this.#random(2) * this.#random(30)
      }
      const [next] = this.#waiting.splice(at, 1)
      favoured = next?.actor ?? 0
      await next?.go()
    }
  }

  /** Some begin while others are in the middle of it. */
  async #late(actor: number): Promise<void> {
    const turns = this.#random(2) * this.#random(70)
    for (let n = 0; n < turns; n++) await this.at(actor, async () => {})
  }

  /** Every actor waits at its next request, or is busy with something that is no request: compressing, mostly. */
  async #settle(): Promise<void> {
    for (let patience = 0; patience < 200; patience++) {
      await turn()
      const here = new Set(this.#waiting.map(({ actor }) => actor))
      if ([...this.#running].every((actor) => here.has(actor))) return
    }
  }

  at<T>(actor: number, operation: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const go = async () => {
        const count = this.#asked.get(actor) ?? 0
        this.#asked.set(actor, count + 1)
        const crash = this.#crashes.get(actor)
        const now = crash?.at === count && !this.dead.has(actor)
        if (now) this.dead.add(actor)
        try {
          if (this.dead.has(actor) && !(now && crash?.kind === 'after')) throw died()
          const answer = await operation()
          if (now) throw died()
          resolve(answer)
        } catch (error) {
          reject(error)
        }
      }
      this.#waiting.push({ actor, go })
    })
  }

  /** The store as one actor sees it: each request waits for its turn. */
  store(store: Store, actor: number): Store {
    return {
      url: store.url,
      close: async () => {},
      put: (...given) => this.at(actor, () => store.put(...given)),
      get: (...given) => this.at(actor, () => store.get(...given)),
      head: (...given) => this.at(actor, () => store.head(...given)),
      delete: (...given) => this.at(actor, () => store.delete(...given)),
      list: (...given) => this.#list(actor, store, given),
      ...this.#versioned(store, actor),
    }
  }

  /** Now and then the answer to such a delete is lost, and it is carried out at any time from then on, or twice. */
  #versioned(store: Store, actor: number): Pick<Store, 'versions' | 'deleteVersion'> {
    const { versions, deleteVersion } = versioned(store)
    if (!versions || !deleteVersion) return {}
    return {
      versions: (...given) => this.#versions(actor, () => versions(...given)),
      deleteVersion: (...given) =>
        this.at(actor, async () => {
          const fate = this.#random(20)
          if (fate < 2) this.flying.push(() => deleteVersion(...given))
          if (fate === 0) throw new HoldfastError('store-request-failed', { what: 'no answer', next: '' })
          await deleteVersion(...given)
          const landing = this.#random(8) === 0 ? this.flying.shift() : undefined
          await landing?.()
        }),
    }
  }

  async *#versions(actor: number, list: () => AsyncIterable<StoredVersion>) {
    yield* await this.at(actor, async () => {
      const found = []
      for await (const version of list()) found.push(version)
      return found
    })
  }

  async *#list(actor: number, store: Store, given: Parameters<Store['list']>) {
    yield* await this.at(actor, async () => {
      const found = []
      for await (const object of store.list(...given)) found.push(object)
      return found
    })
  }

  /** Sleeping is one turn that takes no time: nobody is slow enough to look dead. */
  clock(clock: Clock, actor: number): Clock {
    return { now: () => clock.now(), sleep: () => this.at(actor, async () => {}) }
  }
}

function died(): HoldfastError {
  return new HoldfastError('store-request-failed', { what: 'the actor is dead', next: '' })
}
