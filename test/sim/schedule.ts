import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../src/core/clock.ts'
import { HoldfastError } from '../../src/core/errors.ts'
import type { Store } from '../../src/store/store.ts'
import type { Below } from './world.ts'

/** What goes wrong for one actor, counted in its own requests (for `lost`: in its own writes). */
export interface Mishaps {
  /** It dies around this request: from then on nothing that it asks for happens. */
  crash?: { at: number; kind: 'before' | 'after' }
  /** Writes that are done, but whose answer never comes; the actor goes on with an error. */
  lost?: number[]
  /** It stands still at this request while the time goes on and the others work. */
  pause?: { at: number; ms: number }
  /** Turns that pass before it begins. */
  late?: number
}

interface Waiting {
  actor: number
  what: string
  /** Sleeping until then. */
  wake?: number
  /** A prune that is between its last look and a delete: see `mayJump`. */
  aiming: boolean
  go: () => Promise<void>
}

type Advancing = Clock & { advance(ms: number): void }

/**
 * Lets one request of one actor happen at a time, chosen by the seed: every `await` of a store or a registry is a place
 * where any other actor may come between. The time stands still unless all that can be done is to wait.
 */
export class Schedule {
  readonly #random: Below
  readonly #clock: Advancing
  readonly #waiting: Waiting[] = []
  readonly #running = new Set<number>()
  readonly #asked = new Map<number, number>()
  readonly #written = new Map<number, number>()
  readonly #mishaps = new Map<number, Mishaps>()
  readonly #asleep = new Set<number>()
  readonly dead = new Set<number>()
  /** Actors that got an error which they did not earn. */
  readonly hurt = new Set<number>()
  readonly trace: string[] = []
  requests = 0

  readonly #flying: (() => Promise<void>)[]

  constructor(random: Below, clock: Advancing, flying: (() => Promise<void>)[] = []) {
    this.#random = random
    this.#clock = clock
    this.#flying = flying
  }

  /** Begins an actor; its failure is its answer. */
  start<T>(actor: number, mishaps: Mishaps, work: () => Promise<T>): Promise<T | Error> {
    this.#running.add(actor)
    this.#mishaps.set(actor, mishaps)
    return this.#late(actor, mishaps.late ?? 0)
      .then(work)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
      .finally(() => this.#running.delete(actor))
  }

  async #late(actor: number, turns: number): Promise<void> {
    for (let n = 0; n < turns; n++) await this.#wait({ actor, what: 'late', aiming: false }, async () => {})
  }

