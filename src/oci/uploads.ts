import type { Readable } from 'node:stream'
import type { Digest } from '../core/digest.ts'
import { drop, type Exchange } from './exchange.ts'
import { givenUrl } from './redirect.ts'

export interface BlobToPut {
  digest: Digest
  size: number
  body: Readable
}

export function uploadCalls(exchange: Exchange) {
  return {
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
