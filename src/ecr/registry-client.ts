import type { Budget } from '../aws/budget.ts'
import type { AwsContext } from '../aws/context.ts'
import { isAwsHost } from '../aws/endpoints.ts'
import type { Clock } from '../core/clock.ts'
import { type OciClient, type OciClientOptions, ociClient } from '../oci/client.ts'
import type { AddressRule } from '../oci/connect.ts'
import type { EcrControl } from './control.ts'
import { isElsewhere, namedHosts, registryBase } from './data-plane.ts'
import { tokenKeeper } from './token.ts'

/**
 * Presigned URLs may lead to public addresses, to the hosts that the user named by custom endpoints, and over https
 * to AWS hosts at private addresses: that is what an interface endpoint of S3 in a VPC looks like, and the
 * certificate proves the host. With a custom API endpoint no AWS host at all (law 8).
 */
export function downloadRule(aws: AwsContext): AddressRule {
  const named = new Set(namedHosts(aws))
  const elsewhere = isElsewhere(aws)
  return ({ host, protocol, kind }) => {
    if (named.has(host)) return true
    if (isAwsHost(host))
      return !elsewhere && (kind === 'public' || (kind === 'private' && protocol === 'https:'))
    return kind === 'public'
  }
}

/** The `/v2/` side of an ECR registry; opened when it is first needed, because that takes a token. */
export class EcrRegistryClient {
  readonly #aws: AwsContext
  readonly #control: EcrControl
  readonly #clock: Clock
  #opening: Promise<OciClient> | undefined
  #client: OciClient | undefined

  constructor(aws: AwsContext, control: EcrControl, clock: Clock) {
    this.#aws = aws
    this.#control = control
    this.#clock = clock
  }

  client(): Promise<OciClient> {
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  requests(): Record<string, number> {
    return this.#client ? prefixed('registry', this.#client.requests()) : {}
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  async #open(): Promise<OciClient> {
    const keeper = tokenKeeper(this.#control, this.#clock)
    const base = registryBase(this.#aws, this.#aws.registryEndpoint ?? (await keeper.proxyEndpoint()))
    const rule = downloadRule(this.#aws)
    this.#client = ociClient({
      base,
      authorization: keeper.authorization,
      addressRule: (contact) => contact.host === base.hostname || rule(contact),
      clock: this.#clock,
      ...pacing(this.#aws.budget),
    })
    return this.#client
  }
}

/** What each request of the data plane costs of the API's quotas (ecr-facts 4.1 and 4.10). */
const operations: Record<string, string> = {
  GetManifest: 'ecr:BatchGetImage',
  HeadManifest: 'ecr:BatchGetImage',
  PutManifest: 'ecr:PutImage',
  HeadBlob: 'ecr:BatchCheckLayerAvailability',
  StartUpload: 'ecr:InitiateLayerUpload',
  MountBlob: 'ecr:InitiateLayerUpload',
  PutBlob: 'ecr:CompleteLayerUpload',
}

/** Law 6 holds for the data plane too: same quotas, other door, and a 429 here slows the API as well. */
function pacing(budget: Budget): Pick<OciClientOptions, 'pace' | 'heard'> {
  return {
    pace: async (operation, signal) => {
      const cost = operations[operation]
      if (cost) await budget.take(cost, signal)
    },
    heard: (operation, status) => {
      const cost = operations[operation]
      if (cost && status === 429) budget.throttled(cost)
      else if (cost) budget.answered(cost)
    },
  }
}

/** Counts of one door among those of others: `registry:GetManifest`. */
export function prefixed(prefix: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}:${name}`, count]))
}
