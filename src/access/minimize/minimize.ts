/**
 * The smallest policy of ECR that covers what a user or a role was seen to use, and never more than its policies give it
 * now. Pure: what was used, and the policies, are told. Nothing is attached.
 * @module
 */
import type { IamRole, IamUser } from '../../inventory/neighbours.ts'
import type { Usage } from '../../inventory/use-of-actions/usage.ts'
import { compilePolicy } from '../layer.ts'
import type { Access } from '../open-access.ts'
import type { Person } from '../people.ts'
import type { PolicyDocument } from '../write/statements.ts'
import { type ActionChange, compare } from './compare.ts'
import { daysCovered, doubtsOf, olderUses, unseenDoubts } from './doubts.ts'
import { type Grant, grantsOf, type OldPolicy, oldPolicies, policiesOf } from './grants.ts'
import { type HeldPolicy, heldBy } from './held-policies.ts'
import { type Wanted, wantedBy } from './needs.ts'
import { type BeforeAndAfter, proveSmaller, type SmallerProof } from './prove.ts'
import { type Rest, withoutEcr } from './without-ecr.ts'
import { writeSmaller } from './write.ts'

export interface MinimizeReport {
  schema: 'holdfast.access-minimize/1'
  registry: string
  simulated: boolean
  asOf: string
  principal: string
  seen: Omit<Usage, 'used' | 'principal'> & { days: number }
  /** What the new policy allows, and why. */
  needed: Wanted[]
  /** Null: nothing of ECR is needed. */
  policy: PolicyDocument | null
  /** White space not counted. */
  characters: number
  /** Repositories are given by the patterns of the old policies: their names would be too long. */
  rounded: boolean
  /** The policies of now, and what to make of each beside the new one. */
  current: CurrentPolicy[]
  changes: ActionChange[]
  /** Used, and given by no policy of its own: by that of the repository, or not any more. */
  notGranted: string[]
  /** Used on repositories that are not there any more; not given. */
  gone: string[]
  denied: string[]
  doubts: string[]
  proof: SmallerProof
  missing: string[]
}

export type CurrentPolicy = Omit<HeldPolicy, 'document'> & Rest

export interface Asked {
  person: Person
  usage: Usage
  /** All repositories of the registry; undefined: not known. */
  repositories: readonly string[] | undefined
  /** What was used before the events begin is kept, on what the old policies gave it. */
  keepOlder?: boolean
}

export function minimize(access: Access, asked: Asked): MinimizeReport {
  const { person, usage } = asked
  const { registry, collectedAt } = access.inventory
  const { held, missing } = heldOf(access, person)
  const old = oldPolicies(held)
  const list = wantedIn(access, asked)
  const grants = list.there.flatMap((one) => grantsOf(old, one, person.caller))
  const { document, characters, rounded } = writeSmaller(grants)
  const current = old.map(({ held: policy }) => restOf(policy))
  const sides = sidesOf(old, current, { document, person })
  const places = placesOf(asked, access, grants)
  const changes = compare(sides, places)
  const { used, principal, ...seen } = usage
  return {
    schema: 'holdfast.access-minimize/1',
    ...{ registry: registry.url, simulated: registry.simulated, asOf: collectedAt, principal },
    seen: { ...seen, days: daysCovered(usage) },
    ...{ policy: document, characters, rounded, current, changes },
    ...leftOver(list, grants, used),
    doubts: [
      ...doubtsOf(usage, { region: registry.region, keepOlder: asked.keepOlder === true }),
      ...list.doubts,
      ...unseenDoubts(changes.map(({ action }) => action)),
    ],
    proof: proveSmaller(sides, { grants, resources: ['*', ...places.repositories, ...places.any] }),
    missing: [...missing, ...unreadIn(usage)],
  }
}

interface WantedHere {
  there: Wanted[]
  gone: Wanted[]
  doubts: string[]
}

function wantedIn(access: Access, asked: Asked): WantedHere {
  const { usage, keepOlder = false } = asked
  const { wanted, unknown } = wantedBy(usage.used, access.inventory.registry.partition)
  const kept = keepOlder ? olderUses(usage).map(({ action, at }) => asBefore(action, at)) : []
  const gone = wanted.filter((one) => isGone(one, asked, access))
  const doubt = `Calls whose action is not known here are not given: ${unknown.join(', ')}.`
  return {
    there: [...wanted.filter((one) => !gone.includes(one)), ...kept],
    ...{ gone, doubts: unknown.length > 0 ? [doubt] : [] },
  }
}

