import type { RepairReport } from '../backup/repair.ts'
import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import type { Stray } from '../vault/strays.ts'
import type { Problem, VerifyReport } from '../vault/verify.ts'
import type { Sample } from '../vault/verify-sample.ts'
import { repairText } from './repair-text.ts'
import { paragraph, plainText } from './text.ts'

const shown = 20

/** What a look at a vault found; damage by the images that it affects; what was healed of it. */
export function verifyText(report: VerifyReport & { repair?: RepairReport }): string {
  const looked =
    report.level === 'structure'
      ? 'present with their sizes (--data reads and hashes them too)'
      : `${formatBytes(report.bytesHashed)} read and hashed, ${rate(report)}`
  const parts = [
    paragraph(
      `${plural(report.snapshots, 'snapshot')}, ${plural(report.states, 'repository state')}, ${plural(report.blobs, 'blob')} of ${formatBytes(report.bytes)}: ${looked}, in ${formatDuration(report.durationMs)}.`,
    ),
  ]
  if (report.sample) parts.push(paragraph(sampleText(report.sample)))
  if (report.simulated) parts.push('Simulated: snapshots in it were made from the sandbox.')
  if (report.strays.length > 0) parts.push(straysText(report.strays))
  if (report.problems.length === 0) return [...parts, noDamage(report)].join('\n\n')
  const more =
    report.problems.length > shown
      ? [`showing ${shown} of ${report.problems.length}; --format json lists all`]
      : []
  return [
    ...parts,
    `DAMAGED: ${plural(report.problems.length, 'problem')}`,
    ...report.problems.slice(0, shown).map(problemText),
    ...more,
    report.repair ? repairText(report.repair) : paragraph(next),
  ].join('\n\n')
}

const next =
  'Next: holdfast verify --repair copies these again from a registry that still has them. Everything that is not ' +
  'named above can be restored as it is.'

/** Coverage, and when it will be complete. */
function sampleText({ part, parts, round, blobs, bytes, ofBlobs, ofBytes }: Sample): string {
  const share = ofBytes > 0 ? Math.round((100 * bytes) / ofBytes) : 100
  return `Part ${part} of ${parts} (round ${round}): ${blobs} of ${plural(ofBlobs, 'blob')}, ${formatBytes(bytes)} of ${formatBytes(ofBytes)} (${share}%). ${plural(parts, 'round')} in a row read everything once.`
}

function noDamage({ level }: VerifyReport): string {
  return level === 'sample'
    ? 'No damage in what was read. Every snapshot resolves, every blob is there with its size.'
    : 'No damage. Every snapshot can be restored.'
}

/** Not damage: said so that somebody can look who put them there. */
function straysText(strays: Stray[]): string {
  const more = strays.length > shown ? [`  and ${strays.length - shown} more; --format json lists all`] : []
  return [
    `${plural(strays.length, 'stray file')}, which no vault writes and no snapshot needs:`,
    ...strays.slice(0, shown).map(({ key, reason }) => `  ${plainText(key)}: ${reason}`),
    ...more,
  ].join('\n')
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
