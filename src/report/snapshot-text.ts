import { formatBytes, formatCount, plural } from '../core/bytes.ts'
import { shortDigest } from '../core/digest.ts'
import type {
  RegistryIdentity,
  RegistrySettings,
  ShardEntry,
  Skipped,
  SnapshotRoot,
} from '../vault/format.ts'
import { paragraph, table } from './text.ts'

/** One snapshot with the repositories that it holds. */
export interface SnapshotDocument {
  schema: 'holdfast.snapshot-contents/1'
  id: string
  registry: RegistryIdentity
  time: string
  committedAt: string
  parent?: string
  madeBy: SnapshotRoot['madeBy']
  complete: boolean
  totals: SnapshotRoot['totals']
  repositories: ({ name: string } & ShardEntry)[]
  skipped: Skipped[]
  settings: RegistrySettings
}

export function snapshotDocument(root: SnapshotRoot, entries: Map<string, ShardEntry>): SnapshotDocument {
  const { id, registry, time, committedAt, parent, madeBy, complete, totals, skipped, settings } = root
  return {
    schema: 'holdfast.snapshot-contents/1',
    id,
    registry,
    time,
    committedAt,
    ...(parent !== undefined && { parent }),
    madeBy,
    complete,
    totals,
    repositories: [...entries].map(([name, entry]) => ({ name, ...entry })),
    skipped,
    settings,
  }
}

const shown = 20

export function snapshotText(document: SnapshotDocument): string {
  const { id, registry, time, parent, madeBy, complete, repositories, skipped, settings } = document
  const facts = [
    ['Snapshot', `${id}, ${complete ? 'complete' : 'partial'}${parent ? `, after ${parent}` : ''}`],
    ['Registry', `${registry.url}${registry.simulated ? ' (simulated)' : ''}`],
    ['Time (UTC)', time.slice(0, 19).replace('T', ' ')],
    ['Made by', [madeBy.tool, madeBy.identity].filter(Boolean).join(' as ')],
    ['Registry settings', Object.keys(settings).join(', ') || 'none'],
  ]
  const rows = repositories.map(({ name, manifests, tags, blobs, bytes }) => [
    name,
    formatCount(manifests),
    formatCount(tags),
    formatCount(blobs),
    formatBytes(bytes),
  ])
  const parts = [table(facts)]
  if (rows.length > 0) parts.push(table([['REPOSITORY', 'MANIFESTS', 'TAGS', 'BLOBS', 'SIZE'], ...rows]))
  else parts.push('No repositories.')
  return [...parts, ...skippedText(skipped)].join('\n\n')
}

function skippedText(skipped: readonly Skipped[]): string[] {
  if (skipped.length === 0) return []
  const lines = skipped.slice(0, shown).map(({ repository, digest, code, reason }) => {
    const what = repository === '*' ? 'the registry' : repository
    return paragraph(`${digest ? `${what}@${shortDigest(digest)}` : what} (${code}): ${reason}`, {
      indent: 2,
    })
  })
  const more =
    skipped.length > shown ? [`  showing ${shown} of ${skipped.length}; --format json lists all`] : []
  return [[`${plural(skipped.length, 'thing')} could not be read:`, ...lines, ...more].join('\n')]
}
