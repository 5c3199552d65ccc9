import { Readable } from 'node:stream'
import { BlobStore } from '../../src/sandbox/blobs.ts'

/** The small blobs of a generated registry, in memory: a hundred thousand files would take longer than the backup. */
export class GeneratedBlobs extends BlobStore {
  readonly #known = new Map<string, Buffer>()

  add(digest: string, bytes: Buffer): void {
    this.#known.set(digest, bytes)
  }

  override read(handle: string, range: { from?: number; to?: number } = {}): Readable {
    const bytes = this.#known.get(handle)
    if (!bytes) return super.read(handle, range)
    const stream = Readable.from([bytes.subarray(range.from ?? 0, (range.to ?? bytes.length) + 1)])
    // As a file does, which is waited for.
    process.nextTick(() => stream.emit('open'))
    return stream
  }

  override async size(handle: string): Promise<number> {
    return this.#known.get(handle)?.length ?? super.size(handle)
  }

  override async has(handle: string): Promise<boolean> {
    return this.#known.has(handle) || super.has(handle)
  }
}
