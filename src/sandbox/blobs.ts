import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Bytes on disk. Content of registries is kept by its digest (`sha256:...`), everything else by a handle.
 * Nothing is ever held in memory as a whole, so a 50 GB layer is as good as a small one.
 */
export class BlobStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async init(): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
  }

  /** A fresh, empty file for an upload. */
  async create(): Promise<string> {
    const handle = randomUUID()
    await (await open(this.#path(handle), 'w')).close()
    return handle
  }

  /** Appends a body; answers how many bytes came. On failure the file is cut back to what it was. */
  async append(handle: string, body: Readable): Promise<number> {
    const before = await this.size(handle)
    try {
      await pipeline(body, createWriteStream(this.#path(handle), { flags: 'a' }))
    } catch (error) {
      const file = await open(this.#path(handle), 'r+')
      await file.truncate(before)
      await file.close()
      throw error
    }
    return (await this.size(handle)) - before
  }

  /** Stores a body under a new handle and answers hashes of what came, by algorithm name of node:crypto. */
  async write(
    body: Readable,
    algorithms: readonly string[] = [],
  ): Promise<{ handle: string; size: number; hashes: Record<string, Buffer> }> {
    const handle = randomUUID()
    const hashes = algorithms.map((name) => [name, createHash(name)] as const)
    let size = 0
    const tap = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length
        for (const [, hash] of hashes) hash.update(chunk)
        done(null, chunk)
      },
    })
    try {
      await pipeline(body, tap, createWriteStream(this.#path(handle)))
    } catch (error) {
      await this.remove(handle)
      throw error
    }
    return { handle, size, hashes: Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest()])) }
  }

  async sha256(handle: string): Promise<string> {
    const hash = createHash('sha256')
    for await (const chunk of this.read(handle)) hash.update(chunk as Buffer)
    return `sha256:${hash.digest('hex')}`
  }

  /** Turns an upload into content with that digest (the caller has checked it). */
  async keep(handle: string, digest: string): Promise<void> {
    await rename(this.#path(handle), this.#path(digest))
  }

  read(handle: string, range: { from?: number; to?: number } = {}): Readable {
    return createReadStream(this.#path(handle), {
      highWaterMark: 1 << 20,
      ...(range.from !== undefined && { start: range.from }),
      ...(range.to !== undefined && { end: range.to }),
    })
  }

  async size(handle: string): Promise<number> {
    return (await stat(this.#path(handle))).size
  }

  async has(handle: string): Promise<boolean> {
    return stat(this.#path(handle)).then(
      () => true,
      () => false,
    )
  }

  async remove(handle: string): Promise<void> {
    await rm(this.#path(handle), { force: true })
  }

  #path(handle: string): string {
    return join(this.#folder, handle.replace(':', '-'))
  }
}
