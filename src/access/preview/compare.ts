import type { Decision } from '../decide.ts'
import { cellOf } from '../matrix.ts'
import type { AccessPolicies } from '../policies.ts'
import { type PreparedAction, prepareAction } from '../prepared.ts'
import { Answers, type SharedAnswer } from './answers.ts'
import type { AccessChange, Shift } from './change.ts'
import {
  type Meeting,
  meetingOf,
  type Place,
  registryPlace,
  repositoryPlace,
  requestIn,
  type Somebody,
  saidOf,
} from './meeting.ts'
import { Merged, type OneShift } from './merged.ts'
import { type PreviewActions, type PreviewNeed, previewNeeds } from './preview-needs.ts'
import { saysTheSame } from './same.ts'
import { both, type Pair, type Sides } from './sides.ts'

type Shifts = Pick<AccessChange, 'loses' | 'gains' | 'changes'>

const allNeeds = (Object.keys(previewNeeds) as PreviewNeed[]).map((need) => ({
  need,
  actions: previewNeeds[need].actions.map((name) => ({ name, prepared: prepareAction(name) })),
}))

type Wanted = (typeof allNeeds)[number]

export function compareSides(sides: Sides): Shifts {
  const { kind, change, repositories, people } = sides
  const answers = new Answers()
  const merged = new Merged()
  // A repository that has a policy is there: nobody creates it.
  const wanted = allNeeds.filter(({ need }) => need !== 'create' || change.kind !== 'repository-policy')
  const compare = (place: Place, somebodies: readonly Pair<Somebody>[]) => {
    const needs = wanted.filter(({ need }) => previewNeeds[need].registryWide === (place.name === undefined))
    for (const somebody of somebodies) {
      const meeting = meetingOf(place, somebody)
      const turns = new Turns(meeting, answers)
      for (const one of needs) for (const shift of shiftsOf(meeting, turns, one)) merged.add(shift)
      merged.endPerson()
    }
    merged.endPlace()
  }
  for (const pair of repositories) {
    const outsiders = kind === 'resource' ? pair.before.outsiders.map((one) => both<Somebody>(one)) : []
    compare(repositoryPlace(pair), [...outsiders, ...people])
  }
  if (change.kind !== 'repository-policy') compare(registryPlace(sides.registry), people)
  return sorted(merged.all())
}

function sorted(all: readonly Shift[]): Shifts {
  const rank: Record<Decision, number> = { denied: 0, conditional: 1, allowed: 2 }
  const by = (sign: number) =>
    all.filter(({ before, after }) => Math.sign(rank[after] - rank[before]) === sign)
  return { loses: by(-1), gains: by(1), changes: by(0) }
}

type Turn = Pair<SharedAnswer>

/** Asked once for all actions of which both sides say the same. */
class Turns {
  private readonly meeting: Meeting
  private readonly answers: Answers
  private readonly made: { said: readonly unknown[]; turn: Turn }[] = []

  constructor(meeting: Meeting, answers: Answers) {
    this.meeting = meeting
    this.answers = answers
  }

  of(action: PreparedAction): Turn {
    const said = saidOf(this.meeting.policies, action)
    for (const one of this.made) if (one.said.every((each, at) => each === said[at])) return one.turn
    const { before, after } = this.meeting.policies
    const was = this.answer(before, action)
    const isSame = saysTheSame(before, after, action.name)
    const turn = { before: was, after: isSame ? was : this.answer(after, action) }
    this.made.push({ said, turn })
    return turn
  }

  private answer(policies: AccessPolicies, action: PreparedAction): SharedAnswer {
    const { place, person } = this.meeting
    const request = requestIn(this.meeting, policies, action)
    return this.answers.of(policies, request, place.ask(person, action.name))
  }
}

function* shiftsOf({ person, place, policies }: Meeting, turns: Turns, wanted: Wanted): Generator<OneShift> {
  const { need, actions } = wanted
  const { before, after } = policies
  if (actions.every(({ prepared }) => saysTheSame(before, after, prepared.name))) return
  const asked = actions.map(({ name, prepared }) => ({ name, turn: turns.of(prepared) }))
  const needed = previewNeeds[need]
  const whole = { before: wholeOf(asked, 'before', needed), after: wholeOf(asked, 'after', needed) }
  const isNothing = whole.before === 'denied' && whole.after === 'denied'
  const kind = 'outside' in person ? person.outside : (person.caller.kind as Shift['kind'])
  for (const [at, { name, turn }] of asked.entries()) {
    if (turn.before === turn.after || !isTurned(turn)) continue
    const one = { kind, name: person.name, place: place.name, action: name, turn }
    // Whoever has nothing else of the need has no part of it.
    const isRead = isNothing && at >= (needed.own ?? asked.length)
    const decisions = { before: turn.before.decision, after: turn.after.decision }
    yield isRead ? { ...one, need: 'read', whole: decisions } : { ...one, need, whole }
  }
}

function wholeOf(asked: readonly { turn: Turn }[], side: keyof Turn, needed: PreviewActions) {
  return cellOf(
    asked.map(({ turn }) => turn[side].decision),
    needed,
  )
}

/** In the decision, or in the conditions. What stays allowed or denied for another reason changes nothing. */
function isTurned({ before, after }: Turn): boolean {
  return before.decision !== after.decision || before.decision === 'conditional'
}
