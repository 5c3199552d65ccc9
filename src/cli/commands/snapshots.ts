import { formatBytes, formatCount, plural } from '../../core/bytes.ts'
import { exit } from '../../core/errors.ts'
import type { SnapshotRoot } from '../../vault/format.ts'
import type { CommandSpec } from '../command.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const snapshots: CommandSpec = {
  name: 'snapshots',
  summary: 'Lists the snapshots in a vault, oldest first.',
  options: [vaultOption],
  examples: [
    { line: 'holdfast snapshots', does: 'of ./holdfast-vault' },
    { line: 'holdfast snapshots --vault s3://my-backups/ecr', does: 'of a vault in S3' },
    { line: "holdfast snapshots --query 'snapshots[-1].id'", does: 'the newest, for a script' },
  ],
  run: async (context, options) => {
    const { openVault } = await import('../../vault/vault.ts')
    const store = await openStoreFor(context, options)
    try {
      const vault = await openVault(store)
      const { snapshots: roots, unreadable } = await vault.snapshots.list()
      for (const { key, reason } of unreadable) context.run.log.warn(`${key} cannot be read: ${reason}`)
      const list = roots.map(listed)
      const { table } = await import('../../report/text.ts')
      await context.answer({ schema: 'holdfast.snapshots/1', snapshots: list }, () =>
        list.length === 0 ? 'No snapshots yet. Make one with: holdfast backup' : listText(list, table),
      )
      return unreadable.length > 0 ? exit.damaged : exit.ok
    } finally {
      await store.close()
    }
  },
}

function listed(root: SnapshotRoot) {
  const { id, time, complete, registry, totals } = root
  return {
    id,
    registry: registry.url,
    simulated: registry.simulated,
    time,
    complete,
    skipped: root.skipped.length,
    repositories: totals.repositories,
    manifests: totals.manifests,
    tags: totals.tags,
    bytes: totals.bytes,
  }
}

function listText(list: ReturnType<typeof listed>[], table: (rows: string[][]) => string): string {
  const head = ['SNAPSHOT', 'TIME (UTC)', 'REGISTRY', 'REPOS', 'MANIFESTS', 'SIZE', 'STATE']
  const rows = list.map((s) => [
    s.id,
    s.time.slice(0, 16).replace('T', ' '),
    s.registry,
    formatCount(s.repositories),
    formatCount(s.manifests),
    formatBytes(s.bytes),
    s.complete ? 'complete' : 'partial',
  ])
  const notes = [table([head, ...rows])]
  const partial = list.filter(({ complete }) => !complete).length
  if (partial > 0)
    notes.push(
      `${plural(partial, 'snapshot')} could not get everything; --format json counts what was skipped.`,
    )
  const simulated = list.filter((snapshot) => snapshot.simulated).map(({ id }) => id)
  if (simulated.length > 0) {
    const all = simulated.length === list.length
    notes.push(`Simulated, made from the sandbox: ${all ? 'all of them' : simulated.join(', ')}.`)
  }
  return notes.join('\n\n')
}
