import { type ProposedChange, previewChange, type Shift } from '../../access/preview.ts'
import type { Inventory } from '../../inventory/inventory.ts'

/** Who gains and who loses by a policy, one line each: `any AWS account: pull shop/api`. */
export function accessLines(
  inventory: Inventory,
  change: ProposedChange,
): { gains: string[]; loses: string[] } {
  const { gains, loses } = previewChange(inventory, change)
  return { gains: gains.map(words), loses: loses.map(words) }
}

function words({ names, need, repositories, before, after, onlyIf }: Shift): string {
  const who =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
  const where = repositories.length > 3 ? `${repositories.length} repositories` : repositories.join(', ')
  const still = after === 'conditional' ? `, from now on only if ${onlyIf.join(' and ')}` : ''
  const may = before === 'conditional' && after !== 'conditional' ? ' (until now only under conditions)' : ''
  return `${who}: ${need}${where && ` ${where}`}${still}${may}`
}
