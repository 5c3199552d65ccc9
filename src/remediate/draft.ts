import type { Json } from './call.ts'
import type { Kind, Risk, Target } from './kind.ts'

/** How a fix wants a target to be, from how it is. Null: not there. The same object: no change. */
export type Edit<S extends Json = Json> = (state: S | null) => S | null

export interface Wish {
  /** One sentence: what changes for people. */
  why: string
  /** More than the kind itself says. */
  risk?: Risk
  /** What the reader must know before applying it. */
  warnings?: string[]
}

/** What cannot be done by a call of ours, or must not: with exact instructions. */
export interface ManualStep {
  controls: string[]
  resource: string
  why: string
  /** In order; commands with everything filled in. */
  instructions: string[]
}

/** A finding that no step puts right, and the reason. */
export interface Unfixed {
  control: string
  resource: string
  reason: string
  /** What to do so that a plan can: such as a line for holdfast.yaml. */
  next: string
}

export interface Drafted {
  kind: Kind
  target: Target
  edits: { control: string; edit: Edit; wish: Wish }[]
}

/** What all fixes together want. Edits of the same target are applied one after the other, in the order of the fixes. */
export class Draft {
  readonly drafted = new Map<string, Drafted>()
  readonly manual: ManualStep[] = []
  readonly unfixed: Unfixed[] = []
  private readonly control: string

  private constructor(control: string) {
    this.control = control
  }

  static empty(): Draft {
    return new Draft('')
  }

  /** The same draft, for the edits of one control. */
  of(control: string): Draft {
    return Object.assign(new Draft(control), {
      ...{ drafted: this.drafted, manual: this.manual, unfixed: this.unfixed },
    })
  }

  change<S extends Json>(kind: Kind<S>, target: Target | string, edit: Edit<S>, wish: Wish): void {
    const where = typeof target === 'string' ? { resource: target } : target
    const key = stepId(kind, where)
    // A kind only ever gets states that it made itself.
    const drafted = this.drafted.get(key) ?? { kind: kind as unknown as Kind, target: where, edits: [] }
    drafted.edits.push({ control: this.control, edit: edit as unknown as Edit, wish })
    this.drafted.set(key, drafted)
  }

  byHand(step: Omit<ManualStep, 'controls'>): void {
    const same = this.manual.find(
      (one) => one.resource === step.resource && one.instructions.join() === step.instructions.join(),
    )
    if (same) same.controls = [...new Set([...same.controls, this.control])]
    else this.manual.push({ controls: [this.control], ...step })
  }

  leave(unfixed: Omit<Unfixed, 'control'>): void {
    this.unfixed.push({ control: this.control, ...unfixed })
  }
}

/** `repository-policy:shop/api`, with the Region when it is another one. */
export function stepId({ name }: { name: string }, { resource, region }: Target): string {
  return region === undefined ? `${name}:${resource}` : `${name}:${resource}@${region}`
}
