import { Readable } from 'node:stream'
import type { Clock } from '../../core/clock.ts'
import type { ByteRange, OpenedBody } from '../../oci/blobs.ts'
import { resuming } from '../resume.ts'

export interface RangeOptions {
  partBytes: number
  /** Parts of one blob that are fetched ahead of the one that is being read. */
  ahead: number
  /** Of all blobs together: what bounds the memory. */
  aheadOfAll: number
  /** Blobs with less to come are read in one stream. */
  smallest: number
}

/** One connection to S3 gives some 50 to 100 MB/s however fast the network is; memory is 64 MiB at most. */
export const defaultRanges: RangeOptions = {
  partBytes: 8 * 1024 * 1024,
  ahead: 3,
  aheadOfAll: 8,
  smallest: 64 * 1024 * 1024,
}

export interface RangedBlob {
  open: (range: ByteRange) => Promise<OpenedBody>
  /** Where to begin. */
  from: number
  /** For messages. */
  what: string
  clock: Clock
  signal: AbortSignal
}

/** Reads large blobs in several ranges at once and gives the bytes in order. */
export class RangeReader {
  readonly #options: RangeOptions
  #ahead = 0

  constructor(options: RangeOptions = defaultRanges) {
    this.#options = options
  }

  /**
   * The first request is the same as ever, for everything: its answer says how much comes and whether ranges are
   * answered. Small blobs, and servers that say nothing of the kind, never see another one.
   */
  async read(blob: RangedBlob): Promise<Readable> {
    const first = await blob.open({ from: blob.from })
    const { body, length, takesRanges } = first
    if (!takesRanges || length === undefined || length < this.#options.smallest) return body
    return Readable.from(this.#parts(blob, body, blob.from + length), {
      objectMode: false,
      highWaterMark: 256 * 1024,
    })
  }

  async *#parts(blob: RangedBlob, first: Readable, end: number): AsyncIterable<Uint8Array> {
    const { partBytes } = this.#options
    const ahead: { body: Readable; counted: boolean }[] = []
    let at = blob.from
    let next = at + partBytes
    const begin = (counted: boolean) => {
      const range = { from: next, to: Math.min(next + partBytes, end) - 1 }
      next = range.to + 1
      if (counted) this.#ahead++
      ahead.push({ body: partOf(blob, range, counted ? partBytes : undefined), counted })
    }
    const fill = () => {
      while (next < end && ahead.length < this.#options.ahead && this.#ahead < this.#options.aheadOfAll)
        begin(true)
    }
    let head = { body: first, counted: false }
    try {
      fill()
      for await (const chunk of upTo(head.body, partBytes)) {
        at += chunk.byteLength
        yield chunk
      }
      // What follows begins at the part's end: a first part that is short would leave a hole.
      if (at < Math.min(blob.from + partBytes, end)) throw new Error('The body ended early.')
      while (ahead.length > 0 || next < end) {
        if (ahead.length === 0) begin(false)
        head = ahead.shift() ?? head
        fill()
        for await (const chunk of head.body) {
          at += chunk.byteLength
          yield chunk
        }
        if (head.counted) this.#ahead--
        head = { ...head, counted: false }
      }
    } catch (error) {
      if (!(error instanceof Whole)) throw error
      // It takes no ranges after all: one stream for the rest.
      yield* (await blob.open({ from: at })).body as AsyncIterable<Uint8Array>
    } finally {
      for (const { body, counted } of [head, ...ahead]) {
        if (counted) this.#ahead--
        body.on('error', () => {}).destroy()
      }
    }
  }
}

/** A body that is asked for at once, and goes on where it was cut. */
function partOf(
  { open, what, clock, signal }: RangedBlob,
  range: ByteRange & { to: number },
  ahead?: number,
) {
  const openPart = async (received: number) => {
    const { body, ignored } = await open({ from: range.from + received, to: range.to })
    if (!ignored) return body
    body.on('error', () => {}).destroy()
    throw new Whole()
  }
  const size = range.to - range.from + 1
  const body = resuming({ open: openPart, what, size, clock, signal, ...(ahead && { ahead }) })
  // Whoever reads it gets the error; nobody may be reading yet.
  body.on('error', () => {})
  body.read(0)
  return body
}

/** The server sent everything although a part was asked for. */
class Whole extends Error {}

async function* upTo(body: Readable, limit: number): AsyncIterable<Uint8Array> {
  let left = limit
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    yield chunk.subarray(0, left)
    left -= chunk.byteLength
    if (left <= 0) return
  }
}
