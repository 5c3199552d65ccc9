import { parseArn } from '../../core/arn.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { decisionOf, evaluate, prepare } from '../evaluate.ts'
import { type RepositoryAccess, requestFor } from '../open-access.ts'
import type { Person } from '../people.ts'
import type { LockOut } from './change.ts'
import type { Pair, Sides } from './sides.ts'

const action = 'ecr:SetRepositoryPolicy'

export interface LockOuts {
  lockOut: LockOut | null
  /** Said when nobody at all is left. */
  nobody: string[]
}

/**
 * ECR refuses a repository policy that its setter could not replace, unless forced (ecr-facts 6.3); whoever forces it
 * may need to delete the repository. Only a repository policy has this guard.
 * Assumption: the guard asks whether the setter, with all its policies, may call SetRepositoryPolicy afterwards.
 */
export function lockOutOf({ change, repositories, people }: Sides, inventory: Inventory): LockOuts {
  const [pair] = repositories
  if (change.kind !== 'repository-policy' || !pair) return { lockOut: null, nobody: [] }
  const canSet = ({ after: person }: Pair<Person>): boolean => {
    const policies = { ...pair.after.policies, ...person.own }
    return (
      decisionOf(policies, prepare(policies, requestFor(pair.after, { caller: person.caller, action }))) ===
      'allowed'
    )
  }
  const left = people.some(canSet)
  const nobody = left
    ? []
    : [
        `Afterwards nobody of the account is certain to be able to set the policy of ${change.subject} again, the root user included.`,
      ]
  return { lockOut: setterLockedOut(pair, people, inventory), nobody }
}

function setterLockedOut(
  { before, after }: Pair<RepositoryAccess>,
  people: readonly Pair<Person>[],
  inventory: Inventory,
): LockOut | null {
  const setter = people.find((person) => isCaller(person.after, inventory.registry.identity))?.after
  if (!setter) return null
  const ask = (on: RepositoryAccess) =>
    evaluate({ ...on.policies, ...setter.own }, requestFor(on, { caller: setter.caller, action }))
  const was = ask(before).decision
  const { decision, reason } = ask(after)
  if (decision === 'allowed' || was === decision || was === 'denied') return null
  return { caller: setter.name, action, decision, reason }
}

/** A session's ARN has the name of its role, without the path. */
function isCaller({ name }: Person, identity: string): boolean {
  if (name === identity) return true
  const session = parseArn(identity)
  const role = parseArn(name)
  const [kind, roleName] = session?.resource.split('/') ?? []
  if (kind !== 'assumed-role' || !role?.resource.startsWith('role/')) return false
  return role.account === session?.account && role.resource.split('/').at(-1) === roleName
}