  /** In bursts: most mistakes need one actor to do much while another stands still. */
  async run(): Promise<void> {
    let burst = 0
    let favoured = -1
    await this.#settle()
    while (this.#running.size > 0) {
      const awake = this.#waiting.filter(({ actor }) => !this.#asleep.has(actor))
      if (awake.length === 0) {
        this.#asleep.clear()
        continue
      }
      let next = burst-- > 0 ? awake.find(({ actor }) => actor === favoured) : undefined
      if (!next) {
        next = awake[this.#random(awake.length)]!
        burst = this.#random(2) * this.#random(30)
      }
      favoured = next.actor
      if (this.#falls(next)) continue
      this.#waiting.splice(this.#waiting.indexOf(next), 1)
      if (next.wake !== undefined) this.#wake(next.wake)
      await next.go()
      await this.#settle()
    }
  }

  /** True when the actor falls asleep at this very request. */
  #falls({ actor }: Waiting): boolean {
    const mishaps = this.#mishaps.get(actor)
    const { pause } = mishaps ?? {}
    if (!pause || (this.#asked.get(actor) ?? 0) < pause.at || !this.mayJump()) return false
    delete mishaps?.pause
    this.#asleep.add(actor)
    this.#clock.advance(pause.ms)
    this.trace.push(`${actor} stands still for ${pause.ms / 3_600_000} h`)
    return true
  }

  #wake(at: number): void {
    const ms = at - this.#clock.now().getTime()
    if (ms > 0 && this.mayJump()) this.#clock.advance(ms)
  }

  /**
   * The one thing that the rule does not promise on a store without versions: a prune that sleeps for an hour between its
   * last look and the delete itself, while another takes its work over (docs/design/vault-format.md).
   */
  mayJump(): boolean {
    return !this.#waiting.some(({ actor, aiming }) => aiming && !this.dead.has(actor))
  }

  /** Until every actor waits for its next turn, or has ended. Nothing here takes real time, so this always ends. */
  async #settle(): Promise<void> {
    let before = -1
    for (let patience = 0; patience < 20_000; patience++) {
      await turn()
      const here = new Set(this.#waiting.map(({ actor }) => actor))
      const all = [...this.#running].every((actor) => here.has(actor))
      if (all && before === this.#waiting.length) return
      before = this.#waiting.length
    }
    throw new Error(`An actor hangs: ${[...this.#running]} of ${this.trace.slice(-10).join('; ')}`)
  }

  /** One request of an actor. `write`: it changes something. */
  at<T>(actor: number, request: Request, operation: () => Promise<T>): Promise<T> {
    const { what, write = false, aiming = false } = request
    return this.#wait({ actor, what, aiming }, async () => {
      const count = this.#count(this.#asked, actor)
      const written = write ? this.#count(this.#written, actor) : -1
      this.requests++
      const { crash, lost } = this.#mishaps.get(actor) ?? {}
      const now = crash?.at === count
      if (this.dead.has(actor) || (now && crash.kind === 'before')) {
        if (now) this.trace.push(`${actor} dies before ${what}`)
        this.dead.add(actor)
        throw failed('the actor is dead')
      }
      this.trace.push(`${actor} ${what}`)
      const answer = await operation()
      if (now) {
        this.trace.push(`${actor} dies`)
        this.dead.add(actor)
        throw failed('the actor is dead')
      }
      if (!lost?.includes(written)) return answer
      this.trace.push(`${actor} lost the answer`)
      this.hurt.add(actor)
      throw failed('the answer was lost')
    })
  }

  #count(counts: Map<number, number>, actor: number): number {
    const count = counts.get(actor) ?? 0
    counts.set(actor, count + 1)
    return count
  }

  #wait<T>(waiting: Omit<Waiting, 'go'>, operation: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const go = () => operation().then(resolve, reject)
      this.#waiting.push({ ...waiting, go })
    })
  }

  clock(actor: number, skew: number): Clock {
    return {
      now: () => new Date(this.#clock.now().getTime() + skew),
      sleep: async (ms, signal) => {
        signal?.throwIfAborted()
        if (this.dead.has(actor)) throw failed('the actor is dead')
        const wake = this.#clock.now().getTime() + ms
        await this.#wait({ actor, what: 'sleep', wake, aiming: false }, async () => {})
      },
    }
  }

  /** The store as one actor sees it. A listing has pages of its own, and others may work between two of them. */
  store(store: Store, actor: number, { page, prunes }: { page: number; prunes: boolean }): Store {
    const versions = store.versions !== undefined
    const request = (method: string, key: string): Request => {
      const write = method === 'put' || method === 'delete' || method === 'delete version'
      const aiming = prunes && !versions && (method === 'delete' || key.startsWith('gc/'))
      return { what: `${method} ${key}`, write, aiming }
    }
    const at = <T>(method: string, key: string, work: () => Promise<T>) =>
      this.at(actor, request(method, key), work)
    const listed = <T extends { key: string }>(what: string, prefix: string, list: () => AsyncIterable<T>) =>
      paged((after) => at(what, prefix, () => keysAfter(list(), after, page)))
    return {
      url: store.url,
      close: async () => {},
      // The body comes from a registry, which needs turns of its own.
      put: async (key, body, options) => {
        const bytes = body instanceof Uint8Array ? body : Buffer.concat(await body.toArray())
        return at('put', key, () => store.put(key, bytes, options))
      },
      get: (key, options) => at('get', key, () => store.get(key, options)),
      head: (key, signal) => at('head', key, () => store.head(key, signal)),
      delete: (key, signal) => at('delete', key, () => store.delete(key, signal)),
      list: (prefix) => listed('list', prefix, () => store.list(prefix)),
      ...(store.versions && {
        versions: (prefix: string) => listed('list versions', prefix, () => store.versions!(prefix)),
      }),
      ...(store.deleteVersion && {
        deleteVersion: (key: string, version: string) =>
          at('delete version', key, () =>
            this.#lateNowAndThen(actor, () => store.deleteVersion!(key, version)),
          ),
      }),
    }
  }

  /** Of such a delete the answer may be lost, and it is carried out at any time from then on, or twice. */
  async #lateNowAndThen(actor: number, remove: () => Promise<void>): Promise<void> {
    const fate = this.#random(40)
    if (fate < 2) this.#flying.push(remove)
    if (fate === 0) {
      this.trace.push('... which is on its way')
      this.hurt.add(actor)
      throw failed('the answer was lost')
    }
    await remove()
    if (this.#random(8) > 0 || this.#flying.length === 0) return
    this.trace.push('... and a late one arrives')
    await this.#flying.shift()?.()
  }
}

/** All of a key's rows come on one page. */
async function keysAfter<T extends { key: string }>(list: AsyncIterable<T>, after: string, page: number) {
  const found: T[] = []
  const keys = new Set<string>()
  for await (const each of list) {
    if (each.key <= after) continue
    if (!keys.has(each.key) && keys.size === page) return { found, more: true }
    keys.add(each.key)
    found.push(each)
  }
  return { found, more: false }
}

async function* paged<T extends { key: string }>(
  ask: (after: string) => Promise<{ found: T[]; more: boolean }>,
): AsyncGenerator<T> {
  for (let after = ''; ; ) {
    const { found, more } = await ask(after)
    yield* found
    if (!more) return
    after = found.at(-1)!.key
  }
}

export interface Request {
  what: string
  write?: boolean
  aiming?: boolean
}

export function failed(what: string): HoldfastError {
  return new HoldfastError('store-request-failed', { what, next: 'Run it again.' })
}
