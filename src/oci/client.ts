import { type Clock, systemClock } from '../core/clock.ts'
import type { Authorization } from './authority.ts'
import { blobCalls } from './blobs.ts'
import { type AddressRule, guardedAgent, namedAndItsRange } from './connect.ts'
import { describe, drop, Exchange } from './exchange.ts'
import { invalidAnswer } from './failure.ts'
import { listingCalls } from './listings.ts'
import { manifestCalls } from './manifests.ts'
import { referrerCalls } from './referrers.ts'
import { uploadCalls } from './uploads.ts'

export interface OciClientOptions {
  /** `https://host[:port]`; named by the user, so any address of it may be contacted. */
  base: URL
  authorization?: Authorization
  /** Further hosts that may issue tokens for this registry, over https. */
  tokenHosts?: readonly string[]
  /** Default: the base, and other hosts in the range of addresses that it lives in. */
  addressRule?: AddressRule
  clock?: Clock
  /** Jitter of retries. */
  random?: () => number
  /** Waits for a turn before each request. */
  pace?: (operation: string, signal?: AbortSignal) => Promise<void>
  /** Told the status of each answer, retries included. */
  heard?: (operation: string, status: number) => void
  /** How long, in ms, a manifest or a page of a listing may take to arrive; default: 5 minutes. */
  patience?: number
}

export type OciClient = ReturnType<typeof ociClient>

/** A client of one OCI registry. It holds no more than a manifest in memory, and never sends credentials elsewhere. */
export function ociClient(options: OciClientOptions) {
  const { base, clock = systemClock, random = Math.random, pace = async () => {} } = options
  const agent = guardedAgent(options.addressRule ?? namedAndItsRange(base.hostname))
  const exchange = new Exchange({ ...options, base, agent, clock, random, pace })
  const manifests = manifestCalls(exchange)
  return {
    /** Fails unless the registry answers and takes the credentials. */
    async ping(signal?: AbortSignal): Promise<void> {
      const ask = { operation: 'Ping', method: 'GET', to: '/v2/', access: 'pull' } as const
      const answer = await exchange.send({ ...ask, ok: [200], signal })
      await drop(answer.body)
      if (!/^text\/html\b/i.test(answer.headers['content-type'] ?? '')) return
      throw invalidAnswer(describe(ask, answer.url), 'A web page came, which no registry sends.')
    },
    ...manifests,
    ...blobCalls(exchange),
    ...uploadCalls(exchange),
    ...listingCalls(exchange),
    ...referrerCalls(exchange, manifests.manifest),
    /** True once the registry said that it is the sandbox (law 9). */
    simulated: () => exchange.simulated,
    /** Requests sent so far, by operation, retries included. */
    requests: () => exchange.counts(),
    close: () => agent.close(),
  }
}
