import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import type { Problem, VerifyReport } from '../vault/verify.ts'
import { paragraph, plainText } from './text.ts'

const shown = 20

/** What a look at a vault found; damage by the images that it affects. */
export function verifyText(report: VerifyReport): string {
  const looked =
    report.level === 'data'
      ? `${formatBytes(report.bytesHashed)} read and hashed, ${rate(report)}`
      : 'present with their sizes (--data reads and hashes them too)'
  const parts = [
    paragraph(
      `${plural(report.snapshots, 'snapshot')}, ${plural(report.states, 'repository state')}, ${plural(report.blobs, 'blob')} of ${formatBytes(report.bytes)}: ${looked}, in ${formatDuration(report.durationMs)}.`,
    ),
  ]
  if (report.ok) return [...parts, 'No damage. Every snapshot can be restored.'].join('\n\n')
  const more =
    report.problems.length > shown
      ? [`showing ${shown} of ${report.problems.length}; --format json lists all`]
      : []
  return [
    ...parts,
    `DAMAGED: ${plural(report.problems.length, 'problem')}`,
    ...report.problems.slice(0, shown).map(problemText),
    ...more,
  ].join('\n\n')
}

function problemText({ kind, key, reason, affects, snapshots }: Problem): string {
  const lines = [`${kind}: ${plainText(key)}`, paragraph(reason, { indent: 2 })]
  if (affects.length > 0) {
    const rest = affects.length > 5 ? ` and ${affects.length - 5} more` : ''
    lines.push(`  affects ${affects.slice(0, 5).map(plainText).join(', ')}${rest}`)
  }
  if (snapshots.length > 0)
    lines.push(`  needed by ${plural(snapshots.length, 'snapshot')}: ${snapshots.slice(0, 5).join(', ')}`)
  return lines.join('\n')
}

function rate(report: VerifyReport): string {
  const seconds = report.durationMs / 1000
  return seconds > 0 ? `${formatBytes(report.bytesHashed / seconds)}/s` : 'at once'
}
