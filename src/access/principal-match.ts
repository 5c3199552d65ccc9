import type { Hold, PreparedCaller } from './caller.ts'
import { matchesGlob, withWildcards } from './glob.ts'
import type { Principal, Statement } from './policy.ts'
import { either, maybe, no, type Truth, yes } from './truth.ts'

/** How surely a statement gets hold of a caller, by the way it does. */
export type Holds = Record<Hold, Truth>

export interface CallerPlace {
  caller: PreparedCaller
  /** It has a permissions boundary. */
  bounded: boolean
}

export type PrincipalMatch = (place: CallerPlace) => Readonly<Holds>

const nobody: Readonly<Holds> = { direct: no, role: no, account: no }
const everybody: Readonly<Holds> = { ...nobody, direct: yes }
const somebody: Readonly<Holds> = { ...nobody, direct: maybe }

export function compilePrincipals({ principals, effect }: Statement): PrincipalMatch {
  const named = rememberLast(onFirstUse(() => compileNamed(principals.list)))
  if (!principals.not) return ({ caller }) => named(caller)
  return effect === 'Deny'
    ? (place) => deniesAllBut(named, place)
    : ({ caller }) => allowsAllBut(named(caller))
}

type Named = (caller: PreparedCaller) => Readonly<Holds>

/** Of many statements nobody ever asks. */
function onFirstUse(compile: () => Named): Named {
  let named: Named | undefined
  return (caller) => {
    named ??= compile()
    return named(caller)
  }
}

/** Many things are asked of one caller in a row. */
function rememberLast(named: Named): Named {
  let last: PreparedCaller | undefined
  let holds = nobody
  return (caller) => {
    if (caller !== last) holds = named(caller)
    last = caller
    return holds
  }
}

function compileNamed(list: readonly Principal[]): Named {
  const idsOf = (type: string) => list.filter((one) => one.type === type).map(({ id }) => id)
  const aws = new Set(idsOf('AWS'))
  const services = new Set(idsOf('Service'))
  const providers = new Set(idsOf('Federated'))
  const isStrange = list.some(({ type }) => !['AWS', 'Service', 'Federated'].includes(type))
  const patterns = [...aws].filter((id) => /[*?]/.test(id)).map(withWildcards)
  const others = [...aws]
  if (aws.has('*')) return () => everybody
  return (caller) => {
    const { kind } = caller.caller
    if (kind === 'service') return services.has(caller.caller.name) ? everybody : nobody
    if (kind === 'federated') return providers.has(caller.caller.provider) ? everybody : nobody
    const found: Holds = { ...nobody }
    for (const [name, hold] of caller.names) {
      if (aws.has(name)) found[hold] = yes
      // AWS takes no wildcard inside a principal; what it would mean is not promised.
      else if (patterns.some((pattern) => matchesGlob(pattern, name)))
        found[hold] = either(found[hold], maybe)
    }
    if (isStrange || mayBeNamed(caller, others)) found.direct = either(found.direct, maybe)
    return found
  }
}

function mayBeNamed({ maybeBegins, idUnknown }: PreparedCaller, ids: readonly string[]): boolean {
  if (maybeBegins === undefined && idUnknown === undefined) return false
  return ids.some(
    (id) =>
      (maybeBegins !== undefined && id.startsWith(maybeBegins)) ||
      (idUnknown !== undefined && id.startsWith(idUnknown)),
  )
}

/** Whether the account alone takes its users and roles out is not promised. */
function allowsAllBut({ direct, role, account }: Readonly<Holds>): Readonly<Holds> {
  if (direct === yes || role === yes) return nobody
  return direct === no && role === no && account === no ? everybody : somebody
}

/**
 * Whoever has a boundary is denied, whatever the list says. Others are spared for certain only when the account, the
 * role and the session are all in it: IAM may look at each of them. Assumption: what the account alone does is not known.
 */
function deniesAllBut(named: Named, { caller, bounded }: CallerPlace): Readonly<Holds> {
  const { kind, session } = { session: undefined, ...caller.caller }
  if (bounded) return everybody
  const { direct, role, account } = named(caller)
  if (direct === no && role === no && account === no) return everybody
  if (kind === 'root' && account === yes) return nobody
  const isOutside = kind === 'service' || kind === 'federated'
  const isComplete = account === yes && (kind !== 'role' || (session !== undefined && role === yes))
  return direct === yes && (isOutside || isComplete || isForEverybody(named)) ? nobody : somebody
}

function isForEverybody(named: Named): boolean {
  return named(stranger) === everybody
}

const stranger: PreparedCaller = {
  caller: { kind: 'account', account: '' },
  account: undefined,
  names: new Map(),
  maybeBegins: undefined,
  idUnknown: undefined,
  serviceLinked: false,
  facts: { values: new Map(), complete: [] },
}
