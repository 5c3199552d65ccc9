import type { UsedAction } from '../../inventory/use-of-actions/usage.ts'
import { needs } from '../ability-actions.ts'
import { isRegistryWide } from '../action-scope.ts'
import { abilityOf } from '../actions.ts'

/** `used`: it was called. `goes with`: whoever does the one needs the other. `unseen`: no event would tell of it. */
export type Why = 'used' | 'goes with' | 'unseen'

/** One action on one resource that a smaller policy has to allow. */
export interface Wanted {
  /** `ecr:PutImage`. */
  action: string
  /** An ARN; `*` for the registry. */
  resource: string
  /** The resource stands for every repository of a registry: they were listed. */
  all: boolean
  /** Nobody knows where it was used: it stays on whatever the old policies give it. */
  asBefore?: true
  why: Why
  count: number
  last?: string
}

export interface WantedList {
  wanted: Wanted[]
  /** Calls that no action is known for. */
  unknown: string[]
}

/** Calls that ask for an action of another name; there are no actions of these names (ecr-facts 6.1, 4.5). */
const otherNames: Record<string, readonly string[]> = {
  ListImageReferrers: ['BatchGetImage'],
  MountLayer: ['GetDownloadUrlForLayer', 'InitiateLayerUpload'],
}

/** What was used, and what goes with it on the same repository. */
export function wantedBy(used: readonly UsedAction[], partition: string): WantedList {
  const found = new Map<string, Wanted>()
  const unknown = new Set<string>()
  for (const one of used) {
    if (one.denied) continue
    const names = otherNames[one.name] ?? [one.name]
    if (names.some((name) => abilityOf(name) === undefined)) unknown.add(one.name)
    else for (const name of names) addWanted(found, wantedOf(one, name, partition))
  }
  for (const one of [...found.values()]) for (const more of goesWith(one)) addWanted(found, more)
  const wanted = [...found.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  return { wanted, unknown: [...unknown].sort() }
}

function wantedOf(
  { region, account, repository, count, last }: UsedAction,
  name: string,
  partition: string,
): Wanted {
  const action = `ecr:${name}`
  const isWide = isRegistryWide(action.toLowerCase())
  const registry = `arn:${partition}:ecr:${region}:${account}:repository`
  return {
    ...{ action, why: 'used', count, last },
    resource: isWide ? '*' : `${registry}/${repository ?? '*'}`,
    all: !isWide && repository === null,
  }
}

function keyOf({ action, resource }: Wanted): string {
  return `${action} ${resource}`
}

function addWanted(found: Map<string, Wanted>, one: Wanted): void {
  const before = found.get(keyOf(one))
  if (!before) {
    found.set(keyOf(one), one)
    return
  }
  if (one.why !== 'used') return
  before.why = 'used'
  before.count += one.count
  if (one.last !== undefined && (before.last === undefined || one.last > before.last)) before.last = one.last
}

const pushes = needs.push.actions
const pulls = needs.pull.actions
/** That a layer is there is asked by pushes, and is none. */
const pushing = pushes.filter((action) => !action.includes(':BatchCheck'))

/** A push is all of its actions; docker needs a token; an import through a cache is in no event of that name. */
function goesWith(one: Wanted): Wanted[] {
  const isPush = pushing.includes(one.action)
  const isPull = pulls.includes(one.action)
  if (!isPush && !isPull) return []
  const beside = (action: string, why: Why, resource = one.resource): Wanted => ({
    ...{ action, resource, why, count: 0 },
    all: resource !== '*' && one.all,
  })
  return [
    ...(isPush ? pushes : pulls).map((action) => beside(action, 'goes with')),
    beside('ecr:GetAuthorizationToken', 'goes with', '*'),
    ...(isPull ? [beside('ecr:BatchImportUpstreamImage', 'unseen')] : []),
  ]
}
