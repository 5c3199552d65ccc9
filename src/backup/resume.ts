import { Readable } from 'node:stream'
import type { Clock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'

export interface Download {
  /** Opens the body at an offset. It retries by itself; what it throws ends the download. */
  open: (from: number) => Promise<Readable>
  /** For messages: `shop/api sha256:…`. */
  what: string
  /** What the descriptor says, when it says so. */
  size?: number | undefined
  clock: Clock
  signal: AbortSignal
  onBytes?: (count: number) => void
  /** How much it reads ahead of its reader; default 256 KiB. */
  ahead?: number
}

/** Tries that may bring nothing in a row. A try that brought at least one byte starts the count again. */
const triesWithoutProgress = 4

/**
 * A body that survives cut connections: it is opened again where it broke off, so that the reader, and the hash that
 * the reader carries, never notice. A body that ends early counts as cut; one that goes on too long is refused.
 */
export function resuming(download: Download): Readable {
  return new ResumingBody(download)
}

class ResumingBody extends Readable {
  readonly #download: Download
  #body: Readable | undefined
  #started = false
  #received = 0
  #receivedAtOpen = 0
  #vain = 0

  constructor(download: Download) {
    super({ highWaterMark: download.ahead ?? 256 * 1024 })
    this.#download = download
  }

  override _read(): void {
    if (this.#started) this.#body?.resume()
    else this.#openFirst()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#body) letGo(this.#body)
    this.#body = undefined
    done(error)
  }

  #openFirst(): void {
    this.#started = true
    this.#open().catch((error: Error) => this.destroy(error))
  }

  async #open(): Promise<void> {
    this.#receivedAtOpen = this.#received
    const body = await this.#download.open(this.#received)
    if (this.destroyed) return letGo(body)
    this.#body = body
    const cut = (why: unknown) => this.#onCut(body, why)
    body.on('data', (chunk: Uint8Array) => this.#onData(body, chunk))
    body.on('end', () => this.#onEnd(body))
    body.on('error', cut).on('close', () => cut(new Error('The connection was closed.')))
  }

  #onData(body: Readable, chunk: Uint8Array): void {
    if (body !== this.#body) return
    this.#received += chunk.byteLength
    const { size, onBytes } = this.#download
    if (size !== undefined && this.#received > size) this.destroy(this.#tooLong(size))
    else if (!this.push(chunk)) body.pause()
    onBytes?.(chunk.byteLength)
  }

  #onEnd(body: Readable): void {
    if (body !== this.#body) return
    const { size } = this.#download
    if (size !== undefined && this.#received < size) {
      this.#onCut(body, new EndedEarly())
    } else {
      this.#body = undefined
      this.push(null)
    }
  }

  #onCut(body: Readable, why: unknown): void {
    if (body !== this.#body) return
    letGo(body)
    this.#body = undefined
    // Nothing can follow: to ask for it is refused (416).
    if (this.#received === this.#download.size) return void this.push(null)
    this.#again(why).catch((error: Error) => this.destroy(error))
  }

  async #again(why: unknown): Promise<void> {
    const { clock, signal, size } = this.#download
    signal.throwIfAborted()
    this.#vain = this.#received > this.#receivedAtOpen ? 1 : this.#vain + 1
    if (this.#vain >= triesWithoutProgress) throw this.#givenUp(why, size)
    await clock.sleep(100 * 2 ** this.#vain, signal)
    if (!this.destroyed) await this.#open()
  }

  #tooLong(size: number): HoldfastError {
    return new HoldfastError('registry-content-mismatch', {
      what: `${this.#download.what}: the registry sent more than the ${size} bytes that the image names.`,
      why: 'The image, or the registry, is damaged.',
      next: 'Push the image anew. Nothing of it was stored.',
    })
  }

  /** What ends early every time is what the registry holds: too short. Everything else is the connection. */
  #givenUp(why: unknown, size: number | undefined): HoldfastError {
    const code = why instanceof EndedEarly ? 'registry-content-mismatch' : 'registry-request-failed'
    const of = size === undefined ? '' : ` of ${size}`
    return new HoldfastError(code, {
      what: `${this.#download.what}: the download broke off at byte ${this.#received}${of}.`,
      why: `${triesWithoutProgress} tries in a row brought nothing more: ${why instanceof Error ? why.message : why}`,
      next: 'Run the same command again: everything else that was copied is kept.',
      cause: why,
    })
  }
}

class EndedEarly extends Error {
  override readonly message = 'It ended early, without an error.'
}

/** Ends a body that is not wanted any more; what it still has to say is of no interest. */
function letGo(body: Readable): void {
  body.removeAllListeners('data')
  body.on('error', () => {})
  body.destroy()
}
