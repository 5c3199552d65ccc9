import { type FileHandle, open, unlink } from 'node:fs/promises'
import type { Clock } from '../../core/clock.ts'
import { onDisk, unless } from './errors.ts'
import { whenDescriptorsAllow } from './retry.ts'

const block = 1 << 20
/** More pieces than this are copied together first: one large write costs less than a thousand small ones. */
const piecesLimit = 128

/**
 * A file being written under a temporary name. Chunks are kept until there is 1 MiB of them and written at once,
 * while the next MiB already comes in: never more than about two blocks are in memory.
 */
export class UnfinishedFile {
  readonly path: string
  readonly #key: string
  readonly #handle: FileHandle
  #pieces: Uint8Array[] = []
  #held = 0
  #position = 0
  #writing: Promise<void> | undefined
  #failure: unknown

  private constructor(path: string, key: string, handle: FileHandle) {
    this.path = path
    this.#key = key
    this.#handle = handle
  }

  /** `wx` neither follows a link nor opens what is there. */
  static async create(path: string, key: string, clock: Clock): Promise<UnfinishedFile> {
    const handle = await onDisk(key, () => whenDescriptorsAllow(clock, () => open(path, 'wx')))
    return new UnfinishedFile(path, key, handle)
  }

  /** A promise means: wait, the disk is behind. */
  take(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure) throw this.#failure
    this.#pieces.push(chunk)
    this.#held += chunk.byteLength
    if (this.#held < block) return
    if (this.#writing !== undefined) return this.#writing.then(() => this.#write())
    this.#write()
  }

  /** Everything is on the disk when this resolves, whatever happens to the power. */
  async finish(): Promise<void> {
    await this.#writing
    if (this.#held > 0) this.#write()
    await this.#writing
    if (this.#failure) throw this.#failure
    await onDisk(this.#key, async () => {
      await this.#handle.datasync()
      await this.#handle.close()
    })
  }

  /** Also after success: the temporary name is removed, if it is still there. */
  async discard(): Promise<void> {
    await this.#writing
    await this.#handle.close()
    await unless(['ENOENT'], undefined, () => unlink(this.path))
  }

  #write(): void {
    if (this.#failure) throw this.#failure
    const pieces = this.#pieces.length > piecesLimit ? [Buffer.concat(this.#pieces)] : this.#pieces
    this.#pieces = []
    this.#held = 0
    this.#writing = onDisk(this.#key, () => this.#writeAll(pieces)).then(
      () => void (this.#writing = undefined),
      (error: unknown) => void (this.#failure = error),
    )
  }

  /** The system may write less than it was given, as it does just before the disk is full. */
  async #writeAll(pieces: Uint8Array[]): Promise<void> {
    let rest = pieces
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, this.#position)
      this.#position += bytesWritten
      rest = withoutFirst(rest, bytesWritten)
    }
  }
}

function withoutFirst(pieces: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  let index = 0
  for (let piece = pieces[0]; piece && piece.byteLength <= skip; piece = pieces[++index])
    skip -= piece.byteLength
  const [first, ...others] = pieces.slice(index)
  return first ? [first.subarray(skip), ...others] : []
}
