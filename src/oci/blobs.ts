import type { Readable } from 'node:stream'
import type { Digest } from '../core/digest.ts'
import { streamOf } from './body.ts'
import { type Answer, describe, drop, type Exchange } from './exchange.ts'
import { invalidAnswer } from './failure.ts'
import { givenUrl } from './redirect.ts'

export interface BlobToPut {
  digest: Digest
  size: number
  body: Readable
}

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
      const answer = await exchange.send({ ...ask, headers, ok: [200, 206], signal })
      return bodyFrom(answer, from, describe(ask, answer.url))
    },

    /** True when the registry took it from its other repository, so that nothing has to be sent. */
    async mountBlob(
      repository: string,
      digest: Digest,
      from: string,
      signal?: AbortSignal,
    ): Promise<boolean> {
      const to = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`
      const ask = { operation: 'MountBlob', method: 'POST', to, repository, access: 'push' } as const
      const answer = await exchange.send({
        ...ask,
        headers: { 'content-length': '0' },
        ok: [201, 202],
        signal,
      })
      await drop(answer.body)
      // 202 opened an upload that nobody will use; registries drop it by themselves.
      return answer.status === 201
    },

    /**
     * One POST, then one PUT with everything and its length: the way that every registry takes, and the only one
     * that ECR takes without doubt (ecr-facts 4.3). The stream can be sent once; a failure is the caller's to repeat.
     */
    async putBlob(
      repository: string,
      { digest, size, body }: BlobToPut,
      signal?: AbortSignal,
    ): Promise<void> {
      try {
        const to = await openUpload(exchange, repository, signal)
        to.search += `${to.search ? '&' : '?'}digest=${encodeURIComponent(digest)}`
        const ask = { operation: 'PutBlob', method: 'PUT', to, repository, access: 'push' } as const
        const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) }
        await drop((await exchange.send({ ...ask, headers, body, ok: [201, 204], signal })).body)
      } finally {
        body.destroy()
      }
    },
  }
}

async function openUpload(
  exchange: Exchange,
  repository: string,
  signal: AbortSignal | undefined,
): Promise<URL> {
  const to = `/v2/${repository}/blobs/uploads/`
  const ask = { operation: 'StartUpload', method: 'POST', to, repository, access: 'push' } as const
  const answer = await exchange.send({ ...ask, headers: { 'content-length': '0' }, ok: [202], signal })
  await drop(answer.body)
  return givenUrl(answer.url, answer.headers['location'])
}

/** A range must begin where it was asked to; a server that ignores ranges sends everything, and the start is cut. */
export function bodyFrom(
  answer: Pick<Answer, 'status' | 'headers' | 'body'>,
  from: number,
  what: string,
): Readable {
  if (answer.status !== 206) return streamOf(answer.body, what, from)
  const start = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(answer.headers['content-range'] ?? '')?.[1]
  if (Number(start) === from) return streamOf(answer.body, what)
  answer.body.on('error', () => {}).destroy()
  throw invalidAnswer(what, 'The range that came is not the range that was asked for.')
}
