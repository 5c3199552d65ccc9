import { formatBytes, formatCount, plural } from '../../core/bytes.ts'
import { exit } from '../../core/errors.ts'
import type { SnapshotRoot } from '../../vault/format.ts'
import type { Vault } from '../../vault/vault.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const snapshots: CommandSpec = {
  name: 'snapshots',
  summary: 'Lists the snapshots in a vault, oldest first; or shows one with its repositories.',
  argument: { spelled: '[snapshot]', does: 'an id, a time, or latest: show that one with its repositories' },
  options: [
    vaultOption,
    {
      flags: '--from <registry>',
      does: 'only snapshots of this one, where the vault holds several registries',
    },
  ],
  examples: [
    { line: 'holdfast snapshots', does: 'of ./holdfast-vault' },
    { line: 'holdfast snapshots --vault s3://my-backups/ecr', does: 'of a vault in S3' },
    { line: 'holdfast snapshots latest', does: 'the repositories of the newest one' },
    { line: "holdfast snapshots --query 'snapshots[-1].id'", does: 'the newest, for a script' },
  ],
  exits: { [exit.damaged]: 'some snapshots cannot be read (warned about)' },
  run: async (context, options, wanted) => {
    const { openVault } = await import('../../vault/vault.ts')
    const store = await openStoreFor(context, options)
    try {
      const vault = await openVault(store, context.run.signal)
      return wanted === undefined
        ? await listAll(vault, context, option.text(options, 'from'))
        : await showOne(vault, context, { wanted, options })
    } finally {
      await store.close()
    }
  },
}

async function listAll(vault: Vault, context: CommandContext, from: string | undefined): Promise<number> {
  const { snapshots: roots, unreadable } = await vault.snapshots.list()
  for (const { key, reason } of unreadable) context.run.log.warn(`${key} cannot be read: ${reason}`)
  const list = roots
    .filter(({ registry }) => from === undefined || registry.url === from || registry.key === from)
    .map(listed)
  const { table } = await import('../../report/text.ts')
  await context.answer({ schema: 'holdfast.snapshots/1', snapshots: list }, () =>
    list.length === 0 ? 'No snapshots yet. Make one with: holdfast backup' : listText(list, table),
  )
  return unreadable.length > 0 ? exit.damaged : exit.ok
}

async function showOne(
  vault: Vault,
  context: CommandContext,
  { wanted, options }: { wanted: string; options: CommandOptions },
): Promise<number> {
  const registry = option.text(options, 'from')
  const root = await vault.snapshots.find(wanted, { ...context.run, ...(registry && { registry }) })
  const { snapshotDocument, snapshotText } = await import('../../report/snapshot-text.ts')
  const document = snapshotDocument(root, await vault.repositories(root, context.run.signal))
  await context.answer(document, () => snapshotText(document))
  return exit.ok
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
