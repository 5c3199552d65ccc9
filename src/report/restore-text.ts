import { formatBytes, formatDuration, plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type {
  NotRestored,
  RegistryChange,
  RepositoryRestorePlan,
  RestorePlan,
  RestoreReport,
  TagConflict,
} from '../restore/report.ts'
import { paragraph, plainText, table } from './text.ts'

const shown = 20

/** What a restore would do. */
export function restorePlanText(plan: RestorePlan): string {
  const { totals, snapshot } = plan
  const work = plan.repositories.filter(hasWork)
  const from = `Snapshot ${snapshot.id} of ${snapshot.time.slice(0, 19).replace('T', ' ')} into ${plan.target.url}`
  const amount = `${plural(totals.manifests, 'manifest')}, ${plural(totals.tags, 'tag')}, at most ${formatBytes(totals.bytes)}`
  const time = `at least ${formatDuration(plan.estimatedSeconds * 1000)} at ECR's rate for pushes`
  const parts = [
    work.length === 0
      ? paragraph(`${from}: nothing to send, all of it is there.`)
      : paragraph(`${from}: ${amount}; ${time}.`),
  ]
  if (work.length > 0)
    parts.push(table([['REPOSITORY', '', 'MANIFESTS', 'TAGS', 'BLOBS'], ...work.map(planRow)]))
  if (plan.registrySettings)
    parts.push(registryText('Settings of the whole registry:', plan.registrySettings.changes))
  if (plan.conflicts.length > 0) parts.push(conflictsText(plan.conflicts))
  parts.push(...noticesText(plan.notRestored, plan.warnings), 'Nothing was changed.')
  return parts.join('\n\n')
}

function hasWork(plan: RepositoryRestorePlan): boolean {
  return plan.create !== undefined || plan.manifests.length + plan.tags.length + plan.archive.length > 0
}

function planRow(plan: RepositoryRestorePlan): string[] {
  const bytes = plan.blobs.reduce((sum, { size }) => sum + size, 0)
  return [
    plan.into,
    plan.create ? 'create' : 'exists',
    plural(plan.manifests.length, 'manifest'),
    plural(plan.tags.length, 'tag'),
    `at most ${plural(plan.blobs.length, 'blob')}, ${formatBytes(bytes)}`,
  ]
}

function registryText(head: string, changes: readonly RegistryChange[]): string {
  if (changes.length === 0) return `${head} none differ.`
  const rows = changes.map(({ setting, action, name }) => [action, setting, name ?? ''])
  return `${head}\n${table(rows, { indent: 2 })}`
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
    ...(report.referrerTags
      ? [
          [
            'Referrers',
            `listed under ${plural(report.referrerTags, 'tag')}: the registry has no referrers API`,
          ],
        ]
      : []),
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
  if (report.registrySettings)
    parts.push(registryText('Settings of the whole registry that were set:', report.registrySettings))
  parts.push(...noticesText(report.notRestored, report.warnings))
  return parts.join('\n\n')
}

function noticesText(notRestored: readonly NotRestored[], warnings: readonly string[]): string[] {
  const parts: string[] = []
  if (notRestored.length > 0) {
    const lines = notRestored.slice(0, shown).map(({ kind, repository, digest, reason }) => {
      const what = digest ? `${repository}@${shortDigest(digest)}` : repository
      return `${paragraph(`${what} (${kind})`, { indent: 2 })}\n${paragraph(reason, { indent: 4 })}`
    })
    parts.push(['Cannot be restored:', ...lines, ...cut(notRestored)].join('\n'))
  }
  if (warnings.length > 0) parts.push(warnings.map((warning) => paragraph(`Note: ${warning}`)).join('\n'))
  return parts
}

function cut(list: readonly unknown[]): string[] {
  return list.length > shown ? [`  showing ${shown} of ${list.length}; --format json lists all`] : []
}
