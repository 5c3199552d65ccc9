import type { Clock } from '../core/clock.ts'
import type { EcrControl } from './control.ts'
import type { EcrToken } from './layers.ts'

const early = 5 * 60_000
const oldEnoughToBlame = 60_000

export interface TokenKeeper {
  /** The Authorization header for the registry's `/v2/` endpoint; `rejected` is one that it just refused. */
  authorization(rejected?: string): Promise<string>
  /** Where AWS says that the registry is. */
  proxyEndpoint(): Promise<string>
}

/**
 * Holds the registry token (12 hours), renews it five minutes early, and once when the registry refuses it: a refusal
 * looks the same for an expired token and for a missing permission, so a token younger than a minute is not blamed.
 * Any number of callers cause one request.
 */
export function tokenKeeper(control: EcrControl, clock: Clock): TokenKeeper {
  let held: (EcrToken & { since: number }) | undefined
  let asking: Promise<EcrToken> | undefined
  const now = () => clock.now().getTime()

  const renewed = async (): Promise<EcrToken> => {
    asking ??= control.getAuthorizationToken().finally(() => {
      asking = undefined
    })
    const token = await asking
    held = { ...token, since: now() }
    return token
  }
  const current = async () => (held && held.expiresAt.getTime() - now() > early ? held : renewed())
  return {
    async authorization(rejected) {
      const token = await current()
      const header = headerOf(token)
      if (header !== rejected || (held && now() - held.since < oldEnoughToBlame)) return header
      return headerOf(await renewed())
    },
    proxyEndpoint: async () => (await current()).proxyEndpoint,
  }
}

/** The token is base64 of `AWS:<password>` already (ecr-facts 4.2). */
function headerOf({ authorization }: EcrToken): string {
  return `Basic ${authorization}`
}
