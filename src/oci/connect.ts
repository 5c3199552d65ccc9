import { type LookupAddress, lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { HoldfastError } from '../core/errors.ts'
import { type AddressKind, kindOfAddress } from './addresses.ts'

export interface Contact {
  host: string
  protocol: string
  kind: AddressKind
}

/**
 * Says which hosts may be contacted, given what their addresses are. Law 8: loopback, private and link-local ranges
 * only where the user named them. It is asked about `public` before a name is looked up: refusing that refuses the
 * host altogether.
 */
export type AddressRule = (contact: Contact) => boolean

/**
 * The named host, and other hosts in a range that the named host itself lives in: a registry at a private address
 * may keep its blobs at another private one. Link-local and reserved addresses are never inferred.
 */
export function namedAndItsRange(host: string): AddressRule {
  const own = bare(host)
  const lived = new Set<AddressKind>()
  return (contact) => {
    if (contact.host !== own) return contact.kind === 'public' || lived.has(contact.kind)
    if (contact.kind === 'private' || contact.kind === 'loopback') lived.add(contact.kind)
    return true
  }
}

/**
 * Connections whose address is checked after the name was resolved and before a byte is sent, on every hop, so
 * neither a literal, a decimal form nor a DNS name gets around it.
 */
export function guardedAgent(rule: AddressRule): Agent {
  return new Agent({
    connections: 50,
    bodyTimeout: 60_000,
    headersTimeout: 120_000,
    keepAliveTimeout: 10_000,
    connect: guardedConnector(rule),
  })
}

function guardedConnector(rule: AddressRule): buildConnector.connector {
  const connectors = new Map<string, buildConnector.connector>()
  const connectorFor = (protocol: string) => {
    const known = connectors.get(protocol)
    if (known) return known
    const made = buildConnector({ timeout: 10_000, lookup: guardedLookup(rule, protocol) } as never)
    connectors.set(protocol, made)
    return made
  }
  return (options, callback) => {
    const host = bare(options.hostname)
    // A literal address is connected to without a lookup, so it is checked here.
    const kinds = isIP(host) ? [kindOfAddress(host)] : (['public'] as const)
    const refused = refusal(rule, { host, protocol: options.protocol, kinds })
    if (refused) callback(refused, null)
    else connectorFor(options.protocol)(options, callback)
  }
}

function guardedLookup(rule: AddressRule, protocol: string): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const kinds = found.map(({ address }) => kindOfAddress(address))
      const refused = refusal(rule, { host: bare(hostname), protocol, kinds })
      if (refused) return callback(refused, '')
      answer(found, options.all === true, callback)
    })
  }
}

function answer(found: LookupAddress[], all: boolean, callback: Parameters<LookupFunction>[2]): void {
  const [first] = found
  if (all || !first) callback(null, found)
  else callback(null, first.address, first.family)
}

/** One forbidden address among several is enough: which of them is used is not ours to choose. */
function refusal(
  rule: AddressRule,
  { host, protocol, kinds }: { host: string; protocol: string; kinds: readonly AddressKind[] },
): HoldfastError | undefined {
  const bad = kinds.find((kind) => !rule({ host, protocol, kind }))
  if (!bad) return undefined
  const why =
    bad === 'public'
      ? 'It is not among the hosts that this run may contact, and a server sent Holdfast there.'
      : `It is a ${bad} address, which nobody named, and a server sent Holdfast there.`
  return new HoldfastError('forbidden-address', {
    what: `Refused to contact ${host}`,
    why,
    next: 'If this is right, name that host yourself, for example with --registry-endpoint or --endpoint-url.',
  })
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase()
}
