import type { PartBuffers } from './buffers.ts'
import type { MultipartUpload } from './multipart.ts'

/** Parts of one upload in flight, and the one that is being filled. */
const buffersLimit = 4
/** A body as small as this gets a buffer of its own: it need not wait behind the large ones. */
const smallLimit = 1024 * 1024

export interface PartLaneOptions {
  buffers: PartBuffers
  partSize: number
  /** How much the first buffer must hold: less than a part when the whole body is smaller. */
  firstPart: number
  signal: AbortSignal | undefined
}

/**
 * Cuts what comes into parts and sends them, a few at a time, in buffers that are shared with the other uploads. A body
 * that fits into the first one is never cut. Whoever made it calls `release` at the end, however it ended.
 */
export class PartLane {
  readonly #create: () => Promise<MultipartUpload>
  readonly #options: PartLaneOptions
  readonly #stop = new AbortController()
  readonly #sending = new Set<Promise<void>>()
  #number = 0
  #filling: Buffer | undefined
  #filled = 0
  #upload: Promise<MultipartUpload> | undefined
  #failure: unknown

  constructor(create: () => Promise<MultipartUpload>, options: PartLaneOptions) {
    this.#create = create
    this.#options = options
  }

  /** A promise means: all buffers are full, wait. */
  take(chunk: Uint8Array): void | Promise<void> {
    if (this.#failure) throw this.#failure
    if (this.#filling && chunk.byteLength <= this.#filling.length - this.#filled)
      this.#fill(this.#filling, chunk)
    else return this.#takeAcross(chunk)
  }

  /** The whole body, when it fitted into one buffer; else all parts are sent when this resolves. */
  async finish(): Promise<{ bytes: Uint8Array; multipart: MultipartUpload | undefined }> {
    const bytes = this.#filling?.subarray(0, this.#filled) ?? new Uint8Array(0)
    if (!this.#upload) return { bytes, multipart: undefined }
    if (this.#filled > 0) this.#send()
    await Promise.all(this.#sending)
    if (this.#failure) throw this.#failure
    return { bytes, multipart: await this.#upload }
  }

  /** Stops what is being sent, waits for it, and removes what was sent. Nothing to do when nothing was. */
  async abort(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#sending)
    const upload = await this.#upload?.catch(() => undefined)
    await upload?.abort()
  }

  /** Gives back the buffer of a body that was never cut, or was given up. */
  release(): void {
    if (this.#filling) this.#giveBack(this.#filling)
    this.#filling = undefined
  }

  async #takeAcross(chunk: Uint8Array): Promise<void> {
    let rest = chunk
    while (rest.byteLength > 0) {
      const buffer = (this.#filling ??= await this.#buffer())
      if (this.#stop.signal.aborted) {
        // It was given up while this waited for its turn: what it got now is for others.
        this.release()
        throw this.#failure ?? this.#stop.signal.reason
      }
      const room = buffer.length - this.#filled
      if (room === 0) {
        this.#send()
        continue
      }
      this.#fill(buffer, rest.subarray(0, room))
      rest = rest.subarray(room)
    }
  }

  #fill(buffer: Buffer, bytes: Uint8Array): void {
    buffer.set(bytes, this.#filled)
    this.#filled += bytes.byteLength
  }

  async #buffer(): Promise<Buffer> {
    while (this.#sending.size === buffersLimit) await Promise.race(this.#sending)
    const { buffers, firstPart, partSize } = this.#options
    const size = this.#number === 0 ? firstPart : partSize
    return size > smallLimit ? await buffers.take(size) : Buffer.allocUnsafeSlow(size)
  }

  #giveBack(buffer: Buffer): void {
    if (buffer.length > smallLimit) this.#options.buffers.give(buffer)
  }

  #send(): void {
    const buffer = this.#filling
    if (!buffer) return
    const bytes = buffer.subarray(0, this.#filled)
    this.#filling = undefined
    this.#filled = 0
    this.#upload ??= this.#create()
    const sending = this.#sendPart(++this.#number, bytes)
      .catch((error: unknown) => {
        this.#failure ??= error
        this.#stop.abort()
      })
      .finally(() => {
        this.#giveBack(buffer)
        this.#sending.delete(sending)
      })
    this.#sending.add(sending)
  }

  async #sendPart(number: number, bytes: Uint8Array): Promise<void> {
    const upload = await this.#upload
    const { signal } = this.#options
    await upload?.part(
      number,
      bytes,
      signal ? AbortSignal.any([signal, this.#stop.signal]) : this.#stop.signal,
    )
  }
}
