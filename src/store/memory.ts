import { Readable } from 'node:stream'
import { type Clock, systemClock } from '../core/clock.ts'
import { discard, eachChunk } from './chunks.ts'
import { Sent, throwIfAborted } from './commit.ts'
import { checkKey, checkPrefix } from './key.ts'
import type { GetOptions, PutOptions, Store, StoredObject, StoredVersion } from './store.ts'

interface Entry {
  /** Absent: a delete marker. */
  bytes?: Buffer
  modified: Date
  version: string
}

export interface MemoryOptions {
  clock?: Clock
  /** Like a bucket that keeps versions. */
  versions?: boolean
}

/** Everything in one Map: for tests, and as the plainest reading of the contract. */
export function memoryStore({ clock = systemClock, versions = false }: MemoryOptions = {}): Store {
  return versions ? new VersionedMemoryStore(clock) : new MemoryStore(clock)
}

class MemoryStore implements Store {
  readonly url = 'memory:'
  /** Newest first, never empty. */
  protected readonly objects = new Map<string, Entry[]>()
  readonly #clock: Clock
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async put(
    key: string,
    body: Uint8Array | Readable,
    options: PutOptions = {},
  ): Promise<'created' | 'exists'> {
    checkKey(key)
    const taken = () => options.ifAbsent === true && this.#current(key) !== undefined
    if (taken()) {
      discard(body)
      return 'exists'
    }
    const bytes = await collect(key, body, options)
    if (taken()) return 'exists'
    this.add(key, { bytes })
    return 'created'
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable | undefined> {
    checkKey(key)
    throwIfAborted(options.signal)
    const bytes = this.#current(key)?.bytes
    if (!bytes) return undefined
    const end = options.to === undefined ? bytes.length : options.to + 1
    const part = bytes.subarray(options.from ?? 0, Math.max(end, 0))
    return Readable.from(part.length ? [part] : [], { objectMode: false })
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkKey(key)
    throwIfAborted(signal)
    const entry = this.#current(key)
    return entry && { key, size: entry.bytes?.length ?? 0, modified: entry.modified, ...this.named(entry) }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    for (const key of this.keys(prefix)) {
      const found = await this.head(key, signal)
      if (found) yield found
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    throwIfAborted(signal)
    this.remove(key)
  }

  async close(): Promise<void> {}

  protected keys(prefix: string): string[] {
    checkPrefix(prefix)
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  protected add(key: string, { bytes }: { bytes?: Buffer }): void {
    const entry = { modified: this.#clock.now(), version: `v${++this.#count}`, ...(bytes && { bytes }) }
    this.objects.set(key, [entry, ...this.below(key)])
  }

  protected below(_key: string): Entry[] {
    return []
  }

  protected remove(key: string): void {
    this.objects.delete(key)
  }

  protected named(_entry: Entry): { version?: string } {
    return {}
  }

  #current(key: string): Entry | undefined {
    const newest = this.objects.get(key)?.[0]
    return newest?.bytes && newest
  }
}

class VersionedMemoryStore extends MemoryStore {
  async *versions(prefix: string, signal?: AbortSignal): AsyncIterable<StoredVersion> {
    for (const key of this.keys(prefix)) {
      throwIfAborted(signal)
      for (const [at, { bytes, modified, version }] of (this.objects.get(key) ?? []).entries())
        yield { key, size: bytes?.length ?? 0, modified, version, latest: at === 0, marker: !bytes }
    }
  }

  async deleteVersion(key: string, version: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    throwIfAborted(signal)
    const left = this.below(key).filter((entry) => entry.version !== version)
    if (left.length > 0) this.objects.set(key, left)
    else this.objects.delete(key)
  }

  protected override below(key: string): Entry[] {
    return this.objects.get(key) ?? []
  }

  protected override remove(key: string): void {
    this.add(key, {})
  }

  protected override named({ version }: Entry): { version: string } {
    return { version }
  }
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
