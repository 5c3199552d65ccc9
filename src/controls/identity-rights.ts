import { type Ability, abilityOf, isChange } from '../access/actions.ts'
import { type HolderRight, rightsOfHolder } from '../access/holder-rights.ts'
import { trapsOf } from '../access/mfa-use/traps.ts'
import { type Person, peopleOf } from '../access/people.ts'
import type { CompiledStatement } from '../access/statement.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { IamRole, IamUser } from '../inventory/neighbours.ts'

/** One action that somebody may use on this registry, and what gives it. */
export interface Right extends HolderRight {
  ability: Ability
}

export interface Rights {
  /** To push, delete and configure. */
  rights: Right[]
  /** The policy that gives everything, of all of AWS. */
  administrator?: string
  /** What may give or take something for all that is known here: a verdict that needs it is unknown. */
  unclear: string[]
  /** Conditions on MFA that do not do what they look like. */
  traps: string[]
}

interface People {
  byArn: ReadonlyMap<string, Person>
  rights: Map<string, Rights>
}

const remembered = new WeakMap<Inventory, People>()
const none: Rights = { rights: [], unclear: [], traps: [] }

/** What a user, with its groups, or a role may do here; within its boundary. Worked out once for each inventory. */
export function rightsOf({ arn }: IamUser | IamRole, inventory: Inventory): Rights {
  const people = remembered.get(inventory) ?? peopleIn(inventory)
  remembered.set(inventory, people)
  const person = people.byArn.get(arn)
  const found = people.rights.get(arn) ?? (person ? workOut(person, inventory) : none)
  people.rights.set(arn, found)
  return found
}

function peopleIn(inventory: Inventory): People {
  return { byArn: new Map(peopleOf(inventory).map((person) => [person.name, person])), rights: new Map() }
}

function workOut(person: Person, { registry }: Inventory): Rights {
  const { rights, unclear } = rightsOfHolder(person, registry)
  const administrator = rights.length > 0 ? administratorBy(person) : undefined
  return {
    rights: rights.flatMap((right) => {
      const ability = abilityOf(right.action)
      return ability === undefined ? [] : [{ ...right, ability }]
    }),
    ...(administrator !== undefined && { administrator }),
    unclear,
    traps: trapsOf(person.own),
  }
}

/** All actions of all services, or all but a few, on everything, and no boundary that is narrower. */
function administratorBy({ own: { identity, boundary } }: Person): string | undefined {
  const allowsOf = (layer: typeof boundary) =>
    (layer?.policies ?? []).flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow'))
  const own = allowsOf(typeof identity === 'object' ? identity : undefined)
  const isLimited = boundary !== undefined && !allowsOf(boundary).some(isEverything)
  return isLimited ? undefined : own.find((each) => isEverything(each) && !isConditional(each))?.policy
}

function isEverything({ covers, source: { actions, resources } }: CompiledStatement): boolean {
  const isAll = actions.not ? covers('ecr:putimage') : actions.list.includes('*')
  return isAll && resources.list.includes('*') && !resources.not
}

/** A second factor makes nobody less of an administrator. */
function isConditional({ source: { conditions } }: CompiledStatement): boolean {
  return conditions.some(({ key }) => !/^aws:multifactorauth(present|age)$/i.test(key))
}

export function isWrite({ action }: Right): boolean {
  return isChange(action)
}
