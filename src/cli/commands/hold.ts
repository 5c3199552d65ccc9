import { exit } from '../../core/errors.ts'
import type { Run } from '../../core/run.ts'
import type { Hold } from '../../vault/holds.ts'
import type { Vault } from '../../vault/vault.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const hold: CommandSpec = {
  name: 'hold',
  summary:
    'Holds a snapshot: no prune forgets it, whatever its rules say. Without a snapshot: lists the holds.',
  argument: { spelled: '[snapshot]', does: 'its id, or latest, or a time' },
  options: [
    vaultOption,
    { flags: '--reason <text>', does: 'why, for those who find it later' },
    { flags: '--release', does: 'release it: prunes may forget it again' },
  ],
  examples: [
    { line: 'holdfast hold', does: 'what is held' },
    { line: "holdfast hold latest --reason 'before the migration'", does: 'hold the newest' },
    { line: 'holdfast hold latest --release', does: 'and release it' },
  ],
  run: async (context, options, argument) => {
    const { openVault } = await import('../../vault/vault.ts')
    const store = await openStoreFor(context, options)
    try {
      const vault = await openVault(store, context.run.signal)
      const { changed, line } = await change(vault, { argument, options }, context.run)
      const { listHolds } = await import('../../vault/holds.ts')
      const holds = await listHolds(vault, context.run.signal)
      const { table } = await import('../../report/text.ts')
      const document = { schema: 'holdfast.holds/1', ...changed, holds }
      await context.answer(document, () => [...line, holdsText(holds, table)].join('\n\n'))
      return exit.ok
    } finally {
      await store.close()
    }
  },
}

interface Asked {
  argument: string | undefined
  options: CommandOptions
}

async function change(
  vault: Vault,
  { argument, options }: Asked,
  run: Run,
): Promise<{ changed: { held?: string; released?: string }; line: string[] }> {
  const { holdSnapshot, releaseSnapshot } = await import('../../vault/holds.ts')
  if (argument === undefined) return { changed: {}, line: [] }
  if (option.flag(options, 'release')) {
    const released = await releaseSnapshot(vault, argument, run)
    if (released === undefined) return { changed: {}, line: ['It was not held.'] }
    return { changed: { released }, line: [`Released ${released}.`] }
  }
  const reason = option.text(options, 'reason')
  const { snapshot } = await holdSnapshot(vault, { snapshot: argument, ...(reason && { reason }) }, run)
  return { changed: { held: snapshot }, line: [`Held ${snapshot}.`] }
}

function holdsText(holds: Hold[], table: (rows: string[][]) => string): string {
  if (holds.length === 0) return 'No snapshot is held.'
  const rows = holds.map((each) => [
    each.snapshot,
    each.time.slice(0, 16).replace('T', ' '),
    each.reason ?? '',
  ])
  return table([['SNAPSHOT', 'HELD SINCE (UTC)', 'REASON'], ...rows])
}
