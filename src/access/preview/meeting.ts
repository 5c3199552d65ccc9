import { type PreparedCaller, prepareCaller } from '../caller.ts'
import { givenKeys } from '../context.ts'
import { type Layer, select } from '../layer.ts'
import { directCall, type RepositoryAccess, requestFor } from '../open-access.ts'
import type { Outsider } from '../outsiders.ts'
import type { Person } from '../people.ts'
import type { AccessPolicies } from '../policies.ts'
import { type PreparedAction, type PreparedResource, prepareAction, prepareResource } from '../prepared.ts'
import type { AccessRequest } from '../request.ts'
import type { PreparedRequest } from '../weigh.ts'
import type { Pair } from './sides.ts'

export type Somebody = Person | Outsider

/** A repository on both sides, or the registry. */
export interface Place {
  name: string | undefined
  policies: Pair<Omit<AccessPolicies, 'identity' | 'boundary'>>
  ask: (somebody: Somebody, action: string) => AccessRequest
  /** Of a repository: whoever asks. */
  resource: PreparedResource | undefined
}

export function repositoryPlace({ before, after }: Pair<RepositoryAccess>): Place {
  const ask = (somebody: Pick<Somebody, 'caller'>, action: string) =>
    requestFor(after, { caller: somebody.caller, action })
  const anybody = { caller: { kind: 'root', account: '' } } as const
  const action = 'ecr:PutImage'
  return {
    ...{ name: after.name, policies: { before: before.policies, after: after.policies }, ask },
    resource: prepareResource(ask(anybody, action), prepareAction(action)),
  }
}

const nothing: Place['policies']['before'] = {
  ...{ session: undefined, serviceControl: [], resourceControl: [], repository: undefined },
  ...{ registry: undefined, endpoint: undefined },
}

/** No policy of a repository is about these; in scope V2 that of the registry is (ecr-facts 2.10). */
export function registryPlace({ before, after }: Pair<Layer | undefined>): Place {
  return {
    ...{ name: undefined, resource: undefined },
    policies: { before: { ...nothing, registry: before }, after: { ...nothing, registry: after } },
    ask: ({ caller }, action) => ({ caller, action, resource: '*', context: directCall }),
  }
}

/** One person and one place, on both sides. */
export interface Meeting {
  person: Somebody
  place: Place
  policies: Pair<AccessPolicies>
  caller: PreparedCaller
}

const callers = new WeakMap<Somebody, PreparedCaller>()

export function meetingOf(place: Place, { before, after }: Pair<Somebody>): Meeting {
  const caller = callers.get(after) ?? prepareCaller(after.caller)
  callers.set(after, caller)
  const policies = {
    before: { ...place.policies.before, ...before.own },
    after: { ...place.policies.after, ...after.own },
  }
  return { person: after, place, policies, caller }
}

const given = givenKeys(directCall)

export function requestIn(
  { person, place, caller }: Meeting,
  { boundary }: AccessPolicies,
  action: PreparedAction,
): PreparedRequest {
  const resource = place.resource ?? prepareResource(place.ask(person, action.name), action)
  return {
    ...{ caller, action, resource, bounded: boundary !== undefined },
    context: {
      ...{ given, caller: caller.facts, resource: resource.facts, action: action.facts },
      others: 'unknown',
    },
  }
}

/** What all policies say of an action, by reference: actions of which they say the same have the same answer. */
export function saidOf({ before, after }: Pair<AccessPolicies>, action: PreparedAction): unknown[] {
  const said: unknown[] = [action.facts.complete, action.name === 'ecr:getauthorizationtoken']
  for (const layer of layersOf(before)) said.push(select(layer, action.name))
  for (const layer of layersOf(after)) said.push(select(layer, action.name))
  return said
}

function layersOf({ identity, boundary, repository, registry }: AccessPolicies): Layer[] {
  const all = [identity, boundary, repository, registry]
  return all.filter((layer) => layer !== undefined && typeof layer !== 'string')
}
