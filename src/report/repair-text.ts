import type { RepairReport } from '../backup/repair.ts'
import { formatBytes, plural } from '../core/bytes.ts'
import { paragraph, plainText } from './text.ts'

const shown = 20

/** What a repair healed, and what is still damaged. */
export function repairText({ from, healed, notHealed, bytes }: RepairReport): string {
  const head = from
    ? `Healed from ${from}: ${plural(healed.length, 'blob')} of ${formatBytes(bytes)}, each checked against its digest.`
    : 'Nothing of this can be healed from a registry.'
  if (notHealed.length === 0) return paragraph(`${head} Nothing is left to heal.`)
  const lines = notHealed.slice(0, shown).flatMap(({ key, reason }) => {
    return [`  ${plainText(key)}`, paragraph(reason, { indent: 4 })]
  })
  const more =
    notHealed.length > shown ? [`  showing ${shown} of ${notHealed.length}; --format json lists all`] : []
  return [paragraph(head), '', `Not healed: ${notHealed.length}`, ...lines, ...more].join('\n')
}
