import type { Decision } from '../decide.ts'
import { decisionOf, evaluate, prepare } from '../evaluate.ts'
import { cellOf } from '../matrix.ts'
import { directCall, type RepositoryAccess, requestFor } from '../open-access.ts'
import type { Outsider } from '../outsiders.ts'
import type { Person } from '../people.ts'
import type { AccessPolicies } from '../policies.ts'
import type { AccessRequest } from '../request.ts'
import type { AccessChange, Shift } from './change.ts'
import { type PreviewNeed, previewNeeds } from './preview-needs.ts'
import { saysTheSame } from './same.ts'
import { both, type Pair, type Sides } from './sides.ts'

type Somebody = Person | Outsider

/** One person and one repository, or the registry, on both sides. */
interface Meeting {
  person: Somebody
  place: string | undefined
  policies: Pair<AccessPolicies>
  ask: (action: string) => AccessRequest
}

type Shifts = Pick<AccessChange, 'loses' | 'gains' | 'changes'>

const allNeeds = Object.keys(previewNeeds) as PreviewNeed[]

export function compareSides(sides: Sides): Shifts {
  const shifts = new Grouped()
  // A repository that has a policy is there: nobody creates it.
  const isThere = sides.change.kind === 'repository-policy'
  const needs = isThere ? allNeeds.filter((need) => need !== 'create') : allNeeds
  for (const meeting of meetingsOf(sides))
    for (const need of needs)
      if (previewNeeds[need].registryWide === (meeting.place === undefined))
        compareNeed(meeting, need, shifts)
  return shifts.sorted()
}

function* meetingsOf({ kind, repositories, people }: Sides): Generator<Meeting> {
  for (const pair of repositories) {
    const outsiders = kind === 'resource' ? pair.before.outsiders.map((one) => both<Somebody>(one)) : []
    for (const somebody of [...outsiders, ...people]) yield meetingAt(pair, somebody)
  }
  // No policy of a repository or a registry gives what is about no repository.
  if (kind === 'identity') for (const somebody of people) yield registryMeeting(somebody)
}

function meetingAt({ before, after }: Pair<RepositoryAccess>, somebody: Pair<Somebody>): Meeting {
  return {
    person: somebody.after,
    place: after.name,
    policies: {
      before: { ...before.policies, ...somebody.before.own },
      after: { ...after.policies, ...somebody.after.own },
    },
    ask: (action) => requestFor(after, { caller: somebody.after.caller, action }),
  }
}

const nothing: Omit<AccessPolicies, 'identity' | 'boundary'> = {
  ...{ session: undefined, serviceControl: [], resourceControl: [], repository: undefined },
  ...{ registry: undefined, endpoint: undefined },
}

function registryMeeting({ before, after }: Pair<Somebody>): Meeting {
  return {
    person: after,
    place: undefined,
    policies: { before: { ...nothing, ...before.own }, after: { ...nothing, ...after.own } },
    ask: (action) => ({ caller: after.caller, action, resource: '*', context: directCall }),
  }
}

/** What one action was and will be. */
interface Turn extends Pair<Decision> {
  action: string
  same: boolean
}

function compareNeed(meeting: Meeting, need: PreviewNeed, shifts: Grouped): void {
  const { actions } = previewNeeds[need]
  const { before, after } = meeting.policies
  const same = actions.map((action) => saysTheSame(before, after, action.toLowerCase()))
  if (same.every(Boolean)) return
  const turns = actions.map((action, at): Turn => {
    const request = prepare(after, meeting.ask(action))
    const was = decisionOf(before, prepare(before, meeting.ask(action)))
    return {
      action,
      before: was,
      after: same[at] ? was : decisionOf(after, request),
      same: same[at] === true,
    }
  })
  const whole = {
    before: cell(turns, 'before', previewNeeds[need]),
    after: cell(turns, 'after', previewNeeds[need]),
  }
  turns.forEach((turn, at) => {
    const shift = turn.same ? undefined : shiftOf(meeting, turn)
    const isOwn =
      at < (previewNeeds[need].own ?? turns.length) || whole.before !== 'denied' || whole.after !== 'denied'
    if (shift && isOwn) shifts.add({ ...shift, need, whole, actions: [turn.action] })
    // Whoever has nothing else of the need has no part of it.
    if (shift && !isOwn) shifts.add({ ...shift, need: 'read', whole: pairOf(turn), actions: [turn.action] })
  })
}

const pairOf = ({ before, after }: Turn): Pair<Decision> => ({ before, after })

function cell(turns: readonly Turn[], side: keyof Pair<unknown>, needed: (typeof previewNeeds)[PreviewNeed]) {
  return cellOf(
    turns.map((turn) => turn[side]),
    needed,
  )
}

/** Undefined: nothing changes, neither the decision nor the conditions. */
function shiftOf(
  { person, place, policies, ask }: Meeting,
  { action, before, after }: Turn,
): Omit<Shift, 'need' | 'whole' | 'actions'> | undefined {
  if (before === after && before !== 'conditional') return undefined
  const was = evaluate(policies.before, ask(action))
  const willBe = evaluate(policies.after, ask(action))
  if (before === after && JSON.stringify(was.onlyIf) === JSON.stringify(willBe.onlyIf)) return undefined
  return {
    kind: 'outside' in person ? person.outside : (person.caller.kind as Shift['kind']),
    names: [person.name],
    repositories: place === undefined ? [] : [place],
    ...{ before, after, reason: willBe.reason },
    ...{ onlyIfBefore: was.onlyIf, onlyIf: willBe.onlyIf },
  }
}

/** Like shifts become one: first over the actions of a need, then over repositories, then over people. */
class Grouped {
  private readonly found: Shift[] = []

  add(shift: Shift): void {
    this.found.push(shift)
  }

  sorted(): Shifts {
    let all = this.found
    for (const member of ['actions', 'repositories', 'names'] as const) all = merged(all, member)
    const rank: Record<Decision, number> = { denied: 0, conditional: 1, allowed: 2 }
    const by = (sign: number) =>
      all.filter(({ before, after }) => Math.sign(rank[after] - rank[before]) === sign)
    return { loses: by(-1), gains: by(1), changes: by(0) }
  }
}

function merged(shifts: readonly Shift[], member: 'actions' | 'repositories' | 'names'): Shift[] {
  const groups = new Map<string, Shift>()
  for (const shift of shifts) {
    const key = JSON.stringify({ ...shift, [member]: undefined })
    const same = groups.get(key)
    if (same) same[member].push(...shift[member])
    else groups.set(key, { ...shift, [member]: [...shift[member]] })
  }
  return [...groups.values()]
}
