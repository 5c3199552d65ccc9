import { isRegistryWide } from '../action-scope.ts'
import { type Ability, abilityOf, actionNames } from '../actions.ts'
import { ask, type BeforeAndAfter } from './prove.ts'

/** On all repositories, also those to come; on so many of those that there are; on the registry, or not. */
export type Reach = 'everywhere' | number

export interface ActionChange {
  action: string
  ability: Ability
  before: Reach
  after: Reach
}

interface Places {
  /** ARNs of repositories. */
  repositories: readonly string[]
  /** ARNs of repositories that nobody has. */
  any: readonly string[]
}

/** Each action of ECR that was given, and how far it reaches before and after. */
export function compare(sides: BeforeAndAfter, places: Places): ActionChange[] {
  return actionNames.flatMap((action): ActionChange[] => {
    const before = reachOf(action, places, (resource) =>
      ask(sides.before, sides.caller, { action, resource }),
    )
    if (before === 0) return []
    const after = reachOf(action, places, (resource) => ask(sides.after, sides.caller, { action, resource }))
    return [{ action, ability: abilityOf(action.slice(4)) ?? 'read', before, after }]
  })
}

function reachOf(action: string, { repositories, any }: Places, decide: (resource: string) => string): Reach {
  const isGiven = (resource: string) => decide(resource) !== 'denied'
  if (isRegistryWide(action.toLowerCase())) return isGiven('*') ? 'everywhere' : 0
  if (any.every(isGiven)) return 'everywhere'
  return repositories.filter(isGiven).length
}
