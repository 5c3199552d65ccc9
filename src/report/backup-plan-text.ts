import type { BackupEstimate, BackupPlan, RepositoryBackupPlan } from '../backup/report.ts'
import { formatBytes, formatCount, formatDuration, plural } from '../core/bytes.ts'
import { paragraph, plainText, table } from './text.ts'

/** What a backup would do: what is known first, what is estimated after it and named so. */
export function backupPlanText(plan: BackupPlan): string {
  const changed = plan.repositories.filter(({ change }) => change !== 'unchanged')
  const { totals } = plan
  const parts = [
    paragraph(
      `A backup would read ${plural(totals.manifestsNew, 'new manifest')} from ${plural(changed.length, 'changed repository', 'changed repositories')} of ${totals.repositories}.`,
    ),
  ]
  if (changed.length > 0)
    parts.push(table([['REPOSITORY', 'CHANGE', 'MANIFESTS', 'SIZE'], ...changed.map(planRow)]))
  if (plan.repositoriesGone.length > 0) {
    const gone = plan.repositoriesGone.map(plainText).join(', ')
    parts.push(paragraph(`Gone from the registry, kept in earlier snapshots: ${gone}`))
  }
  parts.push(estimateText(plan.estimate), lastWords(plan))
  return parts.join('\n\n')
}

function planRow({ repository, change, manifests, estimatedBytes }: RepositoryBackupPlan): string[] {
  return [
    repository,
    change,
    `${manifests.new} new, ${manifests.known} known, ${manifests.woken || manifests.archived} ${manifests.woken > 0 ? 'of the archive' : 'archived'}`,
    estimatedBytes === undefined ? '' : `at most ${formatBytes(estimatedBytes)}`,
  ]
}

function estimateText(estimate: BackupEstimate): string {
  const { blobs, bytes, seconds, limitedBy, lineBytesPerSecond, archive, s3 } = estimate
  const speed = `the bytes at ${formatBytes(lineBytesPerSecond)}/s, which is assumed`
  const rows = [
    ['Copy', `about ${plural(blobs, 'blob')}${bytes === undefined ? '' : `, at most ${formatBytes(bytes)}`}`],
    ['Requests', requestsText(estimate)],
    [
      'Time',
      `at least ${formatDuration(seconds * 1000)}: ${limitedBy === 'bytes' ? speed : rateText(estimate)}`,
    ],
  ]
  if (archive) rows.push(['Archive', archiveText(archive)], ['', archive.note])
  if (s3) rows.push(['S3', costText(s3)], ['', s3.note])
  return `Estimated\n${table(rows, { indent: 2 })}`
}

function requestsText({ requests }: BackupEstimate): string {
  const sum = Object.values(requests).reduce((total, count) => total + count, 0)
  const most = Object.entries(requests).sort(([, a], [, b]) => b - a)
  const named = most.map(([operation, count]) => `${operation.replace(/^ecr:/, '')} ${formatCount(count)}`)
  return `about ${formatCount(sum)}: ${named.join(', ')}`
}

function rateText({ limitedBy, rates }: BackupEstimate): string {
  return `${limitedBy.replace(/^ecr:/, '')} at ${rates[limitedBy]} a second (--budget)`
}

function archiveText({ images, bytes, minutes, restoreUsd }: NonNullable<BackupEstimate['archive']>): string {
  return `${plural(images, 'image')}, ${formatBytes(bytes)}, restored for about ${restoreUsd} USD; up to ${minutes} minutes more`
}

function costText({
  puts,
  requestsUsd,
  storageUsdPerMonth,
  prices,
}: NonNullable<BackupEstimate['s3']>): string {
  const storage =
    storageUsdPerMonth === undefined ? '' : `, at most ${storageUsdPerMonth} USD more a month for storage`
  return `about ${formatCount(puts)} writes for ${requestsUsd} USD${storage} (Standard class, list prices of ${prices.region} as of ${prices.asOf})`
}

function lastWords({ totals }: BackupPlan): string {
  const exact = 'Counts of repositories, manifests and tags are exact.'
  const sizes = totals.estimatedBytes === undefined ? '' : ' Sizes count shared layers in every image.'
  return paragraph(`${exact}${sizes} Nothing was copied and no image was pulled.`)
}
