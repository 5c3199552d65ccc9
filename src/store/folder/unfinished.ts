import { createHash } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import type { Clock } from '../../core/clock.ts'
import { type Block, type Blocks, blockBytes } from './blocks.ts'
import { onDisk, unless } from './errors.ts'
import { whenDescriptorsAllow } from './retry.ts'

export interface NewFile {
  key: string
  clock: Clock
  blocks: Blocks
}

/**
 * A file being written under a temporary name. Bytes are gathered in blocks of 1 MiB; one is written and hashed while
 * the next fills: never more than two are in memory.
 */
export class UnfinishedFile {
  readonly path: string
  readonly #key: string
  readonly #handle: FileHandle
  readonly #blocks: Blocks
  readonly #hash = createHash('sha256')
  #block: Block | undefined
  #held = 0
  #position = 0
  #busy: Promise<void> | undefined
  #failure: { error: unknown } | undefined

  private constructor(path: string, handle: FileHandle, { key, blocks }: NewFile) {
    this.path = path
    this.#key = key
    this.#handle = handle
    this.#blocks = blocks
  }

  /** `wx` neither follows a link nor opens what is there. */
  static async create(path: string, file: NewFile): Promise<UnfinishedFile> {
    const handle = await onDisk(file.key, () => whenDescriptorsAllow(file.clock, () => open(path, 'wx')))
    return new UnfinishedFile(path, handle, file)
  }

  /** Copies the bytes. A promise means: wait, the disk or the hash is behind. */
  take(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure) throw this.#failure.error
    const room = blockBytes - this.#held
    this.#gather(chunk.byteLength > room ? chunk.subarray(0, room) : chunk)
    if (this.#held < blockBytes) return
    const rest = chunk.subarray(room)
    if (this.#busy === undefined && rest.byteLength < blockBytes) {
      this.#send()
      if (rest.byteLength > 0) this.#gather(rest)
      return
    }
    return this.#takeLater(rest)
  }

  /** Everything has been handed to the system; answers the sha256 (hex) of it. */
  async written(): Promise<string> {
    await this.#busy
    if (!this.#failure && this.#held > 0) this.#send()
    await this.#busy
    if (this.#failure) throw this.#failure.error
    return this.#hash.digest('hex')
  }

  /** Everything is on the disk when this resolves, whatever happens to the power. */
  async finish(): Promise<void> {
    await onDisk(this.#key, async () => {
      await this.#handle.datasync()
      await this.#handle.close()
    })
  }

  /** Also after success: the temporary name is removed, if it is still there. */
  async discard(): Promise<void> {
    await this.#busy
    if (this.#block) this.#blocks.giveBack(this.#block.buffer)
    this.#block = undefined
    await this.#handle.close()
    await unless(['ENOENT'], undefined, () => unlink(this.path))
  }

  async #takeLater(rest: Uint8Array): Promise<void> {
    await this.#busy
    if (this.#failure) throw this.#failure.error
    this.#send()
    if (rest.byteLength > 0) await this.take(rest)
  }

  #gather(bytes: Uint8Array): void {
    this.#block ??= this.#blocks.take()
    this.#block.set(bytes, this.#held)
    this.#held += bytes.byteLength
  }

  #send(): void {
    const block = this.#block as Block
    const held = this.#held
    this.#block = undefined
    this.#held = 0
    this.#busy = this.#keep(block, held).then(
      () => void (this.#busy = undefined),
      (error: unknown) => void (this.#failure = { error }),
    )
  }

  async #keep(block: Block, held: number): Promise<void> {
    const bytes = block.subarray(0, held)
    const writing = onDisk(this.#key, () => this.#write(bytes))
    this.#hash.update(bytes)
    await writing.finally(() => this.#blocks.giveBack(block.buffer))
  }

  /** The system may write less than it was given, as it does just before the disk is full. */
  async #write(bytes: Block): Promise<void> {
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.byteLength - done, this.#position)
      this.#position += bytesWritten
      done += bytesWritten
    }
  }
}
