import { actionNames } from '../actions.ts'
import { type Decision, decisionOf, prepare } from '../evaluate.ts'
import { layerOf } from '../layer.ts'
import { type Access, directCall } from '../open-access.ts'
import type { Person } from '../people.ts'
import { compiledDeny, type DenyPolicy, isDenied } from './deny.ts'
import {
  type Call,
  calls,
  changingNeeds,
  mfaContexts,
  noRights,
  type Rights,
  rightsFor,
  usableIn,
  usableNeeds,
} from './rights.ts'

/** What the evaluator says of everybody with the deny policy attached. */
export interface Proof {
  users: number
  /** Decisions about single actions, beside those about every repository. */
  decisions: number
  holds: boolean
  /** Where it does not, in words. */
  failures: string[]
}

interface Attached {
  arns: ReadonlySet<string>
  policy: DenyPolicy
  pulls: boolean
  before: ReadonlyMap<string, Rights>
}

/**
 * Asks again with the policy attached: without a second factor no repository may be left on which something can be
 * changed, nor any action of the registry; with one, every answer must be the one of before.
 */
export function proveDeny(access: Access, attached: Attached, signal?: AbortSignal): Proof {
  const { arns, policy, before } = attached
  const people = access.people.filter(({ name }) => arns.has(name))
  const after = people.map((person) => withDeny(person, policy))
  const asked = attached.pulls ? usableNeeds : changingNeeds
  const failures: string[] = []
  for (const call of calls) {
    const now = rightsFor({ ...access, people: after }, call, signal)
    for (const { name } of people) {
      const left = now.get(name)
      const same = JSON.stringify(left ?? noRights) === JSON.stringify(before.get(name)?.[call] ?? noRights)
      const fits = call === 'with-mfa' ? same : usableIn(left ?? noRights, asked).length === 0
      if (!fits) failures.push(`${name}, ${call}: ${call === 'with-mfa' ? 'changed' : 'may still change'}`)
    }
  }
  const { decisions, wrong } = everyAction(access, { people, after, pulls: attached.pulls })
  const all = [...failures, ...wrong]
  return { users: people.length, decisions, holds: all.length === 0, failures: all.slice(0, 20) }
}

function withDeny(person: Person, policy: DenyPolicy): Person {
  const { identity } = person.own
  if (typeof identity === 'string') return person
  const denied = layerOf('identity policy', [...identity.policies, compiledDeny(policy)])
  return { ...person, own: { ...person.own, identity: denied }, group: undefined }
}

interface BeforeAndAfter {
  people: readonly Person[]
  after: readonly Person[]
  pulls: boolean
}

/** Every action that the policy is about, on a repository that nobody would name, and on the registry. */
function everyAction(access: Access, { people, after, pulls }: BeforeAndAfter) {
  const actions = actionNames.filter((action) => isDenied(action, pulls))
  const wrong: string[] = []
  for (const [at, person] of people.entries())
    for (const action of actions)
      for (const call of calls) {
        const now = decide(access, after[at] ?? person, { action, call })
        const was = decide(access, person, { action, call })
        const fits = call === 'with-mfa' ? now === was : now === 'denied'
        if (!fits) wrong.push(`${person.name}, ${call}: ${action} is ${now}`)
      }
  return { decisions: people.length * actions.length * calls.length, wrong }
}

function decide(
  { inventory }: Access,
  { caller, own }: Person,
  { action, call }: { action: string; call: Call },
): Decision {
  const { partition, region, account } = inventory.registry
  const policies = {
    ...{ ...own, session: undefined, serviceControl: [], resourceControl: [], repository: undefined },
    ...{ registry: undefined, endpoint: undefined },
  }
  const request = {
    ...{ caller, action, resource: `arn:${partition}:ecr:${region}:${account}:repository/0/zz` },
    context: { ...directCall, ...mfaContexts[call] },
  }
  return decisionOf(policies, prepare(policies, request))
}
