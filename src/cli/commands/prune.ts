import { exit, HoldfastError } from '../../core/errors.ts'
import type { PruneOptions, PruneReport } from '../../vault/prune/report.ts'
import { type CommandOptions, type CommandSpec, option } from '../command.ts'
import { openStoreFor, vaultOption } from '../vault.ts'

export const prune: CommandSpec = {
  name: 'prune',
  summary:
    'Forgets the snapshots that no --keep rule keeps, and deletes what no other snapshot needs. Safe beside running backups.',
  options: [
    vaultOption,
    { flags: '--keep-last <n>', does: 'keep the n newest snapshots of each registry' },
    { flags: '--keep-hourly <n>', does: 'keep the newest snapshot of each of n hours (UTC)' },
    { flags: '--keep-daily <n>', does: 'the same of n days' },
    { flags: '--keep-weekly <n>', does: 'the same of n weeks' },
    { flags: '--keep-monthly <n>', does: 'the same of n months' },
    { flags: '--keep-yearly <n>', does: 'the same of n years' },
    { flags: '--dry-run', does: 'say what would be forgotten and deleted; changes nothing' },
    { flags: '--grace <days>', does: 'delete nothing that was written within these days', default: '7' },
    {
      flags: '--accept-loss <snapshot>',
      does: 'the id of a suspicious or hidden snapshot whose loss was intended',
      many: true,
    },
    { flags: '--revoke', does: 'do not wait for backups that have not ended: they begin again' },
    { flags: '--offline', does: 'your word that no backup runs; for stores without conditional writes' },
    { flags: '--no-verify', does: 'do not verify the structure afterwards' },
  ],
  examples: [
    { line: 'holdfast prune --keep-daily 7 --keep-weekly 4 --dry-run', does: 'what would go' },
    { line: 'holdfast prune --keep-daily 7 --keep-weekly 4 --keep-monthly 12', does: 'the usual' },
    { line: 'holdfast prune --keep-last 1 --grace 0', does: 'only the newest, and at once' },
  ],
  exits: {
    [exit.partial]: 'a backup that has not ended was in the way: nothing was changed',
    [exit.damaged]: 'damage in a kept snapshot: nothing was deleted, or verifying found it afterwards',
    [exit.refused]: 'a registry would be left without a complete snapshot',
  },
  run: async (context, options) => {
    const wanted = pruneOptions(options)
    const { openVault } = await import('../../vault/vault.ts')
    const { prune: pruneVault } = await import('../../vault/prune/prune.ts')
    const store = await openStoreFor(context, options)
    try {
      const report = await pruneVault(await openVault(store, context.run.signal), wanted, context.run)
      const { pruneText } = await import('../../report/prune-text.ts')
      await context.answer(report, () => pruneText(report))
      return exitOf(report)
    } finally {
      await store.close()
    }
  },
}

function exitOf({ ok, dryRun, waitingFor }: PruneReport): number {
  if (ok) return exit.ok
  return waitingFor.length > 0 && !dryRun ? exit.partial : exit.damaged
}

const slots = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const

function pruneOptions(options: CommandOptions): PruneOptions {
  const policy: PruneOptions['policy'] = {}
  for (const slot of slots) {
    const count = numberOf(options, `keep-${slot}`, /^\d{1,6}$/)
    if (count !== undefined) policy[slot] = count
  }
  const grace = numberOf(options, 'grace', /^\d{1,5}(\.\d+)?$/)
  const acceptLoss = option.list(options, 'acceptLoss')
  return {
    policy,
    ...(grace !== undefined && { grace }),
    ...(acceptLoss && { acceptLoss }),
    dryRun: option.flag(options, 'dryRun'),
    revoke: option.flag(options, 'revoke'),
    offline: option.flag(options, 'offline'),
    verify: options['verify'] !== false,
  }
}

function numberOf(options: CommandOptions, name: string, shape: RegExp): number | undefined {
  const text = option.text(options, camel(name))
  if (text === undefined) return undefined
  if (shape.test(text)) return Number(text)
  throw new HoldfastError('usage', {
    what: `--${name} ${JSON.stringify(text)} is not a number that it can be.`,
    next: 'Give a whole number, 0 or more (days of --grace may have a fraction).',
  })
}

/** As commander names what `--keep-last` gave. */
const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
