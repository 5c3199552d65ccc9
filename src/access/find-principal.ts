import { parseArn } from '../core/arn.ts'
import type { Access } from './open-access.ts'
import { foreignCaller, type OutsiderKind, strangerAccount } from './outsiders.ts'
import type { Person } from './people.ts'
import { accountOf } from './principal.ts'
import type { Caller } from './request.ts'

/** Somebody who is asked about. */
export interface Principal extends Pick<Person, 'caller' | 'name' | 'own'> {
  kind: OutsiderKind | 'user' | 'role' | 'root'
}

/** Nobody, or more than one. */
export interface NotFound {
  what: string
  /** Names of those who could have been meant. */
  candidates: string[]
  several: boolean
}

/**
 * Whom a word means: an ARN, `user/ann`, `role/ci/deploy`, a name that only one has, an account id, a service, or `*` for
 * any AWS account.
 */
export function findPrincipal(access: Access, word: string): Principal | NotFound {
  const { account, partition } = access.inventory.registry
  if (word === '*') return outsider('public', 'any AWS account', stranger(partition))
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(word))
    return outsider('service', word, { kind: 'service', name: word })
  if (/^\d{12}$/.test(word)) return ofAccount(access, word)
  const arn = parseArn(word)
  if (arn && /^(oidc|saml)-provider\//.test(arn.resource))
    return outsider('federated', word, { kind: 'federated', provider: word })
  if (arn && arn.account !== account) return foreign(word, partition)
  if (arn?.resource === 'root') return ofAccount(access, account)
  return arn ? ownArn(access, word) : ownName(access, word)
}

function stranger(partition: string): Caller {
  return { kind: 'account', account: strangerAccount, partition, organization: null }
}

function outsider(kind: OutsiderKind, name: string, caller: Caller): Principal {
  return { kind, name, caller, own: { identity: 'unknown', boundary: undefined } }
}

function foreign(arn: string, partition: string): Principal {
  const caller = foreignCaller(arn, { partition })
  return caller.kind === 'account'
    ? outsider('account', `account ${caller.account}`, caller)
    : outsider('foreign-principal', arn, caller)
}

function ofAccount(access: Access, account: string): Principal {
  const root = access.people.find(({ caller }) => caller.kind === 'root')
  if (root && account === access.inventory.registry.account) return known(root)
  return foreign(account, access.inventory.registry.partition)
}

function known({ caller, name, own }: Person): Principal {
  return { kind: caller.kind as 'user' | 'role' | 'root', caller, name, own }
}

function ownArn(access: Access, arn: string): Principal | NotFound {
  const found = access.people.find(({ name }) => name === arn)
  if (found) return known(found)
  const session = sessionOf(access, arn)
  if (session) return session
  // Whose policies nobody could read may be anybody's.
  if ('error' in access.inventory.identities) {
    const caller = foreignCaller(arn, { partition: access.inventory.registry.partition })
    return { kind: caller.kind === 'role' ? 'role' : 'user', caller, name: arn, own: unread }
  }
  return nobody(access, arn)
}

const unread: Person['own'] = { identity: 'unknown', boundary: undefined }

/** `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`: the role's path is not in it. */
function sessionOf({ people }: Access, arn: string): Principal | undefined {
  const [, name, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn) ?? []
  const role = people.find(({ caller }) => caller.kind === 'role' && lastOf(caller.arn) === name)
  if (role?.caller.kind !== 'role' || session === undefined) return undefined
  return { ...known(role), name: arn, caller: { ...role.caller, session } }
}

const lastOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)

/** `role/ci/deploy`, `deploy`, or the unique id. */
function ownName(access: Access, word: string): Principal | NotFound {
  const fits = ({ caller, name }: Person) =>
    ('id' in caller && caller.id === word) || parseArn(name)?.resource === word
  const exact = access.people.filter(fits)
  const found =
    exact.length > 0
      ? exact
      : access.people.filter(({ caller, name }) => {
          const [, ...path] = parseArn(name)?.resource.split('/') ?? []
          return caller.kind !== 'root' && (path.join('/') === word || path.at(-1) === word)
        })
  const [only, ...more] = found
  if (only && more.length === 0) return known(only)
  if (!only) return nobody(access, word)
  const candidates = found.map(({ name }) => parseArn(name)?.resource ?? name)
  return { what: `${found.length} users and roles are called ${word}`, candidates, several: true }
}

function nobody({ people, inventory }: Access, word: string): NotFound {
  const isFull = parseArn(word) !== undefined
  const typed = word.includes('/')
  const candidates = people.flatMap(({ name }) => {
    const resource = parseArn(name)?.resource ?? name
    return isFull ? [name] : typed ? [resource] : [lastOf(resource)]
  })
  const what = `No user or role of account ${accountOf(inventory.registry.account)} is called ${JSON.stringify(word)}`
  return { what, candidates, several: false }
}
