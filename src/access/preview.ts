/**
 * Who gains and who loses what by a change of one policy, before anybody makes it.
 *
 * `previewChange(inventory, change)` asks every action of ECR before and after, of whom the change can touch, and of
 * outsiders that either side names. The answer is plain data. Pure, as all of access.
 * @module
 */
import type { Inventory } from '../inventory/inventory.ts'
import type { AccessChange, ProposedChange } from './preview/change.ts'
import { compareSides } from './preview/compare.ts'
import { lockOutOf } from './preview/lock-out.ts'
import { checkProposed } from './preview/proposed.ts'
import { sidesOf } from './preview/sides.ts'

export type { AccessChange, ProposedChange, Shift } from './preview/change.ts'

/** Throws `policy-invalid` for a text that is no policy, `nothing-matches` for what the inventory does not have. */
export function previewChange(inventory: Inventory, change: ProposedChange): AccessChange {
  const warnings = checkProposed(change)
  const sides = sidesOf(inventory, change)
  const { url, simulated } = inventory.registry
  const { lockOut, nobody } = lockOutOf(sides, inventory)
  return {
    schema: 'holdfast.access-preview/1',
    ...{ registry: url, simulated, asOf: inventory.collectedAt, change: sides.change },
    ...compareSides(sides),
    lockOut,
    warnings: [...warnings, ...nobody],
    missing: sides.missing,
    notConsidered: sides.notConsidered,
  }
}
