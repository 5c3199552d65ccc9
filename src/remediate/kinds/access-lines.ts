import { type ProposedChange, previewChange, type Shift } from '../../access/preview.ts'
import type { Inventory } from '../../inventory/inventory.ts'

/** Who gains and who loses by a policy, one line each: `any AWS account: pull shop/api`. */
export function accessLines(
  inventory: Inventory,
  change: ProposedChange,
): { gains: string[]; loses: string[] } {
  const { gains, loses } = previewChange(inventory, change)
  return { gains: lines(gains), loses: lines(loses) }
}

/** What the same people gain or lose in the same places is one line. */
function lines(shifts: readonly Shift[]): string[] {
  const needs = new Map<string, string[]>()
  for (const shift of shifts) {
    const { before, after, onlyIf } = shift
    const still = after === 'conditional' ? `, from now on only if ${onlyIf.join(' and ')}` : ''
    const may =
      before === 'conditional' && after !== 'conditional' ? ' (until now only under conditions)' : ''
    const key = JSON.stringify([whoOf(shift), `${whereOf(shift)}${still}${may}`])
    needs.set(key, [...(needs.get(key) ?? []), shift.need])
  }
  return [...needs].map(([key, list]) => {
    const [who, where] = JSON.parse(key) as [string, string]
    return `${who}: ${list.join(', ')}${where.startsWith(',') ? '' : ' '}${where}`.trimEnd()
  })
}

function whoOf({ names }: Shift): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}

function whereOf({ repositories }: Shift): string {
  return repositories.length > 3 ? `${repositories.length} repositories` : repositories.join(', ')
}
