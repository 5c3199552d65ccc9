import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type { NotRestored, RestorePlan, RestoreReport, TagConflict } from '../restore/report.ts'
import { plainText, table } from './text.ts'

const shown = 20

/** What a restore would do. */
export function restorePlanText(plan: RestorePlan): string {
  const { totals } = plan
  const rows = plan.repositories.map((repository) => [
    repository.into,
    repository.create ? 'create' : 'exists',
    plural(repository.manifests.length, 'manifest'),
    plural(repository.tags.length, 'tag'),
    `at most ${plural(repository.blobs.length, 'blob')}, ${formatBytes(repository.blobs.reduce((sum, { size }) => sum + size, 0))}`,
  ])
  const parts = [
    `Snapshot ${plan.snapshot.id} of ${plan.snapshot.time.slice(0, 19)} into ${plan.target.url}: ${plural(totals.manifests, 'manifest')}, ${plural(totals.tags, 'tag')}, at most ${formatBytes(totals.bytes)}; at least ${formatDuration(plan.estimatedSeconds * 1000)} at ECR's rate for pushes.`,
    table([['REPOSITORY', '', 'MANIFESTS', 'TAGS', 'BLOBS'], ...rows]),
  ]
  if (plan.conflicts.length > 0) parts.push(conflictsText(plan.conflicts))
  parts.push(...noticesText(plan.notRestored, plan.warnings), 'Nothing was changed.')
  return parts.join('\n\n')
}

function conflictsText(conflicts: readonly TagConflict[]): string {
  const lines = conflicts.slice(0, shown).map(({ repository, tag, wanted, found, kind }) => {
    const words = kind === 'immutable' ? ' (immutable there: it cannot be moved)' : ''
    return `  ${plainText(`${repository}:${tag}`)} is ${shortDigest(found)} now, ${shortDigest(wanted)} in the snapshot${words}`
  })
  return [
    'These tags point elsewhere, so the restore will be refused without --overwrite-tags:',
    ...lines,
    ...cut(conflicts),
  ].join('\n')
}

/** What a restore did. */
export function restoreText(report: RestoreReport): string {
  const { blobs } = report
  const rows = [
    [
      'Sent',
      `${plural(report.manifests, 'manifest')}, ${plural(report.tags, 'tag')}, ${plural(blobs.sent, 'blob')}, ${formatBytes(report.bytes)} in ${formatDuration(report.durationMs)}`,
    ],
    ['Spared', `${plural(blobs.present, 'blob')} found in place, ${blobs.mounted} mounted from a neighbour`],
    [
      'Compared',
      report.identical
        ? `identical: every digest and tag of ${plural(report.repositories, 'repository', 'repositories')}`
        : `${plural(report.differences.length, 'difference')}`,
    ],
  ]
  const parts = [table(rows)]
  if (report.differences.length > 0) {
    const lines = report.differences.slice(0, shown).map(({ repository, digest, tag, found }) => {
      const what = tag ? `${repository}:${tag}` : `${repository}@${shortDigest(digest)}`
      return `  ${plainText(what)}: ${found === 'missing' ? 'missing' : `is ${shortDigest(found)}`}`
    })
    parts.push(['Differs:', ...lines, ...cut(report.differences)].join('\n'))
  }
  parts.push(...noticesText(report.notRestored, report.warnings))
  return parts.join('\n\n')
}

function noticesText(notRestored: readonly NotRestored[], warnings: readonly string[]): string[] {
  const parts: string[] = []
  if (notRestored.length > 0) {
    const lines = notRestored.slice(0, shown).map(({ kind, repository, digest, reason }) => {
      const what = digest ? `${repository}@${shortDigest(digest)}` : repository
      return `  ${plainText(what)} (${kind})\n    ${plainText(reason)}`
    })
    parts.push(['Cannot be restored:', ...lines, ...cut(notRestored)].join('\n'))
  }
  if (warnings.length > 0) parts.push(warnings.map((warning) => `Note: ${plainText(warning)}`).join('\n'))
  return parts
}

function cut(list: readonly unknown[]): string[] {
  return list.length > shown ? [`  showing ${shown} of ${list.length}; --format json lists all`] : []
}
