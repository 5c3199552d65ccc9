import { Readable } from 'node:stream'
import { type Clock, systemClock } from '../core/clock.ts'
import { discard, eachChunk } from './chunks.ts'
import { Sent, throwIfAborted } from './commit.ts'
import { checkKey, checkPrefix } from './key.ts'
import type { GetOptions, PutOptions, Store, StoredObject } from './store.ts'

interface Entry {
  bytes: Buffer
  modified: Date
}

/** Everything in one Map: for tests, and as the plainest reading of the contract. */
export function memoryStore(options: { clock?: Clock } = {}): Store {
  return new MemoryStore(options.clock ?? systemClock)
}

class MemoryStore implements Store {
  readonly url = 'memory:'
  readonly #objects = new Map<string, Entry>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async put(
    key: string,
    body: Uint8Array | Readable,
    options: PutOptions = {},
  ): Promise<'created' | 'exists'> {
    checkKey(key)
    const taken = () => options.ifAbsent === true && this.#objects.has(key)
    if (taken()) {
      discard(body)
      return 'exists'
    }
    const bytes = await collect(key, body, options)
    if (taken()) return 'exists'
    this.#objects.set(key, { bytes, modified: this.#clock.now() })
    return 'created'
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable | undefined> {
    checkKey(key)
    throwIfAborted(options.signal)
    const entry = this.#objects.get(key)
    if (!entry) return undefined
    const end = options.to === undefined ? entry.bytes.length : options.to + 1
    const part = entry.bytes.subarray(options.from ?? 0, Math.max(end, 0))
    return Readable.from(part.length ? [part] : [], { objectMode: false })
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkKey(key)
    throwIfAborted(signal)
    const entry = this.#objects.get(key)
    return entry && { key, size: entry.bytes.length, modified: entry.modified }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    checkPrefix(prefix)
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort()
    for (const key of keys) {
      const found = await this.head(key, signal)
      if (found) yield found
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    throwIfAborted(signal)
    this.#objects.delete(key)
  }

  async close(): Promise<void> {}
}

/** Copies, so that a caller who uses its buffer again does not change what is stored. */
async function collect(key: string, body: Uint8Array | Readable, options: PutOptions): Promise<Buffer> {
  const sent = new Sent(key, options)
  const chunks: Uint8Array[] = []
  const take = (chunk: Uint8Array) => {
    sent.update(chunk)
    chunks.push(chunk)
  }
  await eachChunk(body, take, options.signal)
  sent.finish()
  return Buffer.concat(chunks)
}
