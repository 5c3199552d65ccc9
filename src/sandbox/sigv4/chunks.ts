import { createHash } from 'node:crypto'
import { AwsError } from '../http.ts'
import { ByteSource } from './byte-source.ts'
import { sha256Hex } from './canonical.ts'
import { hmac, sameText, scopeText } from './sign.ts'
import type { Verified } from './verify.ts'

/** S3 refuses smaller ones, but for the last. */
const smallestChunk = 8192
const nothing = sha256Hex('')

export interface ChunkedBody {
  /** Chunks carry signatures. */
  signed: boolean
  /** Trailing headers come after the last chunk. */
  trailing: boolean
  /** `x-amz-decoded-content-length`. */
  length: number
  /** Filled with the trailing headers when the body has been read. */
  trailers: Record<string, string>
}

/** Decodes `aws-chunked`: sizes, signatures, trailing headers, total length. */
export async function* decodeChunks(
  pieces: AsyncIterable<Uint8Array>,
  body: ChunkedBody,
  signer: ChunkSigner,
): AsyncGenerator<Buffer> {
  const source = new ByteSource(pieces)
  let total = 0
  let previous = smallestChunk
  for (;;) {
    const { size, signature } = chunkHeader(await source.line(), body.signed)
    if (size > 0 && previous < smallestChunk)
      throw new AwsError('InvalidChunkSizeError', 'Only the last chunk may be smaller than 8192 bytes.', {
        status: 403,
      })
    if ((total += size) > body.length) throw wrongLength()
    if (body.signed) yield* checkedChunk(source, size, (hash) => signer.checkChunk(hash, signature))
    else yield* source.take(size)
    if (size === 0) break
    if ((await source.line()) !== '') throw new AwsError('InvalidRequest', 'A chunk is longer than it says.')
    previous = size
  }
  if (total !== body.length) throw wrongLength()
  await readTrailers(source, body, signer)
}

async function* checkedChunk(
  source: ByteSource,
  size: number,
  check: (hash: string) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of source.take(size)) {
    hash.update(piece)
    yield piece
  }
  check(hash.digest('hex'))
}

async function readTrailers(source: ByteSource, body: ChunkedBody, signer: ChunkSigner): Promise<void> {
  let text = ''
  for (let line = await source.line(); line !== ''; line = await source.line()) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
    if (!name || !body.trailing) throw new AwsError('MalformedTrailerError', 'The trailer cannot be read.')
    if (name.toLowerCase() === 'x-amz-trailer-signature') signer.checkTrailer(text, value)
    else {
      body.trailers[name.toLowerCase()] = value.trim()
      text += `${name.toLowerCase()}:${value.trim()}\n`
    }
  }
  if (body.trailing && body.signed) signer.requireTrailer()
}

function chunkHeader(line: string, signed: boolean): { size: number; signature: string } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line)
  if (!match || (match[2] !== undefined) !== signed)
    throw new AwsError('InvalidRequest', 'A chunk of the body has no readable head.')
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] ?? '' }
}

function wrongLength(): AwsError {
  return new AwsError('IncompleteBody', 'The body is not as long as x-amz-decoded-content-length says.')
}

/** Each signature covers the one before it, beginning with that of the request. */
export class ChunkSigner {
  readonly #key: Buffer
  readonly #head: string
  #previous: string
  #trailerSeen = false

  constructor({ signingKey, claim }: Verified) {
    this.#key = signingKey
    this.#head = `${claim.date}\n${scopeText(claim.scope)}`
    this.#previous = claim.signature
  }

  checkChunk(hash: string, signature: string): void {
    this.#check(`AWS4-HMAC-SHA256-PAYLOAD\n${this.#head}\n${this.#previous}\n${nothing}\n${hash}`, signature)
  }

  checkTrailer(text: string, signature: string): void {
    this.#trailerSeen = true
    this.#check(`AWS4-HMAC-SHA256-TRAILER\n${this.#head}\n${this.#previous}\n${sha256Hex(text)}`, signature)
  }

  requireTrailer(): void {
    if (!this.#trailerSeen) throw new AwsError('MalformedTrailerError', 'The trailer is not signed.')
  }

  #check(text: string, signature: string): void {
    this.#previous = hmac(this.#key, text).toString('hex')
    if (!sameText(this.#previous, signature))
      throw new AwsError('SignatureDoesNotMatch', 'A chunk has a wrong signature.', { status: 403 })
  }
}
