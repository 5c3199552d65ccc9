import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import { abortError, throwIfAborted } from '../commit.ts'
import type { GetOptions } from '../store.ts'
import { diskError, notAFile, onDisk, unless } from './errors.ts'
import { whenDescriptorsAllow } from './retry.ts'

const block = 1 << 20
/** Not waiting for the other end of a FIFO, and not following a link that was put there a moment ago. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW

export interface ReadRequest extends GetOptions {
  key: string
  clock: Clock
}

/** A plain file, open, and its size; undefined when it has gone. */
export async function openFile(
  path: string,
  request: Pick<ReadRequest, 'key' | 'clock' | 'signal'>,
): Promise<{ handle: FileHandle; size: number } | undefined> {
  const { key } = request
  const handle = await onDisk(key, () =>
    unless(['ENOENT', 'ENOTDIR'], undefined, () =>
      whenDescriptorsAllow(request.clock, () => open(path, flags)),
    ),
  )
  if (!handle) return undefined
  try {
    const stats = await onDisk(key, () => handle.stat())
    if (stats.isDirectory()) return void (await handle.close())
    if (!stats.isFile()) throw notAFile(key, 'it is not a plain file')
    throwIfAborted(request.signal)
    return { handle, size: stats.size }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The bytes of a plain file; undefined when it has gone. */
export async function readFileOf(path: string, request: ReadRequest): Promise<Readable | undefined> {
  const opened = await openFile(path, request)
  if (!opened) return undefined
  const { handle, size } = opened
  const end = Math.min(size, request.to === undefined ? size : request.to + 1)
  return new FileBody(handle, { ...request, from: request.from ?? 0, end })
}

/** `fs.createReadStream` with our errors. */
class FileBody extends Readable {
  readonly #handle: FileHandle
  readonly #key: string
  readonly #end: number
  readonly #stopListening: () => void
  #position: number

  constructor(handle: FileHandle, request: ReadRequest & { from: number; end: number }) {
    super({ highWaterMark: block })
    this.#handle = handle
    this.#key = request.key
    this.#position = request.from
    this.#end = request.end
    const { signal } = request
    const abort = () => signal && this.destroy(abortError(signal))
    signal?.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal?.removeEventListener('abort', abort)
  }

  override _read(): void {
    const length = Math.min(block, this.#end - this.#position)
    if (length <= 0) return void this.push(null)
    this.#handle.read(Buffer.allocUnsafeSlow(length), 0, length, this.#position).then(
      ({ bytesRead, buffer }) => {
        this.#position += bytesRead
        this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead))
      },
      (error: unknown) => this.destroy(diskError(this.#key, error)),
    )
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stopListening()
    this.#handle.close().then(
      () => done(error),
      (failure: unknown) => done(error ?? diskError(this.#key, failure)),
    )
  }
}
