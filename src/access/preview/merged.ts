import type { SharedAnswer } from './answers.ts'
import type { Shift } from './change.ts'
import type { Pair } from './sides.ts'

/** One action of one person in one place that turns. */
export interface OneShift {
  kind: Shift['kind']
  name: string
  need: Shift['need']
  place: string | undefined
  action: string
  turn: Pair<SharedAnswer>
  whole: Shift['whole']
}

interface Like {
  /** What all of them have in common. */
  key: string
  shift: Shift
}

/**
 * Like shifts become one: over the actions of one person, then over the people of one place, then over places. One
 * place after the other, since a large registry has more shifts than fit into memory.
 */
export class Merged {
  private readonly ofPerson = new Map<string, Like>()
  private readonly ofPlace = new Map<string, Like>()
  private readonly everywhere = new Map<string, Like>()

  add(one: OneShift): void {
    const { kind, need, whole, turn } = one
    const key = `${kind} ${need} ${whole.before} ${whole.after} ${turn.before.id} ${turn.after.id}`
    // Millions of times, and a shift is made only for the first of them.
    const found = this.ofPerson.get(key)
    if (found) found.shift.actions.push(one.action)
    else this.ofPerson.set(key, { key, shift: shiftOf(one) })
  }

  endPerson(): void {
    for (const like of this.ofPerson.values())
      put(this.ofPlace, `${like.key} ${like.shift.actions}`, like, 'names')
    this.ofPerson.clear()
  }

  endPlace(): void {
    for (const like of this.ofPlace.values()) {
      const { actions, names } = like.shift
      put(this.everywhere, [like.key, ...actions, ...names].join('\n'), like, 'repositories')
    }
    this.ofPlace.clear()
  }

  all(): Shift[] {
    return [...this.everywhere.values()].map(({ shift }) => shift)
  }
}

function put(into: Map<string, Like>, key: string, like: Like, member: 'actions' | 'names' | 'repositories') {
  const found = into.get(key)
  if (found) found.shift[member].push(...like.shift[member])
  else into.set(key, like)
}

function shiftOf({ kind, name, need, place, action, turn, whole }: OneShift): Shift {
  const { before, after } = turn
  return {
    ...{ kind, names: [name], need, repositories: place === undefined ? [] : [place], actions: [action] },
    ...{ before: before.decision, after: after.decision, whole, reason: after.reason },
    ...{ onlyIfBefore: before.onlyIf, onlyIf: after.onlyIf },
  }
}
