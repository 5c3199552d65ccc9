import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import { type Agent, request } from 'undici'
import type { Clock } from '../core/clock.ts'
import { Authority, type Authorization, type Need } from './authority.ts'
import { isPassingStatus, tries, waitBefore } from './backoff.ts'
import { readCapped, readJson } from './body.ts'
import { parseChallenge } from './challenge.ts'
import { brokenConnection, isPassing, refused, tooSlow } from './failure.ts'
import { nextHop } from './redirect.ts'

export interface ExchangeOptions {
  base: URL
  authorization?: Authorization | undefined
  tokenHosts?: readonly string[] | undefined
  agent: Agent
  clock: Clock
  random: () => number
  /** Waits for a turn where the server has quotas (law 6). */
  pace: (operation: string, signal?: AbortSignal) => Promise<void>
  /** Told the status of each answer. */
  heard?: ((operation: string, status: number) => void) | undefined
  /** How long an answer that is read whole may take, in ms of the network. */
  patience?: number | undefined
}

/** Minutes for what takes milliseconds: only an answer that drips byte by byte, for ever, needs longer. */
const longPatience = 5 * 60_000

export interface Ask extends Need {
  /** For counting and for messages: `GetManifest`. */
  operation: string
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base, or a whole URL that the registry gave (an upload, a next page). */
  to: string | URL
  headers?: Record<string, string>
  /** A stream can be sent once, so a request that has one is not tried again. */
  body?: Uint8Array | Readable
  /** The answer may be large: it is passed on, and may take as long as it takes. */
  streams?: boolean
  /** Answers that the caller can use; all others become errors. */
  ok: readonly number[]
  signal: AbortSignal | undefined
}

export interface Answer {
  status: number
  headers: Record<string, string>
  /** Must be read or destroyed. */
  body: Readable
  /** Where the answer came from. */
  url: URL
}

/** Sends requests to one registry: authorization, retries, redirects by hand, counting. */
export class Exchange {
  readonly #options: ExchangeOptions
  readonly #authority: Authority
  readonly #counts = new Map<string, number>()
  /** True once an answer said that it comes from the sandbox (law 9). */
  simulated = false

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#authority = new Authority({
      ...options,
      fetchToken: (realm, authorization, signal) => this.#fetchToken(realm, authorization, signal),
    })
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  async send(ask: Ask): Promise<Answer> {
    // One signal stops a whole run, so very many requests listen to it at once; that is no leak.
    if (ask.signal) setMaxListeners(0, ask.signal)
    const url = ask.to instanceof URL ? ask.to : new URL(ask.to, this.#options.base)
    const header = isOwn(url, this.#options.base)
      ? await this.#authority.headerFor(ask, ask.signal)
      : undefined
    let answer = await this.#followed(ask, url, header)
    if (canRenew(answer, ask) && isOwn(answer.url, this.#options.base)) {
      const challenge = parseChallenge(answer.headers['www-authenticate'])
      const another = await this.#authority.another({ challenge, header }, ask, ask.signal)
      if (another) {
        await drop(answer.body)
        answer = await this.#followed(ask, url, another)
      }
    }
    if (ask.ok.includes(answer.status)) return ask.streams ? answer : this.#endsInTime(ask, answer)
    const what = describe(ask, answer.url)
    const { body } = this.#endsInTime(ask, answer)
    throw refused(what, answer.status, await readCapped(body, 64 * 1024, what))
  }

  /** Silence ends a connection anyway; this ends one that says something every second and never comes to an end. */
  #endsInTime(ask: Ask, answer: Answer): Answer {
    const { body, url } = answer
    const giveUp = () => body.destroy(tooSlow(describe(ask, url)))
    const timer = setTimeout(giveUp, this.#options.patience ?? longPatience).unref()
    body.once('close', () => clearTimeout(timer))
    return answer
  }

  /** Follows redirects of reads. The Authorization header goes no further than the origin it belongs to. */
  async #followed(ask: Ask, first: URL, authorization: string | undefined): Promise<Answer> {
    let answer = await this.#retried(ask, first, authorization)
    let header = authorization
    for (let hop = 1; isRedirect(answer.status) && ask.method !== 'PUT' && ask.method !== 'POST'; hop++) {
      const next = nextHop(answer.url, answer.headers['location'], hop)
      await drop(answer.body)
      if (next.origin !== answer.url.origin) header = undefined
      answer = await this.#retried(ask, next, header)
    }
    return answer
  }

  async #retried(ask: Ask, url: URL, authorization: string | undefined): Promise<Answer> {
    const { clock } = this.#options
    for (let attempt = 1; ; attempt++) {
      const last = attempt === tries || ask.body instanceof Readable
      let retryAfter: string | undefined
      try {
        const answer = await this.#once(ask, url, authorization)
        if (last || !isPassingStatus(answer.status)) return answer
        retryAfter = answer.headers['retry-after']
        await drop(answer.body)
      } catch (error) {
        if (last || !isPassing(error)) throw brokenConnection(describe(ask, url), error)
      }
      await clock.sleep(waitBefore(attempt, retryAfter, this.#options), ask.signal)
    }
  }

  async #once(ask: Ask, url: URL, authorization: string | undefined): Promise<Answer> {
    const { agent, pace } = this.#options
    await pace(ask.operation, ask.signal)
    this.#counts.set(ask.operation, (this.#counts.get(ask.operation) ?? 0) + 1)
    const answer = await request(url, {
      method: ask.method,
      dispatcher: agent,
      // undici would end the connection after each HEAD, which costs a handshake per tag of a listing.
      reset: false,
      highWaterMark: 1 << 20,
      headers: { 'accept-encoding': 'identity', ...ask.headers, ...(authorization && { authorization }) },
      ...(ask.body && { body: ask.body }),
      ...(ask.signal && { signal: ask.signal }),
    })
    this.#options.heard?.(ask.operation, answer.statusCode)
    const headers = flat(answer.headers)
    if (headers['x-holdfast-simulated'] === 'true') this.simulated = true
    return { status: answer.statusCode, headers, body: answer.body, url }
  }

  async #fetchToken(
    realm: URL,
    authorization: string | undefined,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const operation = 'GetToken'
    const ask: Ask = { operation, method: 'GET', to: realm, access: 'pull', ok: [200], signal }
    const answer = this.#endsInTime(ask, await this.#retried(ask, realm, authorization))
    const what = describe(ask, realm)
    if (answer.status !== 200)
      throw refused(what, answer.status, await readCapped(answer.body, 64 * 1024, what))
    return readJson(answer.body, 256 * 1024, what)
  }
}

/** 401 always, 403 because ECR says so to an expired token too (ecr-facts 4.2). A stream cannot be sent again. */
function canRenew({ status }: Answer, ask: Ask): boolean {
  return (status === 401 || status === 403) && !(ask.body instanceof Readable)
}

function isOwn(url: URL, base: URL): boolean {
  return url.origin === base.origin
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** `GetBlob team/app at registry.example.com`: never a query, which may hold a signature. */
export function describe(ask: Pick<Ask, 'operation' | 'repository'>, url: URL): string {
  return `${ask.operation} ${ask.repository ? `${ask.repository} ` : ''}at ${url.host} failed.`
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const found: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return found
}

/** Frees the connection of an answer that nobody reads; a long rest is not worth reading. */
export async function drop(body: Readable): Promise<void> {
  const dump = (body as { dump?: (options: { limit: number }) => Promise<void> }).dump
  if (dump) await dump.call(body, { limit: 128 * 1024 }).catch(() => body.destroy())
  else body.destroy()
}
