import type { Readable } from 'node:stream'
import type { Digest } from '../core/digest.ts'
import { streamOf, streamWithout } from './body.ts'
import { type Answer, describe, drop, type Exchange } from './exchange.ts'
import { invalidAnswer } from './failure.ts'

export function blobCalls(exchange: Exchange) {
  return {
    /** Its size as the registry tells it, when it does; undefined when there is no such blob. */
    async headBlob(
      repository: string,
      digest: Digest,
      signal?: AbortSignal,
    ): Promise<{ size?: number } | undefined> {
      const to = `/v2/${repository}/blobs/${digest}`
      const ask = { operation: 'HeadBlob', method: 'HEAD', to, repository, access: 'pull' } as const
      const answer = await exchange.send({ ...ask, ok: [200, 404], signal })
      await drop(answer.body)
      if (answer.status === 404) return undefined
      const size = Number(answer.headers['content-length'] ?? Number.NaN)
      return Number.isSafeInteger(size) ? { size } : {}
    },

    /** The bytes from the offset on; the caller hashes them, and comes again with a higher offset after a cut. */
    async blob(repository: string, digest: Digest, from: number, signal?: AbortSignal): Promise<Readable> {
      return (await getBlob(exchange, { repository, digest, range: { from } }, signal)).body
    },

    /** A part of the bytes. `ignored` when the server sends all the rest instead. */
    blobRange(
      repository: string,
      digest: Digest,
      range: ByteRange,
      signal?: AbortSignal,
    ): Promise<OpenedBody> {
      return getBlob(exchange, { repository, digest, range }, signal)
    },
  }
}

async function getBlob(
  exchange: Exchange,
  { repository, digest, range }: { repository: string; digest: Digest; range: ByteRange },
  signal: AbortSignal | undefined,
): Promise<OpenedBody> {
  const to = `/v2/${repository}/blobs/${digest}`
  const ask = { operation: 'GetBlob', method: 'GET', to, repository, access: 'pull' } as const
  const headers = rangeHeader(range)
  const answer = await exchange.send({ ...ask, headers, streams: true, ok: [200, 206], signal })
  return opened(answer, range, describe(ask, answer.url))
}

/** From the first byte wanted to the last, inclusive; without a last one to the end. */
export interface ByteRange {
  from: number
  to?: number
}

export interface OpenedBody {
  body: Readable
  /** How many bytes follow, as the server announces it. */
  length?: number
  /** The server says that it answers requests for ranges. */
  takesRanges: boolean
  /** It answered this one with everything. */
  ignored: boolean
}

export function rangeHeader({ from, to }: ByteRange): Record<string, string> {
  return from > 0 || to !== undefined ? { range: `bytes=${from}-${to ?? ''}` } : {}
}

export function opened(answer: Answer, { from }: ByteRange, what: string): OpenedBody {
  const { status, headers } = answer
  const length = Number(headers['content-length'] ?? Number.NaN) - (status === 206 ? 0 : from)
  return {
    body: bodyFrom(answer, from, what),
    ...(Number.isSafeInteger(length) && length >= 0 && { length }),
    takesRanges: status === 206 || headers['accept-ranges']?.trim().toLowerCase() === 'bytes',
    ignored: status !== 206,
  }
}

/** A range must begin where it was asked to; a server that ignores ranges sends everything, and the start is cut. */
export function bodyFrom(
  answer: Pick<Answer, 'status' | 'headers' | 'body'>,
  from: number,
  what: string,
): Readable {
  if (answer.status !== 206) {
    return from > 0 ? streamWithout(from, answer.body, what) : streamOf(answer.body, what)
  }
  const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.headers['content-range'] ?? '')?.[1]
  if (Number(start) === from) return streamOf(answer.body, what)
  answer.body.on('error', () => {}).destroy()
  throw invalidAnswer(what, 'The range that came is not the range that was asked for.')
}
