import type { Finding } from '../controls/control.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Baseline } from './baseline.ts'
import type { Draft } from './draft.ts'

/**
 * How to put right what one control found. A new one is a file in `fixes/`, named after the control, and a line in
 * `fixes/index.ts`. Every failed finding it gets ends as a change, as a manual step or as unfixed with a reason.
 */
export interface Fix {
  /** Id of the control. */
  control: string
  /** Pure: says what it wants, and never reads AWS. */
  propose(context: FixContext): void
}

export interface FixContext {
  inventory: Inventory
  /** Those of this control that failed. */
  findings: readonly Finding[]
  baseline: Baseline
  /** Whether the newest snapshot of the vault that the user named holds an image; absent: there is none. */
  isHeld?: (repository: string, digest: string) => boolean
  draft: Draft
}
