import { type Ability, abilityOf } from '../access/actions.ts'
import { type IdentityStatement, identityStatements } from '../access/identity.ts'
import type { SecondFactor } from '../access/mfa.ts'
import { parsePolicy } from '../access/parse.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { IamPolicy, IamRole, IamUser, Identities } from '../inventory/neighbours.ts'

/** One action that somebody may use on this registry, and what gives it. */
export interface Right {
  action: string
  ability: Ability
  everywhere: boolean
  /** Asked for by the Allow, or by a Deny that takes it from whoever has none. */
  factor: boolean
  policy: string
  statement: string
}

export interface Rights {
  rights: Right[]
  /** The policy that gives everything, of all of AWS. */
  administrator?: string
  /** What may give or take something for all that is known here: a verdict that needs it is unknown. */
  unclear: string[]
  /** Conditions on MFA that do not do what they look like. */
  traps: string[]
}

interface From extends IdentityStatement {
  policy: string
}

const remembered = new WeakMap<Inventory, Map<IamUser | IamRole, Rights>>()

/** What a user, with its groups, or a role may do here; within its boundary. Worked out once for each inventory. */
export function rightsOf(holder: IamUser | IamRole, identities: Identities, inventory: Inventory): Rights {
  const known = remembered.get(inventory) ?? new Map<IamUser | IamRole, Rights>()
  remembered.set(inventory, known)
  const found = known.get(holder) ?? workOut(holder, identities, inventory)
  known.set(holder, found)
  return found
}

function workOut(holder: IamUser | IamRole, identities: Identities, inventory: Inventory): Rights {
  const unclear: string[] = []
  const read = readerOf(identities, inventory, unclear)
  const own = holdersOf(holder, identities).flatMap(({ inline, attached }) => [
    ...inline.flatMap((policy) => read(policy)),
    ...attached.flatMap((arn) => read(arn)),
  ])
  const boundary = holder.boundary === undefined ? undefined : read(holder.boundary)
  const allows = own.filter(({ effect }) => effect === 'Allow')
  const denies = [...own, ...(boundary ?? [])].filter(({ effect }) => effect === 'Deny')
  const certain = allows.filter((each) => isCertain(each, unclear))
  const given = within(rightsBy(certain), boundary, unclear)
  const left = denies.length === 0 ? given : given.filter((right) => !isTaken(right, denies, unclear))
  const all = certain.find((each) => each.everything && !each.conditional)
  const limited = boundary && !boundary.some((each) => each.effect === 'Allow' && each.everything)
  return {
    rights: left,
    ...(all && !limited && left.some(isWrite) && { administrator: all.policy }),
    unclear: [...new Set(unclear)],
    traps: [
      ...new Set(own.flatMap(({ trap, name, policy }) => (trap ? [`${trap} (${name} of ${policy})`] : []))),
    ],
  }
}

/** The user and its groups; a role stands alone. */
function holdersOf(holder: IamUser | IamRole, { groups }: Identities) {
  const names = 'groups' in holder ? holder.groups : []
  return [holder, ...groups.filter(({ name }) => names.includes(name))]
}

type Named = { name: string; document: string }

/** Reads a policy, or the managed one of an ARN; what cannot be read is unclear. */
function readerOf(identities: Identities, inventory: Inventory, unclear: string[]) {
  return (given: Named | string): From[] => {
    const policy = typeof given === 'string' ? managed(identities).get(given) : given
    if (!policy) {
      unclear.push(`policy ${String(given)} was not read`)
      return []
    }
    const found = statementsOf(policy, inventory)
    if ('unreadable' in found) {
      unclear.push(`policy ${policy.name}: ${found.unreadable}`)
      return []
    }
    return found.statements
  }
}

const byArn = new WeakMap<Identities, Map<string, IamPolicy>>()

function managed(identities: Identities): Map<string, IamPolicy> {
  const before = byArn.get(identities)
  if (before) return before
  const found = new Map(identities.policies.map((policy) => [policy.arn, policy]))
  byArn.set(identities, found)
  return found
}

type Statements = { statements: From[] } | { unreadable: string }
const parsed = new WeakMap<object, Statements>()

/** Each policy is parsed once, however many have it. */
function statementsOf(policy: Named, { registry }: Inventory): Statements {
  const before = parsed.get(policy)
  if (before) return before
  const read = parsePolicy(policy.document, 'identity')
  const found: Statements =
    'unreadable' in read
      ? read
      : { statements: identityStatements(read, registry).map((each) => ({ ...each, policy: policy.name })) }
  parsed.set(policy, found)
  return found
}

/** An Allow that hangs on something not known here gives nothing for certain. */
function isCertain(statement: From, unclear: string[]): boolean {
  const words = statement.unclear
  if (words === undefined) return true
  if (statement.actions.names.some(isWriteAction))
    unclear.push(`${words} (${statement.name} of ${statement.policy})`)
  return false
}

/** For each action the widest; it asks for a second factor when every statement that gives it does. */
function rightsBy(allows: readonly From[]): Map<string, Right> {
  const found = new Map<string, Right>()
  for (const statement of allows) {
    for (const action of statement.actions.names) {
      const before = found.get(action)
      if (before === undefined) addRight(found, action, statement)
      else merge(before, statement)
    }
  }
  return found
}

function addRight(found: Map<string, Right>, action: string, { reach, factor, policy, name }: From): void {
  const ability = abilityOf(action)
  if (ability === undefined) return
  const everywhere = reach === 'everywhere'
  found.set(action, { action, ability, everywhere, factor: factor === 'demanded', policy, statement: name })
}

function merge(right: Right, { reach, factor, policy, name }: From): void {
  if (factor !== 'demanded') right.factor = false
  if (right.everywhere || reach !== 'everywhere') return
  right.everywhere = true
  right.policy = policy
  right.statement = name
}

/** A boundary gives nothing: it leaves what it names. */
function within(
  given: Map<string, Right>,
  boundary: readonly From[] | undefined,
  unclear: string[],
): Right[] {
  if (!boundary) return [...given.values()]
  const limits = rightsBy(boundary.filter((each) => each.effect === 'Allow' && isCertain(each, unclear)))
  return [...given.values()].flatMap((right) => {
    const limit = limits.get(right.action)
    if (!limit) return []
    const everywhere = right.everywhere && limit.everywhere
    return [{ ...right, everywhere, factor: right.factor || limit.factor }]
  })
}

/** Deny wins. One by MFA leaves the right, with a second factor; one that may or may not hold makes it unclear. */
function isTaken(right: Right, denies: readonly From[], unclear: string[]): boolean {
  const factors = new Set<SecondFactor>()
  for (const deny of denies) {
    if (!deny.actions.names.includes(right.action) || deny.reach !== 'everywhere') continue
    if (deny.unclear !== undefined) {
      if (isWrite(right)) unclear.push(`${deny.unclear} (${deny.name} of ${deny.policy})`)
      return true
    }
    if (deny.factor === 'none' && !deny.trap && !deny.conditional) return true
    factors.add(deny.factor)
  }
  if (factors.has('demanded') || (factors.has('absent') && factors.has('false'))) right.factor = true
  return false
}

export function isWriteAction(action: string): boolean {
  const ability = abilityOf(action)
  return ability !== undefined && isWriteAbility(ability, action)
}

/** Making repositories and tagging them does no harm to what is there. */
export function isWrite({ ability, action }: Right): boolean {
  return isWriteAbility(ability, action)
}

function isWriteAbility(ability: Ability, action: string): boolean {
  if (action === 'TagResource' || action === 'UntagResource') return false
  return ['push', 'delete', 'configure', 'set-policy'].includes(ability)
}
