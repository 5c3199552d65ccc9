import type { Inventory } from '../inventory/inventory.ts'
import type { IamPolicy, Identities } from '../inventory/neighbours.ts'
import { type CompiledPolicy, compilePolicy, layerOf } from './layer.ts'
import type { AccessPolicies } from './policies.ts'
import type { Caller } from './request.ts'

/** One user or role of the account with everything that IAM says of it, or somebody from outside. */
export interface Person {
  caller: Caller
  /** How it is shown: an ARN, `account 444455556666`, `lambda.amazonaws.com`. */
  name: string
  own: Pick<AccessPolicies, 'identity' | 'boundary'>
  /** The same for whoever has the same policies; undefined for those whose policies nobody sees. */
  group: string | undefined
}

/** Policies are compiled once, however many have them. */
export function peopleOf({ identities, registry }: Inventory): Person[] {
  const { account, partition } = registry
  const root: Person = {
    caller: { kind: 'root', account, partition },
    name: `arn:${partition}:iam::${account}:root`,
    own: { identity: 'granted', boundary: undefined },
    group: undefined,
  }
  return 'ok' in identities ? [root, ...everybodyIn(identities.ok)] : [root]
}

function everybodyIn(identities: Identities): Person[] {
  const shelf = openShelf(identities.policies)
  const groups = new Map(identities.groups.map((group) => [group.name, group]))
  const users = identities.users.map((user): Person => {
    const holders = [user, ...user.groups.map((name) => groups.get(name))]
    const missing = user.groups
      .filter((name) => !groups.has(name))
      .map((name) => shelf.missing(`group ${name}`))
    const policies = [...holders.flatMap((holder) => (holder ? shelf.of(holder) : [])), ...missing]
    const caller: Caller = { kind: 'user', arn: user.arn, id: user.id, tags: user.tags }
    return person(caller, user.arn, { policies, boundary: shelf.boundary(user.boundary) })
  })
  const roles = identities.roles.map((role): Person => {
    const caller: Caller = { kind: 'role', arn: role.arn, id: role.id, tags: role.tags }
    return person(caller, role.arn, { policies: shelf.of(role), boundary: shelf.boundary(role.boundary) })
  })
  return [...users, ...roles]
}

interface Held {
  policies: Shelved[]
  boundary: Shelved | undefined
}

interface Shelved {
  number: number
  policy: CompiledPolicy
}

function person(caller: Caller, name: string, { policies, boundary }: Held): Person {
  const numbers = policies.map(({ number }) => number).sort((a, b) => a - b)
  return {
    caller,
    name,
    own: {
      identity: layerOf(
        'identity policy',
        policies.map(({ policy }) => policy),
      ),
      boundary: boundary && layerOf('permissions boundary', [boundary.policy]),
    },
    group: `${caller.kind} ${numbers.join(' ')} ${boundary?.number ?? ''}`,
  }
}

interface Holder {
  name: string
  inline: { name: string; document: string }[]
  attached: string[]
}

/** Compiled policies by their text and name. */
function openShelf(managed: readonly IamPolicy[]) {
  const byArn = new Map(managed.map((policy) => [policy.arn, policy]))
  const shelved = new Map<string, Shelved>()
  const put = (key: string, make: () => CompiledPolicy): Shelved => {
    const found = shelved.get(key) ?? { number: shelved.size, policy: make() }
    shelved.set(key, found)
    return found
  }
  const text = (name: string, document: string, ofAws = false): Shelved =>
    put(`${ofAws} ${name}\n${document}`, () => compilePolicy({ name, document, ofAws }, 'identity policy'))
  const missing = (name: string): Shelved =>
    put(name, () => ({ name, statements: [], unreadable: 'it is not in the inventory' }))
  const attached = (arn: string): Shelved => {
    const found = byArn.get(arn)
    return found ? text(found.name, found.document, /^arn:[^:]+:iam::aws:/.test(arn)) : missing(arn)
  }
  return {
    missing,
    of: ({ inline, attached: arns }: Holder): Shelved[] => [
      ...inline.map(({ name, document }) => text(name, document)),
      ...arns.map(attached),
    ],
    boundary: (arn: string | undefined): Shelved | undefined =>
      arn === undefined ? undefined : attached(arn),
  }
}
