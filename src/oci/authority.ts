import type { Clock } from '../core/clock.ts'
import { HoldfastError } from '../core/errors.ts'
import type { Challenge } from './challenge.ts'
import { invalidAnswer } from './failure.ts'

/**
 * Gives the Authorization header (`Basic ...`) for the registry's own origin. `rejected` is the one that the
 * registry just refused: answer another one, or the same or none when there is no better.
 */
export type Authorization = (rejected?: string) => Promise<string | undefined>

export interface AuthorityOptions {
  base: URL
  authorization?: Authorization | undefined
  /** Hosts beside the registry's own that may issue its tokens; always over https. */
  tokenHosts?: readonly string[] | undefined
  clock: Clock
  /** Sends a GET without following redirects and answers the parsed JSON body. */
  fetchToken: (
    realm: URL,
    authorization: string | undefined,
    signal?: AbortSignal,
  ) => Promise<Record<string, unknown>>
}

interface Token {
  value: string
  expiresAt: number
}

/** What a request needs to be allowed to do; the scope of a Bearer token. */
export interface Need {
  repository?: string
  access: 'pull' | 'push'
}

/** Hosts that are known to keep their token service under another name. */
const knownTokenHosts: Record<string, string> = { 'registry-1.docker.io': 'auth.docker.io' }

/** Decides what to send as Authorization: the given Basic header, or a token from the registry's token service. */
export class Authority {
  readonly #options: AuthorityOptions
  readonly #tokens = new Map<string, Promise<Token>>()
  #bearer: Challenge | undefined

  constructor(options: AuthorityOptions) {
    this.#options = options
  }

  /** For a request to the registry's own origin. */
  async headerFor(need: Need, signal?: AbortSignal): Promise<string | undefined> {
    if (!this.#bearer) return this.#options.authorization?.()
    const { value } = await this.#tokenFor(this.#bearer, need, signal)
    return `Bearer ${value}`
  }

  /** After a refusal: another header worth one more try, or undefined. */
  async another(
    refused: { challenge: Challenge | undefined; header: string | undefined },
    need: Need,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const { challenge, header } = refused
    if (challenge?.scheme === 'bearer') {
      this.#bearer = challenge
      this.#tokens.delete(keyOf(need))
      return this.headerFor(need, signal)
    }
    // A token service hands out what it hands out; a 403 to its token is the answer.
    if (this.#bearer) return undefined
    const better = await this.#options.authorization?.(header)
    return better === header ? undefined : better
  }

  async #tokenFor(challenge: Challenge, need: Need, signal?: AbortSignal): Promise<Token> {
    const key = keyOf(need)
    const known = await this.#tokens.get(key)
    if (known && known.expiresAt > this.#options.clock.now().getTime()) return known
    const asking = this.#askToken(challenge, need, signal)
    this.#tokens.set(key, asking)
    // A failure is not remembered; whoever waits for it gets it.
    asking.catch(() => this.#tokens.delete(key))
    return asking
  }

  async #askToken(challenge: Challenge, need: Need, signal?: AbortSignal): Promise<Token> {
    const realm = this.#checkedRealm(challenge.realm ?? '')
    if (challenge.service) realm.searchParams.set('service', challenge.service)
    const scope = scopeOf(need) ?? challenge.scope
    if (scope) realm.searchParams.set('scope', scope)
    const answer = await this.#options.fetchToken(realm, await this.#options.authorization?.(), signal)
    const value = answer['token'] ?? answer['access_token']
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
      throw invalidAnswer(`The token service ${realm.host} answered without a token.`)
    }
    const seconds = typeof answer['expires_in'] === 'number' ? answer['expires_in'] : 60
    // Used up a little early, so that it does not expire on its way.
    return { value, expiresAt: this.#options.clock.now().getTime() + Math.max(seconds * 0.8, 5) * 1000 }
  }

  /**
   * The realm is chosen by the server and gets the password, so it must be the registry's own host, a parent domain
   * of it, or a host that was allowed; and never plain http when the registry is https.
   */
  #checkedRealm(text: string): URL {
    const { base, tokenHosts = [] } = this.#options
    const realm = URL.canParse(text) ? new URL(text) : undefined
    if (!realm || realm.username || realm.password)
      throw invalidAnswer(`${base.host} names no usable token service.`)
    const own = realm.host === base.host && (realm.protocol === 'https:' || realm.protocol === base.protocol)
    const known = [...tokenHosts, knownTokenHosts[base.hostname]].includes(realm.host)
    if (own || (realm.protocol === 'https:' && (known || isParent(realm.hostname, base.hostname))))
      return realm
    throw new HoldfastError('registry-unauthorized', {
      what: `${base.host} wants the credentials sent to ${realm.host}: refused.`,
      why: 'Credentials go only to the registry itself, or to a host that was allowed.',
      next: 'If you trust that host, allow it as a token host.',
    })
  }
}

function isParent(domain: string, host: string): boolean {
  return domain.includes('.') && host.endsWith(`.${domain}`)
}

function scopeOf({ repository, access }: Need): string | undefined {
  if (!repository) return undefined
  return `repository:${repository}:${access === 'push' ? 'pull,push' : 'pull'}`
}

function keyOf(need: Need): string {
  return scopeOf(need) ?? ''
}
