import { plural } from '../core/bytes.ts'
import type { InventoryOverview } from '../inventory/overview.ts'
import { plainText, table } from './text.ts'

const shown = 20

/** What was read, what could not be, and what it took. */
export function inventoryText(overview: InventoryOverview): string {
  const { repositories, images, missing, requests, file } = overview
  const sent = Object.values(requests).reduce((sum, count) => sum + count, 0)
  const parts = [
    `${plural(repositories, 'repository', 'repositories')}, ${plural(images, 'image')}, and what surrounds them: ${plural(sent, 'request')}.`,
  ]
  if (missing.length > 0) parts.push(missingText(missing))
  if (file) {
    const redacted = overview.redacted ? ', without account ids and addresses' : ''
    parts.push(`Written to ${plainText(file)}${redacted}.`)
    parts.push(`Next:\n  holdfast audit --inventory ${plainText(file)}`)
  } else parts.push('Nothing was written. To keep it:\n  holdfast inventory --out FILE')
  if (overview.simulated) parts.push('Simulated: this registry is the sandbox.')
  return parts.join('\n\n')
}

/** One line for each permission: a hundred repositories may lack the same. */
function missingText(missing: InventoryOverview['missing']): string {
  const groups = new Map<string, number>()
  for (const { code, needs } of missing) {
    const key = `${needs} ${code}`
    groups.set(key, (groups.get(key) ?? 0) + 1)
  }
  const rows = [...groups].map(([key, count]) => {
    const [needs = '', code = ''] = key.split(' ')
    return [plainText(needs), plainText(code), plural(count, 'part')]
  })
  const more = rows.length > shown ? [`and ${rows.length - shown} more`] : []
  return ['Could not be read:', table(rows.slice(0, shown)), ...more].join('\n')
}
