import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import type { PruneReport } from '../vault/prune/report.ts'
import { paragraph, table } from './text.ts'

const shown = 20

/** What a prune did, or would do. */
export function pruneText(report: PruneReport): string {
  const { dryRun, waitingFor } = report
  if (!dryRun && waitingFor.length > 0) return [waitingText(report), nextText(report)].join('\n\n')
  const parts = [snapshotsText(report), deletedText(report), ...suspiciousText(report)]
  if (report.revoked.length > 0)
    parts.push(
      paragraph(
        `${plural(report.revoked.length, 'run')} that had not committed must begin again: ${report.revoked.join(', ')}.`,
      ),
    )
  if (report.finished.length > 0)
    parts.push(paragraph(`Finished what ${plural(report.finished.length, 'dead prune')} had left.`))
  if (waitingFor.length > 0) parts.push(waitingText(report))
  const next = nextText(report)
  if (next) parts.push(next)
  if (report.verified) parts.push(verifiedText(report))
  if (report.simulated) parts.push('Simulated: the snapshots were made from the sandbox.')
  return parts.join('\n\n')
}

function snapshotsText({ kept, forgotten, dryRun }: PruneReport): string {
  const rows = [
    ...kept.map((s) => [s.id, minute(s.time), s.registry, `kept: ${s.reasons.join(', ')}`]),
    ...forgotten.map((s) => [s.id, minute(s.time), s.registry, dryRun ? 'would go' : 'forgotten']),
  ].sort(([, a = ''], [, b = '']) => (a < b ? -1 : 1))
  const hidden = rows.length - shown
  const more = hidden > 0 ? [`and ${hidden} older; --format json lists all`] : []
  const head = ['SNAPSHOT', 'TIME (UTC)', 'REGISTRY', 'VERDICT']
  return [table([head, ...rows.slice(-shown)]), ...more].join('\n')
}

function deletedText(report: PruneReport): string {
  const { kept, forgotten, young } = report
  const counts = `${plural(kept.length, 'snapshot')} kept, ${forgotten.length} ${report.dryRun ? 'would be forgotten' : 'forgotten'}`
  const deleted = report.dryRun
    ? `${plural(report.blobsCondemned, 'blob')} would be deleted, ${formatBytes(report.bytesCondemned)} freed`
    : `${plural(report.blobsDeleted, 'blob')} deleted, ${formatBytes(report.bytesFreed)} freed, in ${formatDuration(report.durationMs)}`
  const wait =
    young.objects > 0
      ? ` ${formatBytes(young.bytes)} more that nothing needs are too young to be deleted.`
      : ''
  return paragraph(`${counts}; ${deleted}.${wait}`)
}

function suspiciousText({ suspicious }: PruneReport): string[] {
  return suspicious.map((s) =>
    paragraph(
      `SUSPICIOUS: ${s.id} has ${s.images} images, the snapshot before it, ${s.predecessor}, had ${s.imagesBefore}. The one before is kept. If the loss was intended: --accept-loss ${s.id}.`,
    ),
  )
}

function waitingText({ waitingFor, dryRun }: PruneReport): string {
  const rows = waitingFor.map(({ run, since }) => [run, `began ${minute(since)}`])
  const words = dryRun
    ? 'These backup runs have not ended; a prune would wait for them:'
    : 'Nothing was changed: these backup runs have not ended. Either they are at work, or they were killed (then --revoke is right).'
  return `${paragraph(words)}\n${table(rows, { indent: 2 })}`
}

function nextText({ nextPossible }: PruneReport): string {
  return nextPossible ? `More can be done from ${minute(nextPossible)} (UTC).` : ''
}

function verifiedText({ verified }: PruneReport): string {
  if (verified?.ok) return 'Verified: every snapshot that is left resolves, with all its blobs.'
  return `DAMAGED: ${plural(verified?.problems ?? 0, 'problem')}; \`holdfast verify\` names them.`
}

const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')
