import type { IncomingMessage } from 'node:http'
import { AwsError } from '../http.ts'

/** Takes a body apart by lines and by counts, holding no more than what came in one piece. */
export class ByteSource {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Buffer = Buffer.alloc(0)

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** Up to the next CR LF, without it. */
  async line(limit = 4096): Promise<string> {
    let end = this.#rest.indexOf('\r\n')
    while (end < 0) {
      if (this.#rest.length > limit)
        throw new AwsError('InvalidRequest', 'A line of the chunked body is too long.')
      if (!(await this.#more())) throw truncated()
      end = this.#rest.indexOf('\r\n')
    }
    const text = this.#rest.subarray(0, end).toString('latin1')
    this.#rest = this.#rest.subarray(end + 2)
    return text
  }

  /** The next `count` bytes, in pieces. */
  async *take(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) throw truncated()
      const piece = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(piece.length)
      left -= piece.length
      yield piece
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#pieces.next()
    if (next.done) return false
    const piece = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    return true
  }
}

/** Reads a request body such that an error half-way leaves the connection able to carry the answer. */
export function piecesOf(incoming: IncomingMessage): AsyncIterable<Buffer> {
  const iterator = () => incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  return { [Symbol.asyncIterator]: iterator }
}

function truncated(): AwsError {
  return new AwsError('IncompleteBody', 'The body ends before its last chunk.')
}
