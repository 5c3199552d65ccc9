import { Readable } from 'node:stream'
import type { HoldfastError } from '../../core/errors.ts'
import { abortError } from '../commit.ts'
import { s3Error } from './errors.ts'

/** So long without a byte while we want one, and the connection is taken for dead. */
export const idleLimit = 60_000
/** A connection that carried so much was a good one: its loss does not count towards giving up. */
const goodRun = 8 * 1024 * 1024
const waits = [200, 1000, 3000]

/** One answer to a GetObject. */
export interface Piece {
  body: Readable
  length: number | undefined
}

export interface BodyOptions {
  /** `s3://bucket/key`, for errors. */
  subject: string
  from: number
  first: Piece
  /** Asks for the rest of the same bytes; refused by the store when the object has changed. */
  rest: (from: number) => Promise<Piece>
  sleep: (ms: number) => Promise<void>
  signal?: AbortSignal | undefined
  idleLimit?: number
}

/** The bytes of an object as one stream: a connection that breaks or falls silent is replaced, a few times. */
export class ObjectBody extends Readable {
  readonly #options: BodyOptions
  readonly #end: number | undefined
  readonly #timer: NodeJS.Timeout
  readonly #stopListening: () => void
  #source: Readable
  #at: number
  #failures = 0
  #goodUntil: number

  constructor(options: BodyOptions) {
    super({ highWaterMark: 1 << 18 })
    const { first, from, signal } = options
    this.#options = options
    this.#at = from
    this.#goodUntil = from + goodRun
    this.#end = first.length === undefined ? undefined : from + first.length
    // A timer of sockets, not of the program: it fires only when the network is dead, whatever clock is passed in.
    this.#timer = setTimeout(() => this.#idle(), options.idleLimit ?? idleLimit).unref()
    this.#source = this.#attach(first.body)
    const abort = () => signal && this.destroy(abortError(signal))
    signal?.addEventListener('abort', abort, { once: true })
    this.#stopListening = () => signal?.removeEventListener('abort', abort)
  }

  override _read(): void {
    this.#timer.refresh()
    this.#source.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#stopListening()
    this.#source.destroy()
    done(error)
  }

  #attach(source: Readable): Readable {
    source
      .on('data', (chunk: Buffer) => this.#take(source, chunk))
      .on('end', () => this.#ended())
      .on('error', (error) => this.#broke(source, error))
      .on('close', () => source.readableEnded || this.#broke(source, new Error('The connection was closed.')))
    return source.pause()
  }

  #take(source: Readable, chunk: Buffer): void {
    this.#at += chunk.length
    if (this.push(chunk)) this.#timer.refresh()
    else source.pause()
  }

  #ended(): void {
    if (this.#end === undefined || this.#at >= this.#end) this.push(null)
    else this.#broke(this.#source, new Error('The answer was too short.'))
  }

  /** A source that is paused waits for its reader, who may take as long as he likes. */
  #idle(): void {
    if (this.#source.isPaused()) this.#timer.refresh()
    else
      this.#source.destroy(new Error(`Nothing came for ${(this.#options.idleLimit ?? idleLimit) / 1000} s.`))
  }

  #broke(source: Readable, cause: Error): void {
    if (this.destroyed || source !== this.#source || source.listenerCount('data') === 0) return
    source.removeAllListeners('data')
    if (this.#at >= this.#goodUntil) this.#failures = 0
    const wait = waits[this.#failures++]
    if (wait === undefined) this.destroy(this.#failure(cause))
    else this.#replace(wait).catch((error: unknown) => this.destroy(this.#failure(error)))
  }

  async #replace(wait: number): Promise<void> {
    await this.#options.sleep(wait)
    if (this.destroyed) return
    const { body } = await this.#options.rest(this.#at)
    this.#goodUntil = this.#at + goodRun
    this.#source = this.#attach(body)
    if (this.destroyed) body.destroy()
    else this._read()
  }

  #failure(error: unknown): HoldfastError {
    return s3Error(error, { operation: 'GetObject', subject: this.#options.subject })
  }
}
