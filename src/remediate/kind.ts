import type { Inventory } from '../inventory/inventory.ts'
import type { Call, Json, Need } from './call.ts'
import type { Door } from './door.ts'
import type { Place } from './place.ts'

/** `safe`: nobody notices; `visible`: somebody may be refused, or sees something new; `destructive`: something goes. */
export type Risk = 'safe' | 'visible' | 'destructive'

/** What a step is about: a name in the kind's own terms (`shop/api`, `registry`, `role/deploy/push`), and where. */
export interface Target {
  resource: string
  /** Absent: the Region of the plan. */
  region?: string
}

/** From one state of a target to another. Null: it is not there, or has none. */
export interface Change<S extends Json = Json> extends Target {
  place: Place
  from: S | null
  to: S | null
  /** What only reading tells and no state holds, such as the id by which AWS removes it. */
  handle?: string
}

/** What was read of a target: exactly what would have to be put back, and nothing that AWS changes by itself. */
export interface Found<S extends Json = Json> {
  state: S | null
  handle?: string
}

/**
 * One kind of step: one setting of one thing, which has a state that can be read and put back. A new one is a file in
 * `kinds/` and a line in `kinds/index.ts`. Nothing here decides what is right: that is what `fixes/` are for.
 */
export interface Kind<S extends Json = Json> {
  /** The file's name. */
  name: string
  /** For people: `tag mutability of repository`; the resource follows. */
  title: string
  /** It goes with the repository that its resource names. */
  ofRepository?: boolean
  read(door: Door, target: Target): Promise<Found<S>>
  /** What `read` asks for, of this target. */
  reads(target: Target, place: Place): Need[]
  /**
   * The calls that lead from one state to the other, in order. Pure. One where possible: after a crash between two of
   * them the target is in neither state, and `isBetween` must know it.
   */
  calls(change: Change<S>): Call[]
  risk(change: Change<S>): Risk
  /** Why there is no way back, when there is none. */
  irreversible?(change: Change<S>): string | undefined
  /** A state that only an interrupted change of this kind leaves behind; `calls` must lead on from it, both ways. */
  isBetween?(change: Change<S>, current: S | null): boolean
  /** Deep equality unless given: such as policies, which are the same whatever their white space. */
  isSame?(one: S | null, other: S | null): boolean
  /** What going back to `null` leaves behind for a while, and why, when the state is as good as not there. */
  remains?(state: S | null): string | undefined
  /** Before the first call: throws `plan-refused` when a law forbids it (law 1). */
  guard?(door: Door, change: Change<S>): Promise<void>
  /** In place of sending the calls, for what is no single request, such as copying images. `calls` still tells them. */
  perform?(door: Door, change: Change<S>): Promise<void>
  /** Who gains and who loses what, in words, one line each. Pure. */
  access?(change: Change<S>, inventory: Inventory): { gains: string[]; loses: string[] }
  /** The state as lines that people compare, such as a policy in pretty JSON; absent: pretty JSON of the state. */
  lines?(state: S): string[]
  /** The resource in CloudFormation, where it has one. */
  cloudformation?(target: Target, state: S, place: Place): CloudFormationResource
  /** The resource in Terraform, where it has one. */
  terraform?(target: Target, state: S, place: Place): TerraformResource
}

export interface CloudFormationResource {
  /** A part of something that is there, also while it has none of this; unless another step makes it. */
  part?: boolean
  type: string
  properties: { [key: string]: Json }
  /** Members by which CloudFormation imports what is there already. */
  identifier?: Record<string, string>
}

export interface TerraformResource {
  /** As in CloudFormation. */
  part?: boolean
  /** `aws_ecr_lifecycle_policy`. */
  type: string
  arguments: { [key: string]: Json }
  /** What `import` takes. */
  importId: string
  /** Arguments whose objects are nested blocks, not maps. */
  blocks?: string[]
}
