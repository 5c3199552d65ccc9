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
      const to = `/v2/${repository}/blobs/${digest}`
      const ask = { operation: 'GetBlob', method: 'GET', to, repository, access: 'pull' } as const
      const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {}
      const answer = await exchange.send({ ...ask, headers, streams: true, ok: [200, 206], signal })
      return bodyFrom(answer, from, describe(ask, answer.url))
    },
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
