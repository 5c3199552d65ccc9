import type { BackupPlan, BackupReport } from '../backup/report.ts'
import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import type { Skipped } from '../vault/format.ts'
import { paragraph, plainText, table } from './text.ts'

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
  const parts = [table(rows)]
  if (report.skipped.length > 0) parts.push(skippedText(report.skipped))
  parts.push('Next: holdfast verify --data · holdfast restore latest --dry-run')
  return parts.join('\n\n')
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

export function backupPlanText(plan: BackupPlan): string {
  const changed = plan.repositories.filter(({ change }) => change !== 'unchanged')
  const rows = changed.map((repository) => [
    repository.repository,
    repository.change,
    `${repository.manifests.new} new, ${repository.manifests.known} known, ${repository.manifests.archived} archived`,
    repository.estimatedBytes === undefined ? '' : `at most ${formatBytes(repository.estimatedBytes)}`,
  ])
  const { totals } = plan
  const size = totals.estimatedBytes === undefined ? '' : `, at most ${formatBytes(totals.estimatedBytes)}`
  const parts = [
    `A backup would read ${plural(totals.manifestsNew, 'new manifest')}${size} from ${plural(changed.length, 'changed repository', 'changed repositories')} of ${totals.repositories}.`,
  ]
  if (rows.length > 0) parts.push(table([['REPOSITORY', 'CHANGE', 'MANIFESTS', 'SIZE'], ...rows]))
  if (plan.repositoriesGone.length > 0) {
    parts.push(
      `Gone from the registry, kept in earlier snapshots: ${plan.repositoriesGone.map(plainText).join(', ')}`,
    )
  }
  parts.push(
    'Counts are exact; sizes count shared layers in every image. Nothing was copied and no image was pulled.',
  )
  return parts.join('\n\n')
}