function leftOver({ there, gone }: WantedHere, grants: readonly Grant[], used: Usage['used']) {
  const given = new Set(grants.map((grant) => grant.wanted))
  const isUsed = ({ why }: Wanted) => why === 'used'
  const denied = used.filter((one) => one.denied)
  return {
    needed: [...given],
    notGranted: there.filter((one) => isUsed(one) && !given.has(one)).map(wordsOf),
    gone: gone.filter(isUsed).map(wordsOf),
    denied: denied.map(({ name, repository }) => `ecr:${name}${repository ? ` on ${repository}` : ''}`),
  }
}

function sidesOf(
  old: readonly OldPolicy[],
  current: readonly CurrentPolicy[],
  { document, person }: { document: PolicyDocument | null; person: Person },
): BeforeAndAfter {
  const { boundary } = person.own
  const before = old.map(({ compiled }) => compiled)
  return {
    before: policiesOf(before, boundary),
    after: policiesOf(after(old, current, document), boundary),
    caller: person.caller,
  }
}

function heldOf({ inventory }: Access, { name }: Person): { held: HeldPolicy[]; missing: string[] } {
  if ('error' in inventory.identities)
    return { held: [], missing: [`identities (${inventory.identities.error.code})`] }
  const { users, roles } = inventory.identities.ok
  const holder: IamUser | IamRole | undefined = [...users, ...roles].find(({ arn }) => arn === name)
  if (!holder) return { held: [], missing: [`policies of ${name}`] }
  const { policies, missing } = heldBy(holder, inventory.identities.ok)
  return { held: policies, missing }
}

function restOf({ document, ...policy }: HeldPolicy): CurrentPolicy {
  return { ...policy, ...withoutEcr(document) }
}

/** What is left of the old policies, and the new one. */
function after(old: readonly OldPolicy[], rests: readonly CurrentPolicy[], document: PolicyDocument | null) {
  const left = old.flatMap(({ compiled, held }, at) => {
    const rest = rests[at]
    if (rest?.verdict === 'remove') return []
    if (rest?.verdict !== 'replace') return [compiled]
    return [compilePolicy({ name: held.name, document: rest.document }, 'identity policy')]
  })
  if (!document) return left
  const smaller = compilePolicy({ name: 'smaller', document: JSON.stringify(document) }, 'identity policy')
  return [...left, smaller]
}

/** Where is not known: wherever the old policies give it. */
function asBefore(action: string, last: string): Wanted {
  return { action, resource: '*', all: false, asBefore: true, why: 'used', count: 0, last }
}

/** Only repositories of this registry are known to be gone. */
function isGone({ resource, all }: Wanted, { repositories }: Asked, access: Access): boolean {
  const own = ownPrefix(access)
  if (all || repositories === undefined || !resource.startsWith(own)) return false
  return !repositories.includes(resource.slice(own.length))
}

function ownPrefix({ inventory }: Access): string {
  const { partition, region, account } = inventory.registry
  return `arn:${partition}:ecr:${region}:${account}:repository/`
}

/** More are not asked about: they would be answered as these are. */
const mostPlaces = 300

function placesOf({ repositories = [] }: Asked, access: Access, grants: readonly Grant[]) {
  const own = ownPrefix(access)
  const used = grants.map(({ wanted }) => wanted.resource).filter((arn) => !arn.endsWith('*'))
  const known = repositories.slice(0, mostPlaces).map((name) => `${own}${name}`)
  return {
    repositories: [...new Set([...known, ...used])],
    any: [`${own}0/zz`, `${own}q`],
  }
}

function wordsOf({ action, resource }: Wanted): string {
  return resource === '*' ? action : `${action} on ${resource.split(':repository/')[1]}`
}

function unreadIn({ lastAccessed }: Usage): string[] {
  if ('ok' in lastAccessed || lastAccessed.error.code === 'NotAsked') return []
  return [`last access (${lastAccessed.error.code})`]
}
