import type { BackupReport, RestoredImage } from '../backup/report.ts'
import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import type { Skipped } from '../vault/format.ts'
import { paragraph, table } from './text.ts'

const shown = 10

/** What a backup did, in a few lines; what it could not read comes last, where it is seen. */
export function backupText(report: BackupReport, vault: string): string {
  const { copied, reused, requests } = report
  const rows = [
    ['Snapshot', `${report.snapshot}, ${stateOf(report)}, in ${vault}`],
    [
      'Holds',
      `${plural(report.repositories, 'repository', 'repositories')}, ${plural(report.manifests, 'manifest')}, ${plural(report.tags, 'tag')}, ${plural(report.blobs, 'blob')}, ${formatBytes(report.bytes)}`,
    ],
    [
      'Copied',
      `${plural(copied.manifests, 'manifest')}, ${plural(copied.blobs, 'blob')}, ${formatBytes(copied.bytes)} in ${formatDuration(report.durationMs)}`,
    ],
    [
      'Reused',
      `${plural(reused.manifests, 'manifest')}, ${plural(reused.blobs, 'blob')}; ${plural(reused.repositories, 'repository', 'repositories')} unchanged`,
    ],
    [
      'Requests',
      `${requests.total}, of these ${requests.manifestRequests} for manifests and ${requests.blobRequests} for blobs`,
    ],
  ]
  if (report.restoredFromArchive?.length) rows.push(['Archive', archiveText(report.restoredFromArchive)])
  const parts = [table(rows)]
  if (report.skipped.length > 0) parts.push(skippedText(report.skipped))
  parts.push('Next: holdfast verify --data · holdfast restore latest --dry-run')
  return parts.join('\n\n')
}

function archiveText(restored: readonly RestoredImage[]): string {
  const left = restored.filter(({ archivedAgain }) => !archivedAgain)
  const done = `${plural(restored.length, 'image')} taken out of it, ${restored.length - left.length} archived again`
  if (left.length === 0) return done
  const [first] = left
  return `${done}. Not yet: ${left.length}. Back up again with --restore-archived, or one by one: ${first?.undo}`
}

function stateOf(report: BackupReport): string {
  if (report.damaged) return 'partial: bytes that do not match their digest were refused'
  return report.complete ? 'complete' : `partial: ${plural(report.skipped.length, 'thing')} could not be read`
}

function skippedText(skipped: readonly Skipped[]): string {
  const lines = skipped.slice(0, shown).map(({ repository, digest, reason }) => {
    const where = digest
      ? `${repository}@${digest.slice(0, 19)}`
      : repository === '*'
        ? 'the registry'
        : repository
    return `${paragraph(where, { indent: 2 })}\n${paragraph(reason, { indent: 4 })}`
  })
  const more =
    skipped.length > shown ? [`  showing ${shown} of ${skipped.length}; --format json lists all`] : []
  return ['Could not be read:', ...lines, ...more].join('\n')
}
