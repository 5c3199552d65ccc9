import './doors.ts'
import { Readable } from 'node:stream'
import { type ErrorCode, HoldfastError } from '../../src/core/errors.ts'
import type { Fault } from '../../src/sandbox/sandbox.ts'
import type { Store } from '../../src/store/store.ts'
import type { Counts } from './replay.ts'
import { failed } from './schedule.ts'
import { type Below, hour, seededFor } from './world.ts'

/** Where the faults of a run come from. */
export type Place = 'api' | 'layers' | 'registry' | 'bucket' | 'store'

type Kind = Fault['kind']

/** What each place can do. Bytes are only flipped where a hash can tell: TLS sees to the rest. */
const kindsAt: Record<Exclude<Place, 'store'>, readonly Kind[]> = {
  api: ['throttled', 'server-error', 'unavailable', 'reset', 'cut-body', 'lost-answer', 'stall'],
  layers: [
    'throttled',
    'server-error',
    'unavailable',
    'reset',
    'cut-body',
    'flip-byte',
    'lost-answer',
    'expired-token',
    'denied',
    'stall',
  ],
  registry: [
    'throttled',
    'server-error',
    'unavailable',
    'reset',
    'cut-body',
    'lost-answer',
    'expired-token',
    'stall',
  ],
  bucket: ['throttled', 'server-error', 'unavailable', 'reset', 'lost-answer', 'conflict'],
}

const bucketOperations = ['PutObject', 'HeadObject', 'ListObjectsV2', 'DeleteObject'] as const

const serviceOf = (place: Exclude<Place, 'store'>, random: Below): Pick<Fault, 'service' | 'operation'> => {
  if (place === 'api') return { service: 'ecr' }
  if (place === 'registry') return { service: 'registry' }
  if (place === 'layers') return { service: 's3', operation: 'GetLayer' }
  // Puts are most of what happens there.
  return { service: 's3', operation: random(2) ? 'PutObject' : bucketOperations[random(4)]! }
}

export interface FaultPlan {
  /** Requests in a hundred that meet a fault, by place. */
  rates: Record<Place, number>
  /** How many each kind has of the draw; most runs lack some kinds altogether. */
  kinds: Set<Kind>
  seed: number
}

const rates = [0, 0, 1, 3, 5, 10, 20, 40]

/** A mix of its own for each run: some have no throttling and many cuts, some the reverse, some a store that is bad. */
export function drawPlan(seed: number, places: readonly Place[]): FaultPlan {
  const random = seededFor(seed, 11)
  const all = new Set(Object.values(kindsAt).flat())
  const kinds = new Set(
    [...all].filter((kind) => random(kind === 'stall' ? 8 : 2) > (kind === 'stall' ? 6 : 0)),
  )
  const rate = (place: Place) => (places.includes(place) ? rates[random(rates.length)]! : 0)
  return {
    rates: {
      api: rate('api'),
      layers: rate('layers'),
      registry: rate('registry'),
      bucket: rate('bucket'),
      store: rate('store'),
    },
    kinds,
    seed,
  }
}

const reach = 400

/** The faults of the sandbox, each at the n-th request of its service. */
export function faultsOf({ rates, kinds, seed }: FaultPlan): Fault[] {
  const random = seededFor(seed, 12)
  const faults: Fault[] = []
  for (const place of ['api', 'layers', 'registry', 'bucket'] as const) {
    const possible = kindsAt[place].filter((kind) => kinds.has(kind))
    if (possible.length === 0) continue
    for (let after = 0; after < reach; after++) {
      if (random(100) >= rates[place]) continue
      const kind = possible[random(possible.length)]!
      faults.push({ ...serviceOf(place, random), after, times: 1, kind })
    }
  }
  // Credentials that end in the middle of a run: rare, because nothing goes on after it.
  if (seed % 25 === 7) faults.push({ service: 'ecr', after: random(60), kind: 'expired-token' })
  return faults
}

/** What a store does when it fails by itself, seen from above it: retries are over. */
export interface BadStore {
  store: Store
  /** From now on it is well. */
  heal(): void
  met: Counts
}

/** `full`: from some write on there is no room. */
export function badStore(
  inner: Store,
  { rates, seed }: FaultPlan,
  clock?: { advance(ms: number): void; now(): Date },
): BadStore {
  const random = seededFor(seed, 13)
  const met: Counts = {}
  let well = rates.store === 0
  // A run has some two hundred requests of the store, and most of them are vital.
  const hit = () => !well && random(1000) < rates.store
  const count = (what: string) => {
    met[what] = (met[what] ?? 0) + 1
  }
  let room = !well && random(5) === 0 ? random(60) : Number.POSITIVE_INFINITY
  /** The machine's clock is set, forwards or back, or the year is 2038 all of a sudden. */
  const clockJumps = () => {
    if (well || !clock || random(400) > 0) return
    count('clock jump')
    const to2038 = Date.UTC(2038, 0, 20) - clock.now().getTime()
    clock.advance([hour, -hour, Math.max(hour, to2038)][random(3)]!)
  }
  const write = async <T>(work: () => Promise<T>, twice = false): Promise<T> => {
    clockJumps()
    if (!well && room-- <= 0) {
      count('disk full')
      throw new HoldfastError('disk-full', { what: 'No space is left.', next: 'Make room.' })
    }
    if (!hit()) return work()
    if (twice && random(3) === 0) {
      count('store: delivered twice')
      await work()
      return work()
    }
    const lost = random(2) === 0
    count(lost ? 'store: lost answer' : 'store: refused write')
    if (lost) await work()
    throw failed('the store failed')
  }
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    if (!hit()) return work()
    count('store: refused read')
    throw failed('the store failed')
  }
  return {
    met,
    heal: () => {
      well = true
    },
    store: {
      url: inner.url,
      close: async () => {},
      put: (key, body, options) =>
        write(() => inner.put(key, body, options), body instanceof Uint8Array).finally(() => letGo(body)),
      delete: (key, signal) => write(() => inner.delete(key, signal), true),
      head: (key, signal) => read(() => inner.head(key, signal)),
      get: async (key, options) => {
        const body = await read(() => inner.get(key, options))
        if (!body || !hit()) return body
        count('store: cut read')
        return cut(body)
      },
      list: async function* (prefix, signal) {
        await read(async () => {})
        for await (const object of inner.list(prefix, signal)) yield object
      },
    },
  }
}

/** What a store does with a body that it does not want. */
function letGo(body: Uint8Array | Readable): void {
  if (!(body instanceof Uint8Array)) body.on('error', () => {}).destroy()
}

function cut(body: Readable): Readable {
  async function* half() {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      yield chunk.subarray(0, Math.floor(chunk.length / 2))
      throw failed('the connection to the store broke')
    }
  }
  return Readable.from(half(), { objectMode: false })
}

/** How a run may fail while things around it fail. Damage is not among them: nothing is damaged. */
export const failuresOfOthers: readonly ErrorCode[] = [
  'access-denied',
  'aws-request-failed',
  'credentials-expired',
  'disk-full',
  'endpoint-unreachable',
  'registry-request-failed',
  'registry-answer-invalid',
  'store-request-failed',
]
