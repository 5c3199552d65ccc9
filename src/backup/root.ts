import {
  formatVersion,
  type RegistrySettings,
  type ShardEntry,
  type Skipped,
  type SnapshotRoot,
} from '../vault/format.ts'
import type { Job } from './job.ts'
import type { BackupOptions } from './report.ts'

/** Everything that the new root says about the registry. */
export interface RegistryContents {
  entries: Map<string, ShardEntry>
  shards: string[]
  settings: RegistrySettings
  skipped: Skipped[]
}

interface Made {
  id: string
  time: string
  options: BackupOptions
  contents: RegistryContents
}

/**
 * A run that found nothing new makes a root all the same: it is the proof that at that time the registry was as it
 * was, it makes point in time exact, and it costs one small object.
 */
export function rootOf(job: Job, { id, time, options, contents }: Made): SnapshotRoot {
  const { source, previous, run } = job
  const { repositories: selection } = options
  return {
    schema: 'holdfast.snapshot/1',
    format: formatVersion,
    id,
    registry: source.identity,
    time,
    committedAt: run.clock.now().toISOString(),
    ...(previous.root && { parent: previous.root.id }),
    madeBy: { tool: options.tool ?? 'holdfast', ...(source.principal && { identity: source.principal }) },
    ...(selection?.length && { selection: [...selection] }),
    complete: contents.skipped.length === 0,
    skipped: contents.skipped,
    shards: contents.shards,
    totals: totalsOf([...contents.entries.values()]),
    settings: contents.settings,
  }
}

function totalsOf(entries: ShardEntry[]): SnapshotRoot['totals'] {
  const sum = (pick: (entry: ShardEntry) => number) =>
    entries.reduce((total, entry) => total + pick(entry), 0)
  return {
    repositories: entries.length,
    manifests: sum((entry) => entry.manifests),
    tags: sum((entry) => entry.tags),
    blobs: sum((entry) => entry.blobs),
    bytes: sum((entry) => entry.bytes),
  }
}
