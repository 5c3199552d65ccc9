import type { Clock } from '../core/clock.ts'
import { type ByteRange, type OpenedBody, opened, rangeHeader } from './blobs.ts'
import { type AddressRule, guardedAgent } from './connect.ts'
import { type Ask, describe, Exchange } from './exchange.ts'
import { refusalBehind } from './failure.ts'

export interface Download extends ByteRange {
  /** Gives a URL; asked a second time, with the one that is no longer accepted. */
  url: (refused?: URL) => Promise<URL>
  signal: AbortSignal
}

export interface Downloader {
  open(download: Download): Promise<OpenedBody>
  requests(): Record<string, number>
  close(): Promise<void>
}

/** Plain GETs of presigned URLs: no credentials, the same guard and retries as the registry client. */
export function downloader(options: {
  addressRule: AddressRule
  clock: Clock
  random?: () => number
}): Downloader {
  const { addressRule, clock, random = Math.random } = options
  const agent = guardedAgent(addressRule)
  // No URL is below this base, so nothing is ever sent with an Authorization header.
  const base = new URL('http://none.invalid')
  const exchange = new Exchange({ base, agent, clock, random, pace: async () => {} })
  const get = async (to: URL, download: Download) => {
    const { signal } = download
    const ask = { operation: 'GetBlob', method: 'GET', to, access: 'pull' } satisfies Partial<Ask>
    const headers = rangeHeader(download)
    const answer = await exchange.send({ ...ask, headers, streams: true, ok: [200, 206], signal })
    return opened(answer, download, describe(ask, answer.url))
  }
  return {
    async open(download) {
      const url = await download.url()
      try {
        return await get(url, download)
      } catch (error) {
        // S3 answers 403 (or 400) to a URL that has expired (ecr-facts 4.9).
        const status = refusalBehind(error)?.status
        if (status !== 403 && status !== 400) throw error
        return get(await download.url(url), download)
      }
    },
    requests: () => exchange.counts(),
    close: () => agent.close(),
  }
}
