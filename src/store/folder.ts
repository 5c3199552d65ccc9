import { lstat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { type Clock, systemClock } from '../core/clock.ts'
import { type Log, silentLog } from '../core/run.ts'
import { discard, eachChunk, own } from './chunks.ts'
import { Sent, throwIfAborted } from './commit.ts'
import { Blocks } from './folder/blocks.ts'
import { notAFile, onDisk, unless } from './folder/errors.ts'
import { hashFileOf } from './folder/hash.ts'
import { folderOf, listFolder, stored } from './folder/list.ts'
import { Place } from './folder/place.ts'
import { publish } from './folder/publish.ts'
import { readFileOf } from './folder/read.ts'
import { Removals } from './folder/removals.ts'
import { DirectorySync } from './folder/sync.ts'
import { UnfinishedFile } from './folder/unfinished.ts'
import { unlistedIn } from './folder/unlisted.ts'
import { HashThreads } from './hashing/threads.ts'
import { checkKey, checkPrefix } from './key.ts'
import type { GetOptions, HashOptions, PutOptions, Store, StoredObject, Unlisted } from './store.ts'

export interface FolderOptions {
  clock?: Clock
  log?: Log
  /** How the user named it, for messages; absent: the path. */
  url?: string
}

/**
 * Objects as plain files. A put writes to a temporary file, syncs it, gives it its name, and syncs the directory: at
 * no instant is there a name without its bytes, and what was answered as stored survives a power loss (R2b).
 * Nothing is created before the first put.
 */
export function folderStore(path: string, options: FolderOptions = {}): Store {
  return new FolderStore(path, options)
}

interface Put {
  key: string
  options: PutOptions
}

class FolderStore implements Store {
  readonly url: string
  readonly #clock: Clock
  readonly #sync: DirectorySync
  readonly #removals: Removals
  readonly #place: Place
  readonly #hashing: { clock: Clock; blocks: Blocks; threads: HashThreads }

  constructor(path: string, options: FolderOptions) {
    const { clock = systemClock, log = silentLog } = options
    this.url = options.url ?? path
    this.#clock = clock
    this.#hashing = { clock, blocks: new Blocks(), threads: new HashThreads() }
    this.#sync = new DirectorySync(clock)
    this.#removals = new Removals(this.#sync)
    this.#place = new Place(path, { clock, log, sync: this.#sync })
  }

  async put(
    key: string,
    body: Uint8Array | Readable,
    options: PutOptions = {},
  ): Promise<'created' | 'exists'> {
    own(body)
    try {
      checkKey(key)
      throwIfAborted(options.signal)
      if ((await this.#present(key)) && options.ifAbsent) {
        discard(body)
        return await this.#exists(key)
      }
      const file = await UnfinishedFile.create(await this.#place.temporary(), {
        key,
        clock: this.#hashing.clock,
        blocks: this.#hashing.blocks,
      })
      return await this.#fill(file, body, { key, options })
    } catch (error) {
      discard(body)
      throw error
    }
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable | undefined> {
    checkKey(key)
    throwIfAborted(options.signal)
    const path = await this.#place.find(key)
    return path ? await readFileOf(path, { ...options, key, clock: this.#clock }) : undefined
  }

  async sha256(
    key: string,
    options: HashOptions = {},
  ): Promise<{ sha256: string; size: number } | undefined> {
    checkKey(key)
    throwIfAborted(options.signal)
    const path = await this.#place.find(key)
    return path ? await hashFileOf(path, { ...options, key, ...this.#hashing }) : undefined
  }

  async head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkKey(key)
    throwIfAborted(signal)
    const path = await this.#place.find(key)
    const stats =
      path && (await onDisk(key, () => unless(['ENOENT', 'ENOTDIR'], undefined, () => lstat(path))))
    if (!stats || stats.isDirectory()) return undefined
    if (!stats.isFile()) throw notAFile(key, 'it is not a plain file')
    return stored(key, stats)
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject> {
    checkPrefix(prefix)
    throwIfAborted(signal)
    const folder = folderOf(prefix)
    const root = await this.#place.root()
    if (!root || !(await this.#place.find(folder))) return
    yield* listFolder(root, { prefix, signal, clock: this.#clock })
  }

  async *unlisted(signal?: AbortSignal): AsyncIterable<Unlisted> {
    throwIfAborted(signal)
    const root = await this.#place.root()
    if (root) yield* unlistedIn(root, { signal, clock: this.#clock })
  }

  /** May be undone by a power loss, but not after a later change in another folder was done: see `Removals`. */
  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkKey(key)
    throwIfAborted(signal)
    const path = await this.#place.within(key)
    if (!path) return
    await onDisk(key, async () => {
      await this.#removals.settleBefore(dirname(path))
      await unless(['ENOENT', 'ENOTDIR'], undefined, () => unlink(path))
    })
    this.#removals.add(dirname(path))
  }

  close(): Promise<void> {
    return this.#hashing.threads.close()
  }

  async #fill(file: UnfinishedFile, body: Uint8Array | Readable, put: Put): Promise<'created' | 'exists'> {
    const { key, options } = put
    const sent = new Sent(key, options)
    try {
      const take = (chunk: Uint8Array) => {
        sent.count(chunk)
        return file.take(chunk)
      }
      await eachChunk(body, take, options.signal)
      sent.finish(await file.written())
      await file.finish()
      throwIfAborted(options.signal)
      return await this.#publish(file.path, put)
    } finally {
      await onDisk(key, () => file.discard())
    }
  }

  async #publish(from: string, { key, options }: Put): Promise<'created' | 'exists'> {
    const attempt = async () => {
      const to = await this.#place.destination(key)
      await this.#removals.settleBefore(dirname(to))
      const answer = await publish({ key, from, to, ifAbsent: options.ifAbsent === true })
      await this.#sync.sync(dirname(to))
      return answer
    }
    return await onDisk(key, async () => {
      const answer = await unless(['ENOENT'], undefined, attempt)
      if (answer) return answer
      this.#place.forget()
      return await attempt()
    })
  }

  /** Another process may have given the name a moment ago: it is durable before anybody relies on it. */
  async #exists(key: string): Promise<'exists'> {
    const path = await this.#place.within(key)
    if (path) await onDisk(key, () => this.#sync.sync(dirname(path)))
    return 'exists'
  }

  /** Refuses to write where anything but a plain file is; replacing a planted link would hide that it was there. */
  async #present(key: string): Promise<boolean> {
    const path = await this.#place.within(key)
    const stats =
      path && (await onDisk(key, () => unless(['ENOENT', 'ENOTDIR'], undefined, () => lstat(path))))
    if (!stats) return false
    if (stats.isFile()) return true
    if (stats.isSymbolicLink() && (await this.head(key))) return true
    throw notAFile(key, 'it is not a plain file')
  }
}
